"""Times as people say them, turned into instants of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

LAST_SECOND = time(23, 59, 59)


def at_wall(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return the instant at which the wall clock shows this time.

    A time that occurs twice is the first; one that does not exist is the moment the clocks jump to
    (02:30 becomes 03:00). Source: *wall-clock times*, rules.md 1.3.
    """
    first = datetime.combine(day, clock, zone)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return first
    return _end_of_gap(first, zone)


def _end_of_gap(missing: datetime, zone: tzinfo) -> datetime:
    before = missing.utcoffset() or timedelta()
    naive = missing.replace(tzinfo=None)
    after = missing.replace(fold=1).utcoffset() or timedelta()
    low, high = (naive - after).replace(tzinfo=UTC), (naive - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0).astimezone(zone)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return 23:59:59 of a local day, when a day without a time is due."""
    return at_wall(day, LAST_SECOND, zone)
