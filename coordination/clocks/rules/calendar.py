"""Days that count: a calendar of holidays, and counting business days by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


class CalendarUnknown(ValueError):
    """A date lies in a year whose holidays the calendar does not hold."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays by date, with their names, and the years they are complete for.

    name: as shown, such as "Federal holidays as observed". years: first and last year filled, both
    included; None means that every year may be asked (a calendar of closures that is always whole).
    """

    name: str = ""
    holidays: Mapping[date, str] = field(default_factory=dict)
    years: tuple[int, int] | None = None

    def skipped(self, day: date) -> str:
        """Return why the day does not count: "weekend", a holiday's name, or "" when it counts.

        Raises CalendarUnknown for a year whose holidays are not filled in.
        """
        if self.years and not self.years[0] <= day.year <= self.years[1]:
            raise CalendarUnknown(f"no holidays known for {day.year}")
        if day.weekday() >= SATURDAY:
            return "weekend"
        return self.holidays.get(day, "")

    def is_business_day(self, day: date) -> bool:
        """Say whether the day is neither a weekend nor a holiday."""
        return not self.skipped(day)


def add_business_days(start: date, count: int, calendar: Calendar) -> date:
    """Return the count-th business day after the start date; negative counts go back.

    The start date itself is never counted (rules.md 1.3, day zero). A count of 0 is the start.
    """
    step = timedelta(days=1 if count >= 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= calendar.is_business_day(day)
    return day


def business_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many business days lie after the start date, up to and including the end date.

    0 when the end is not after the start.
    """
    days = (end - start).days
    return sum(calendar.is_business_day(start + timedelta(days=n)) for n in range(1, days + 1))


def next_business_day(day: date, calendar: Calendar) -> date:
    """Return the day itself if it counts, else the next one that does (a row that says *roll*)."""
    while not calendar.is_business_day(day):
        day += timedelta(days=1)
    return day


def last_business_day(day: date, calendar: Calendar) -> date:
    """Return the day itself if it counts, else the last one before it that does."""
    while not calendar.is_business_day(day):
        day -= timedelta(days=1)
    return day
