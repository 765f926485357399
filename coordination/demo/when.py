"""How the demo's story tells time: instants relative to the moment it is told (demo/README)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AGO = re.compile(r"(?P<sign>[+-])(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")
DAYS = re.compile(r"(?P<sign>[+-])(?P<days>\d+)(?P<unit>d|bd) (?P<hour>\d{2}):(?P<minute>\d{2})")
SHARE = re.compile(r"(?P<span>rest|sofar) (?P<percent>\d+)%")
WEEKEND = re.compile(
    r"wkend(?P<which>[+-]1) (?P<day>fri|sat|sun|mon) (?P<hour>\d{2}):(?P<minute>\d{2})"
)
FROM_FRIDAY = {"fri": 0, "sat": 1, "sun": 2, "mon": 3}
LAST_LIGHT = time(23, 30)
FRIDAY = 4


class Unreadable(ValueError):
    """The story names an instant in no known way."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Turns the story's instants into real ones.

    now: the aware instant it is told; zone: the facility's, in which wall clocks are read;
    holidays: days that business days skip.
    """

    now: datetime
    zone: ZoneInfo
    holidays: Collection[date] = ()

    def at(self, text: str) -> datetime | None:
        """Return the instant, or None for an empty text. Raises Unreadable."""
        text = text.strip()
        if not text:
            return None
        for pattern, read in (
            (AGO, self._from_now),
            (DAYS, self._by_day),
            (SHARE, self._by_share),
            (WEEKEND, self._by_weekend),
        ):
            found = pattern.fullmatch(text)
            if found:
                return read(found)
        raise Unreadable(text)

    @property
    def local(self) -> datetime:
        """Return now on the facility's wall."""
        return self.now.astimezone(self.zone)

    def _from_now(self, found: re.Match[str]) -> datetime:
        span = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
        return self.now + span if found["sign"] == "+" else self.now - span

    def _wall(self, day: date, hour: str, minute: str) -> datetime:
        return datetime.combine(day, time(int(hour), int(minute)), self.zone)

    def _by_day(self, found: re.Match[str]) -> datetime:
        count = int(found["days"])
        step = 1 if found["sign"] == "+" else -1
        day = self.local.date()
        if found["unit"] == "d":
            day += timedelta(days=step * count)
        while found["unit"] == "bd" and count:
            day += timedelta(days=step)
            count -= self._is_working(day)
        return self._wall(day, found["hour"], found["minute"])

    def _is_working(self, day: date) -> bool:
        return day.weekday() <= FRIDAY and day not in self.holidays

    def _by_share(self, found: re.Match[str]) -> datetime:
        share = int(found["percent"]) / 100
        if found["span"] == "sofar":
            midnight = datetime.combine(self.local.date(), time.min, self.zone)
            return midnight + (self.now - midnight) * share
        first = self.now + timedelta(hours=2, minutes=5)
        last = datetime.combine(self.local.date(), LAST_LIGHT, self.zone)
        span = last - first if last - first >= timedelta(hours=1) else timedelta(hours=1)
        return first + span * share

    def _by_weekend(self, found: re.Match[str]) -> datetime:
        friday = self.local.date() - timedelta(days=(self.local.weekday() - FRIDAY) % 7)
        if found["which"] == "-1":
            while self._wall(friday + timedelta(days=3), "08", "00") > self.now:
                friday -= timedelta(days=7)
        else:
            while self._wall(friday, "17", "00") <= self.now:
                friday += timedelta(days=7)
        day = friday + timedelta(days=FROM_FRIDAY[found["day"]])
        return self._wall(day, found["hour"], found["minute"])
