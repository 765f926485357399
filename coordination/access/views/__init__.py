"""Pages of access."""

from coordination.access.views.duty import duty, end_duty, start_duty
from coordination.access.views.lock import locked, unlock
from coordination.access.views.pages import csrf_failure, draft, drop_draft, keys, theme

__all__ = [
    "csrf_failure", "draft", "drop_draft", "duty", "end_duty", "keys", "locked", "start_duty",
    "theme", "unlock",
]  # fmt: skip
