"""The REST API: a second door to the same actions, queries and scope as the pages. No rule here."""
