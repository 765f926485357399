"""The ground the service stands on: private servers, the process that runs them, its health."""
