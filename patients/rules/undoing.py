"""How long an act can be taken back by whoever did it."""

from __future__ import annotations

from datetime import datetime, timedelta

UNDO_WINDOW = timedelta(seconds=10)


def can_undo(acted_at: datetime, now: datetime) -> bool:
    """Say whether the ten seconds in which an act is taken back are not over."""
    return now - acted_at <= UNDO_WINDOW
