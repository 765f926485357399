"""The public files of providers: what their columns mean, and how they become entries."""
