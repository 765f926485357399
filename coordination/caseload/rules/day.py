"""The instants a caseload is cut by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Day:
    """Today as one zone reads it: now, two hours on, and the day's two ends (half-open)."""

    now: datetime
    soon: datetime
    begins: datetime
    ends: datetime
    zone: ZoneInfo


def day_of(now: datetime, zone: ZoneInfo) -> Day:
    """Return the cuts of today. now: aware instant; zone: the facility's, in which "today" is read.

    Source of the groups: rules.md 5.4 (overdue, next 2 h, later today, later, undated).
    """
    today = now.astimezone(zone).date()
    begins = datetime.combine(today, time.min, zone)
    ends = datetime.combine(today + timedelta(days=1), time.min, zone)
    return Day(now, now + SOON, begins, ends, zone)
