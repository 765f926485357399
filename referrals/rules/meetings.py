"""When a group meets next, and after that."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil import rrule

WEEKLY, TWO_WEEKLY, MONTHLY = "weekly", "two-weekly", "monthly"
FIFTH = 5


def meetings(
    next_at: datetime, meets: str, now: datetime, zone: ZoneInfo, most: int = 4
) -> list[datetime]:
    """Return the next meetings from `now` on, `most` at most, oldest first.

    next_at: one meeting of the row, aware; the others keep its wall-clock time in `zone`. Monthly
    means the same weekday of the month, and the last one where the first is a fifth. One that
    meets once is given while it is still to come. Raises ValueError if next_at is naive.
    """
    if next_at.tzinfo is None:
        raise ValueError("next_at needs a time zone")
    local = next_at.astimezone(zone)
    rule = _rule(local.replace(tzinfo=None), meets)
    if rule is None:
        return [local] if next_at >= now else []
    start = max(now.astimezone(zone), local).replace(tzinfo=None)
    found = islice(rule.xafter(start, inc=True), most)
    return [at.replace(tzinfo=zone) for at in found]


def _rule(start: datetime, meets: str) -> rrule.rrule | None:
    if meets == WEEKLY:
        return rrule.rrule(rrule.WEEKLY, dtstart=start)
    if meets == TWO_WEEKLY:
        return rrule.rrule(rrule.WEEKLY, interval=2, dtstart=start)
    if meets == MONTHLY:
        nth = (start.day - 1) // 7 + 1
        weekday = rrule.weekdays[start.weekday()](-1 if nth == FIFTH else nth)
        return rrule.rrule(rrule.MONTHLY, byweekday=weekday, dtstart=start)
    return None
