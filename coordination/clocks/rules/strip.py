"""The days between anchor and due instant, each with its part in the count: the calendar strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coordination.clocks.rules.calendar import Calendar
from coordination.clocks.rules.units import Spec

NUMBERED = {"business_days", "calendar_days", "months"}  # units whose days have numbers


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip.

    role: start, counted, skipped, due, between (an hours clock counts no days). number: which day
    of the count, None if it does not count. reason: "weekend" or the holiday's name. closed: the
    name of our own closure, "" if we are open.
    """

    on: date
    role: str
    number: int | None
    reason: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Workdays:
    """How many of our own working days are left, where a closure of ours takes some away.

    closed: our closures among the days that count. left: our working days up to the due date.
    """

    closed: tuple[date, ...]
    left: tuple[date, ...]

    @property
    def code(self) -> str:
        """Return the warning's short code: "only-working-day-left-is-<date>", or "" for none."""
        if not self.closed:
            return ""
        if len(self.left) == 1:
            return f"only-working-day-left-is-{self.left[0].isoformat()}"
        return f"working-days-left-{len(self.left)}"


def days(
    spec: Spec, anchor_at: datetime, due_at: datetime, regulatory: Calendar, ours: Calendar
) -> tuple[Day, ...]:
    """Return every local day from the earlier of anchor and due to the later, in order.

    Both instants in the clock's own zone. A deadline *before* its anchor runs backwards: the
    anchor is then the last day.
    """
    start, end = anchor_at.date(), due_at.date()
    step = 1 if end >= start else -1
    numbered = spec.unit in NUMBERED
    found, number = [], 1 if spec.inclusive else 0
    for n in range(abs((end - start).days) + 1):
        on = start + timedelta(days=n * step)
        reason = regulatory.skipped(on) if n and spec.unit == "business_days" else ""
        number += 1 if n and not reason else 0
        found.append(
            Day(
                on=on,
                role=_role(on, start, end, reason, numbered=numbered),
                number=number if numbered and not reason else None,
                reason=reason,
                closed=ours.holidays.get(on, ""),
            )
        )
    return tuple(found[::step])


def _role(on: date, start: date, end: date, reason: str, *, numbered: bool) -> str:
    if on == end:
        return "due"
    if on == start:
        return "start"
    if reason:
        return "skipped"
    return "counted" if numbered else "between"


def workdays(
    anchor_at: datetime, due_at: datetime, regulatory: Calendar, ours: Calendar
) -> Workdays:
    """Say which working days are left after the anchor's day, by our own calendar.

    Our closures never move a regulatory date, they only warn (rules.md 1.3, holidays). A closure
    on a weekend or regulatory holiday takes nothing away.
    """
    first, last = anchor_at.date() + timedelta(days=1), due_at.date()
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    business = [d for d in span if regulatory.is_business_day(d)]
    return Workdays(
        closed=tuple(d for d in business if d in ours.holidays),
        left=tuple(d for d in business if d not in ours.holidays),
    )
