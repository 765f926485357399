"""Reading days and times out of typed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.clocks.rules import local_instant

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_CLOCK = re.compile(r"(\d{1,2})(?::([0-5]\d))?(am|pm)?", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"[0-9]{1,2}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_US = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_SPAN = re.compile(r"(\d{1,3})(min|m|hours|hour|h|days|day|d)", re.IGNORECASE)
_NAMED_TIMES = {"noon": time(12), "midday": time(12)}
_EVENTS = {
    ("before", "leaving"): "before-leaving",
    ("before", "discharge"): "before-leaving",
    ("next", "visit"): "next-visit",
}
_WORKDAY_STARTS = 7
_END_OF_DAY = time(23, 59, 59)
_SHORTEST_NAME = 3  # mon, nov
_NOON, _LAST_HOUR = 12, 23


@dataclass(frozen=True, slots=True)
class When:
    """What the words said of time, and the words that were left."""

    due_at: datetime | None
    due_event: str
    rest: list[str]


@dataclass(slots=True)
class _Found:
    day: date | None = None
    clock: time | None = None
    instant: datetime | None = None
    event: str = ""


def read_when(words: Sequence[str], now: datetime, zone: ZoneInfo) -> When:
    """Take the day and the time out of the words.

    A bare number is a time only beside a day or after "at"; from 1 to 6 it is the afternoon. A time
    without a day is the next one ahead; a day without a time is its end. Never raises.
    """
    found = _Found()
    today = now.astimezone(zone).date()
    rest: list[str] = []
    at = 0
    while at < len(words):
        used = _read(words, at, today, now, found)
        if not used:
            rest.append(words[at])
        at += used or 1
    return When(_instant(found, now, zone), found.event, rest)


def _read(words: Sequence[str], at: int, today: date, now: datetime, found: _Found) -> int:
    """Return how many words from `at` on were understood, and note what they said."""
    low = [word.lower().strip(",;") for word in words[at : at + 3]]
    event = _EVENTS.get(tuple(low[:2]))  # type: ignore[arg-type]
    if event and not found.event:
        found.event = event
        return 2
    span, used = _span(low)
    if span is not None and found.instant is None:
        found.instant = now + span
        return used
    if found.day is None:
        day, used = _day(low, today)
        if day is not None:
            found.day = day
            return used
    if found.clock is None:
        clock, used = _clock(low, bare_ok=_beside_a_day(words, at, today))
        if clock is not None:
            found.clock = clock
            return used
    return 0


def _beside_a_day(words: Sequence[str], at: int, today: date) -> bool:
    before = [word.lower().strip(",;") for word in words[max(0, at - 2) : at]]
    after = [word.lower().strip(",;") for word in words[at + 1 : at + 3]]
    return bool(
        (before and _day(before[-1:], today)[0])
        or (len(before) > 1 and _day(before, today)[1] > 1)
        or (after and _day(after, today)[0])
    )


def _span(low: Sequence[str]) -> tuple[timedelta | None, int]:
    """Read "in 2 h", "in 30 min", "in 3 days"."""
    if low[0] != "in":
        return None, 0
    for used in (3, 2):
        found = _SPAN.fullmatch("".join(low[1:used])) if len(low) >= used else None
        if found:
            unit = {"m": "minutes", "h": "hours", "d": "days"}[found[2][0].lower()]
            return timedelta(**{unit: int(found[1])}), used
    return None, 0


def _day(low: Sequence[str], today: date) -> tuple[date | None, int]:
    word = low[0]
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow"), 1
    if word == "on" and len(low) > 1:
        day, used = _day(low[1:], today)
        return day, used + 1 if day else 0
    ahead = _weekday(word, today)
    if ahead:
        return ahead, 1
    iso = _ISO.fullmatch(word)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3])), 1
    us = _US.fullmatch(word)
    if us:
        return _this_or_next_year(today, int(us[1]), int(us[2]), us[3]), 1
    return _month_and_day(low, today)


def _weekday(word: str, today: date) -> date | None:
    for number, name in enumerate(_WEEKDAYS):
        if len(word) >= _SHORTEST_NAME and name.startswith(word):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _month_and_day(low: Sequence[str], today: date) -> tuple[date | None, int]:
    """Read "nov 25" and "25 nov"."""
    first, second = [*low, "", ""][:2]
    for name, number in ((first, second), (second, first)):
        month = _month(name)
        if month and _DAY_OF_MONTH.fullmatch(number):
            day = _this_or_next_year(today, month, int(number), None)
            return day, 2 if day else 0
    return None, 0


def _month(word: str) -> int:
    if len(word) < _SHORTEST_NAME:
        return 0
    return next((n for n, name in enumerate(_MONTHS, 1) if word in (name, name[:3])), 0)


def _this_or_next_year(today: date, month: int, day: int, year: str | None) -> date | None:
    if year:
        return _date(int(year), month, day)
    found = _date(today.year, month, day)
    return _date(today.year + 1, month, day) if found is None or found < today else found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(low: Sequence[str], *, bare_ok: bool) -> tuple[time | None, int]:
    """Read "9", "9:30", "9am", "9 am", "noon", each perhaps after "at"."""
    led = low[0] == "at" and len(low) > 1
    word, follows = (low[1], low[2:]) if led else (low[0], low[1:])
    used = 2 if led else 1
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word], used
    if word.isascii() and word.isdigit() and follows and follows[0] in ("am", "pm"):
        word, used = word + follows[0], used + 1
    found = _CLOCK.fullmatch(word)
    if found is None or not (found[2] or found[3] or led or bare_ok):
        return None, 0
    clock = _hour(int(found[1]), int(found[2] or 0), (found[3] or "").lower(), bool(found[2]))
    return clock, used if clock else 0


def _hour(hour: int, minute: int, half: str, has_minutes: bool) -> time | None:  # noqa: FBT001
    if half:
        if not 1 <= hour <= _NOON:
            return None
        return time(hour % _NOON + _NOON * (half == "pm"), minute)
    if not has_minutes and 1 <= hour < _WORKDAY_STARTS:
        hour += _NOON
    return time(hour, minute) if hour <= _LAST_HOUR else None


def _instant(found: _Found, now: datetime, zone: ZoneInfo) -> datetime | None:
    if found.clock is not None:
        today = now.astimezone(zone).date()
        due = local_instant(found.day or today, found.clock, zone)
        if found.day is None and due <= now:
            due = local_instant(today + timedelta(days=1), found.clock, zone)
        return due
    if found.day is not None:
        return local_instant(found.day, _END_OF_DAY, zone)
    return found.instant
