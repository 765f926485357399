"""Verbs of access."""

from coordination.access.actions.drafts import drop_draft, keep_draft
from coordination.access.actions.duty import confirm_duty, end_duty
from coordination.access.actions.founding import found_organization
from coordination.access.actions.people import end_sessions, set_keys, set_theme
from coordination.access.actions.roles import sync_roles
from coordination.access.actions.tidy import tidy
from coordination.access.actions.tokens import end_token, make_token

__all__ = [
    "confirm_duty",
    "drop_draft",
    "end_duty",
    "end_sessions",
    "end_token",
    "found_organization",
    "keep_draft",
    "make_token",
    "set_keys",
    "set_theme",
    "sync_roles",
    "tidy",
]
