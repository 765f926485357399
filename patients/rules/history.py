"""What is history and stays history: an import of old years raises no task, clock or message."""

from datetime import datetime, timedelta

FRESH = timedelta(days=30)
SCOPE_AFTER = timedelta(days=35)


def is_history(
    at: datetime, go_live_at: datetime, now: datetime, ended_at: datetime | None = None
) -> bool:
    """Say whether something that happened to a stay at `at` must raise nothing.

    ended_at: when the stay it belongs to ended; None while it is open. All aware instants.
    True before the organization went live, or when the stay ended more than 30 days ago.
    Source: the first issue of the house, section 3, "History stays history".
    """
    return at < go_live_at or (ended_at is not None and ended_at < now - FRESH)
