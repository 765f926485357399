"""Pages of access."""

from coordination.access.views.duty import duty, end_duty, start_duty
from coordination.access.views.lock import locked, unlock
from coordination.access.views.pages import csrf_failure, draft, drop_draft, keys, theme
from coordination.access.views.profile import keys_part, own_keys, profile

__all__ = [
    "csrf_failure", "draft", "drop_draft", "duty", "end_duty", "keys", "keys_part", "locked",
    "own_keys", "profile", "start_duty", "theme", "unlock",
]  # fmt: skip
