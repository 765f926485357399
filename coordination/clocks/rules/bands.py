"""How late is late: the age bands of the overdue report (rules.md 10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coordination.clocks.rules.calendar import Calendar, add_business_days, last_business_day
from coordination.clocks.rules.instants import MIDNIGHT, local_instant

BANDS = ("0-24h", "1-2bd", "3-5bd", "6-10bd", "over-10bd")
NOT_LATE = "not-late"
FIRST_DAYS = (2, 5, 10)  # most business days late that still belong to bands 1, 2 and 3
NEVER_SAME_INSTANT = timedelta(microseconds=1)  # PostgreSQL's own resolution


def band_cuts(
    now: datetime, calendar: Calendar, zone: ZoneInfo
) -> tuple[datetime, datetime, datetime, datetime]:
    """Return the four instants that part the five bands, youngest first.

    A task due at `d` is not late if d >= now; else it is in the first band whose cut is <= d, and
    in the last one if d lies before all four. calendar: the facility's. One comparison per cut, so
    a report can sort a million rows in SQL.
    """
    today = now.astimezone(zone).date()
    latest = last_business_day(today, calendar)
    same_day = local_instant(latest, MIDNIGHT, zone)
    first = min(now - timedelta(hours=24) + NEVER_SAME_INSTANT, same_day)
    second, third, fourth = (
        local_instant(add_business_days(latest, -days, calendar), MIDNIGHT, zone)
        for days in FIRST_DAYS
    )
    return first, min(first, second), third, fourth


def band(due_at: datetime, now: datetime, calendar: Calendar, zone: ZoneInfo) -> str:
    """Return the age band of one due instant: "not-late" or one of BANDS."""
    if due_at >= now:
        return NOT_LATE
    cuts = band_cuts(now, calendar, zone)
    return next((name for name, cut in zip(BANDS, cuts, strict=False) if due_at >= cut), BANDS[-1])
