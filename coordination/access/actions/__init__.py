"""Verbs of access."""

from coordination.access.actions.drafts import drop_draft, keep_draft
from coordination.access.actions.founding import found_organization
from coordination.access.actions.people import end_sessions, set_keys, set_theme
from coordination.access.actions.roles import sync_roles
from coordination.access.actions.tidy import tidy

__all__ = [
    "drop_draft",
    "end_sessions",
    "found_organization",
    "keep_draft",
    "set_keys",
    "set_theme",
    "sync_roles",
    "tidy",
]
