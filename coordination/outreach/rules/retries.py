"""How often and when a failed message is tried again (trust.md 5, items 5 and 6)."""

from __future__ import annotations

from datetime import datetime, timedelta

# The wait before each try; the first goes at once.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 3, 9, 27, 81, 4 * 60, 12 * 60))
TRIES = len(WAITS)
JITTER = 0.1  # of the wait, so that what failed together does not return together
POISON_CLAIMS = 5


def next_try(failures: int, now: datetime, give_up_at: datetime, chance: float) -> datetime | None:
    """Return when to try again after so many failures, or None: it is dead, a person calls.

    failures: 1 after the first. chance: 0 to 1, drawn by the caller.
    """
    if failures >= TRIES:
        return None
    at = now + WAITS[failures] * (1 + JITTER * chance)
    return at if at <= give_up_at else None


def is_poison(attempts: int, failures: int) -> bool:
    """Say whether a message was claimed so often without any outcome that it kills its worker."""
    return attempts - failures >= POISON_CLAIMS
