"""Verbs of access."""

from coordination.access.actions.cover import (
    CoverIn,
    accept_cover,
    end_cover,
    read_cover,
    set_cover,
    start_covers,
)
from coordination.access.actions.drafts import drop_draft, keep_draft
from coordination.access.actions.duty import confirm_duty, end_duty
from coordination.access.actions.founding import found_organization
from coordination.access.actions.people import end_sessions, keep_profile, set_keys, set_theme
from coordination.access.actions.roles import sync_roles
from coordination.access.actions.tidy import tidy
from coordination.access.actions.tokens import end_token, make_own_token, make_token

__all__ = [
    "CoverIn",
    "accept_cover",
    "confirm_duty",
    "drop_draft",
    "end_cover",
    "end_duty",
    "end_sessions",
    "end_token",
    "found_organization",
    "keep_draft",
    "keep_profile",
    "make_own_token",
    "make_token",
    "read_cover",
    "set_cover",
    "set_keys",
    "set_theme",
    "start_covers",
    "sync_roles",
    "tidy",
]
