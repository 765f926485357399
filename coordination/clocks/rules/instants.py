"""From a local date and time of day to an instant, over both daylight-saving nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NOON = time(12)
MIDNIGHT = time(0)
END_OF_DAY = time(23, 59, 59)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clock on the wall shows this time on this day.

    A time that does not exist (02:30 on spring-forward) becomes the first that does, the same day;
    one that occurs twice is the first (rules.md 1.3, wall-clock times). The answer is in `zone`.
    """
    first = datetime.combine(day, at, zone)
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return instant.astimezone(zone)
    return _end_of_gap(first.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between the two at which the zone's offset changes, to the second."""
    old = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle <= early:
            break
        if middle.astimezone(zone).utcoffset() == old:
            early = middle
        else:
            late = middle
    return late.astimezone(zone)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months on (or back, if negative).

    If that day does not exist, the first day of the following month (rules.md 1.3, months).
    """
    index = day.year * 12 + day.month - 1 + months
    try:
        return day.replace(year=index // 12, month=index % 12 + 1)
    except ValueError:
        return date((index + 1) // 12, (index + 1) % 12 + 1, 1)


def add_absolute(at: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """Return the instant a real span later, shown in the zone: 72 h over a change is 72 h."""
    return (at.astimezone(UTC) + span).astimezone(zone)
