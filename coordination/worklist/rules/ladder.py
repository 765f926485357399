"""The ladder a late task climbs: its level follows from due and now alone (rules.md 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
class Window:
    """Due times after (`after`, `after_id`) up to and with `upto`. after: None is all before.

    after_id: the pk of the last task seen at that very instant.
    """

    after: datetime | None
    upto: datetime
    after_id: int = 2**63 - 1


def windows(
    since: datetime | None, now: datetime, ladders: Iterable[Sequence[timedelta]]
) -> list[Window]:
    """Return, oldest first, the due times at which the level may have risen since `since`.

    since: until when the last finished sweep had seen everything; None reads all that is late.
    ladders: the steps in use. No due time is in two windows, so a worker that slept sends one
    notice of a task, at the level it stands at now.
    """
    if since is None:
        return [Window(None, now - TICK)]
    found: list[Window] = []
    edges = {TICK, *(step for steps in ladders for step in steps)}  # late after the due instant
    for edge in sorted(edges, reverse=True):
        if found and since - edge <= found[-1].upto:
            found[-1] = Window(found[-1].after, now - edge)
        else:
            found.append(Window(since - edge, now - edge))
    return found


def rest_of(found: Sequence[Window], last: tuple[datetime, int] | None) -> list[Window]:
    """Return what is left of the windows after the task (due, pk) read last; None: nothing is."""
    if last is None:
        return []
    due, pk = last
    left = [window for window in found if window.upto >= due]
    return [Window(due, left[0].upto, pk), *left[1:]]


def rungs(level: int, *, of_a_nurse: bool) -> tuple[str, ...]:
    """Return who is told at a level, first choice first: a rung nobody holds is skipped upward.

    of_a_nurse: the task belongs to a nurse, whose charge nurse comes before the supervisor.
    """
    whole = (OWNER, DEPUTY, *((CHARGE,) if of_a_nurse else ()), SUPERVISOR)
    return whole[level:] or (SUPERVISOR,)
