"""When an unsigned paper is asked for again: so many business days after it was first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from coordination.clocks.rules import Calendar, add_business_days, local_instant

MIDNIGHT = time()


class Chase(NamedTuple):
    """One asking again. raise_at: its day begins; due_at: the first asking's hour on that day."""

    raise_at: datetime
    due_at: datetime


def chase_after(
    asked_at: datetime, chased: int, steps: Sequence[int], zone: ZoneInfo, calendar: Calendar
) -> Chase | None:
    """Return the next asking again, or None after the last step.

    asked_at: aware instant of the first asking; its local day is day zero. chased: how often it was
    asked again. steps: business days from the first asking, rising; none is never. zone, calendar:
    the facility's. Raises ValueError if asked_at is naive.
    Source: rules.md 2.1, *unsigned paperwork*; the numbers are the facility's setting.
    """
    if asked_at.tzinfo is None:
        raise ValueError("asked_at needs a time zone")
    if chased >= len(steps):
        return None
    local = asked_at.astimezone(zone)
    day = add_business_days(local.date(), steps[chased], calendar)
    at = local.time().replace(fold=0, tzinfo=None)
    return Chase(local_instant(day, MIDNIGHT, zone), local_instant(day, at, zone))
