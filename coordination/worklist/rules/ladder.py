"""The ladder a late task climbs: its level follows from due and now alone (rules.md 4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TOP = 3
TICK = timedelta(microseconds=1)
OWNER, DEPUTY, CHARGE, SUPERVISOR = "owner", "deputy", "charge", "supervisor"


def escalation_level(due_at: datetime, now: datetime, steps: Sequence[timedelta]) -> int | None:
    """Return the level of an open task now: None while it is in time, else 0 to 3.

    0 from the first moment after due; level k once it is at least steps[k - 1] late.
    """
    if now <= due_at:
        return None
    return sum(now - due_at >= step for step in steps)


@dataclass(frozen=True, slots=True)
class Band:
    """Due times (`after`, `upto`] whose tasks stand at `level`, and were not seen there before."""

    level: int
    after: datetime | None
    upto: datetime


def bands(since: datetime | None, now: datetime, steps: Sequence[timedelta]) -> list[Band]:
    """Return, highest level first, the due times that newly stand at each level.

    since: until when the last finished sweep had seen everything; None reads all that is late.
    A due time is in one band at most, so a worker that slept sends one notice at the right level.
    """
    edges = [timedelta(), *steps]
    found = []
    for level in reversed(range(len(edges))):
        edge = edges[level] or TICK  # a task is late after its due instant, not at it
        upto = now - edge
        above = now - edges[level + 1] if level + 1 < len(edges) else None
        seen = since - edge if since is not None else None
        after = max((at for at in (above, seen) if at is not None), default=None)
        if after is None or after < upto:
            found.append(Band(level, after, upto))
    return found


def rungs(level: int, *, of_a_nurse: bool) -> tuple[str, ...]:
    """Return who is told at a level, first choice first: a rung nobody holds is skipped upward.

    of_a_nurse: the task belongs to a nurse, whose charge nurse comes before the supervisor.
    """
    whole = (OWNER, DEPUTY, *((CHARGE,) if of_a_nurse else ()), SUPERVISOR)
    return whole[level:] or (SUPERVISOR,)
