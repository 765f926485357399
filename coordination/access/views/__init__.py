"""Pages of access."""

from coordination.access.views.duty import duty, end_duty, start_duty
from coordination.access.views.lock import locked, unlock
from coordination.access.views.pages import csrf_failure, draft, drop_draft, keys, theme
from coordination.access.views.profile import columns, keys_part, own_keys, profile
from coordination.access.views.tokens import end_token, new_token, tokens

__all__ = [
    "columns",
    "csrf_failure", "draft", "drop_draft", "duty", "end_duty", "end_token", "keys", "keys_part",
    "locked", "new_token", "own_keys", "profile", "start_duty", "theme", "tokens", "unlock",
]  # fmt: skip
