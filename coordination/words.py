"""Words for time: the clock and the zone are arguments (rules of the visual language).

A date is never digits only: a month is a word, so nobody reads 3/4 as April or March. Like
the language, 12 or 24 hours is the reader's: what they chose holds for all that is said while
the answer to their request is made; what no person asked for is said in 24.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.dateformat import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NEAR = timedelta(hours=12)
MINUTE = timedelta(minutes=1)
WEEK = 6  # days on either side that a weekday still names without doubt
WHOLE_DAY = 24
KEPT = 4096  # of each cache below: lists say the same days and lengths again and again


_hours: ContextVar[int] = ContextVar("hours", default=WHOLE_DAY)


@contextmanager
def told_in(hours: int) -> Iterator[None]:
    """Say the times of what is made inside by a clock of 12 or 24 hours."""
    before = _hours.set(hours)
    try:
        yield
    finally:
        _hours.reset(before)


@lru_cache(KEPT)
def _day(day: date, form: str, _language: str | None) -> str:
    """Return a date in one form, in the language that is active."""
    return dateformat(day, form)


@lru_cache(KEPT)
def _span(minutes: int, _language: str | None) -> str:
    """Return a length in whole minutes, in the language that is active."""
    days, hours = divmod(minutes // 60, 24)
    rest = minutes % 60
    if days:
        return (
            _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
            if hours
            else _("%(days)s d") % {"days": days}
        )
    if hours:
        return (
            _("%(hours)s h %(minutes)s m") % {"hours": hours, "minutes": rest}
            if rest
            else _("%(hours)s h") % {"hours": hours}
        )
    return _("%(minutes)s m") % {"minutes": rest}


@lru_cache(KEPT)
def _late(minutes: int, language: str | None) -> str:
    """Return how late something is, in whole minutes, in the language that is active."""
    return _("%(span)s late") % {"span": _span(minutes, language)}


@lru_cache(KEPT)
def _in(minutes: int, language: str | None) -> str:
    """Return how soon something is, in whole minutes, in the language that is active."""
    return _("in %(span)s") % {"span": _span(minutes, language)}


def span_words(length: timedelta) -> str:
    """Return a length as its two largest units: "18 m", "3 h 18 m", "2 d 4 h", "0 m".

    length: not negative; cut to whole minutes, from a day on to whole hours.
    """
    return _span(length // MINUTE, get_language())


def late_words(due_at: datetime, now: datetime) -> str:
    """Return how late a due instant is: "1 h 25 m late", "2 d 4 h late", "due now"."""
    if now - due_at < MINUTE:
        return _("due now")
    return _late((now - due_at) // MINUTE, get_language())


def left_words(due_at: datetime, now: datetime) -> str:
    """Return how much is left of a clock: "2 h 18 m left", or how late it is."""
    if due_at <= now:
        return late_words(due_at, now)
    return _("%(span)s left") % {"span": span_words(due_at - now)}


def due_words(due_at: datetime, now: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return when something is due, seen from now, in the facility's zone.

    "in 18 m" under an hour, "in 3 h 18 m" under 12 hours, then as `when_words`; late if past.
    """
    if due_at <= now:
        return late_words(due_at, now)
    if due_at - now < NEAR:
        return _in((due_at - now) // MINUTE, get_language())
    return when_words(due_at, now, zone, hours)


def when_words(at: datetime, now: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return an instant as a person says it: "14:00" today, "Tue 24 Nov, 09:00" within six days
    of today, "24 Nov 2026" beyond. hours: 12 or 24; 0: as the reader wants it.
    """  # noqa: D205  one sentence with its three forms
    return _when(at.astimezone(zone), now.astimezone(zone).date(), hours, get_language())


def _when(local: datetime, today: date, hours: int, language: str | None) -> str:
    day = local.date()
    if day == today:
        return clock_words(local, hours)
    if abs((day - today).days) <= WEEK:
        return f"{_day(day, 'D j M', language)}, {clock_words(local, hours)}"
    return _day(day, "j M Y", language)


def time_words(at: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return the time of day: "14:00", or "2:00 PM" for 12. 0: as the reader wants it."""
    return clock_words(at.astimezone(zone), hours)


def clock_words(local: datetime | time, hours: int = 0) -> str:
    """Return what `time_words` does of an instant in its zone already, or of a time of day."""
    if (hours or _hours.get()) == WHOLE_DAY:
        return f"{local.hour:02}:{local.minute:02}"
    return time_format(local, "g:i A")


def day_words(day: date) -> str:
    """Return a date: "24 Nov 2026"."""
    return _day(day, "j M Y", get_language())


def today_words(now: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return the head of a page of the day: "Monday 23 November, 10:42"."""
    local = now.astimezone(zone)
    return f"{_day(local.date(), 'l j F', get_language())}, {clock_words(local, hours)}"


def moment_words(at: datetime, now: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return a day with its time: "Mon 30 Nov, 23:59", with the year where it is another one."""
    local = at.astimezone(zone)
    day = dateformat(local, "D j M" if local.year == now.astimezone(zone).year else "D j M Y")
    return f"{day}, {time_words(at, zone, hours)}"


def full_words(at: datetime, zone: ZoneInfo, hours: int = 0) -> str:
    """Return everything about an instant: "Monday 23 November 2026, 10:42 EST"."""
    local = at.astimezone(zone)
    day = _day(local.date(), "l j F Y", get_language())
    return f"{day}, {time_words(at, zone, hours)} {local.tzname()}"


def age_words(since: datetime, now: datetime) -> str:
    """Return how long something has lasted: "23 h", "4 m", "2 d 4 h"."""
    return span_words(max(now - since, timedelta(0)))


class PageTime:
    """The words for time of one page: its now, zone and language are looked up once, not per cell.

    The methods that take `local` want an instant in the page's zone already, as `local` gives it.
    hours: 12 or 24; 0: as the reader wants it.
    """

    __slots__ = ("_hours", "_language", "_zone", "now", "today")

    def __init__(self, now: datetime, zone: ZoneInfo, language: str | None, hours: int = 0) -> None:
        self.now = now
        self.today = now.astimezone(zone).date()
        self._zone, self._language, self._hours = zone, language, hours or _hours.get()

    def local(self, at: datetime) -> datetime:
        """Return an instant as the page's zone reads it."""
        return at.astimezone(self._zone)

    def hour(self, local: datetime) -> str:
        """Return the time of day, as `time_words`."""
        return clock_words(local, self._hours)

    def when(self, at: datetime) -> str:
        """Return an instant as `when_words`."""
        return self.when_local(self.local(at))

    def when_local(self, local: datetime) -> str:
        """Return an instant as `when_words`."""
        return _when(local, self.today, self._hours, self._language)

    def late(self, at: datetime) -> str:
        """Return how late something is, as `late_words`."""
        minutes = (self.now - at) // MINUTE
        return _late(minutes, self._language) if minutes else _("due now")

    def due_local(self, local: datetime) -> str:
        """Return when something to come is due, as `due_words`."""
        left = local - self.now
        return _in(left // MINUTE, self._language) if left < NEAR else self.when_local(local)

    def age(self, since: datetime) -> str:
        """Return how long something has lasted, as `age_words`."""
        return _span(max((self.now - since) // MINUTE, 0), self._language)
