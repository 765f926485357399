"""The arithmetic of a rule's row: from an anchor instant to when it is due (rules.md 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.clocks.rules.calendar import Calendar, add_business_days, next_business_day
from coordination.clocks.rules.instants import (
    END_OF_DAY,
    MIDNIGHT,
    NOON,
    add_absolute,
    add_months,
    local_instant,
)

DATED = {"deadline", "window", "not_before", "expected"}
ABSOLUTE = {"minutes", "hours"}
DAY_UNITS = {"calendar_days", "business_days", "months", "noon_next_day", "end_of_day"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What the arithmetic needs of a rule's row. Field meanings: rules.md 1.1 and 1.3.

    amount: None for a gate, and where the source states no number. opens_amount: how long before
    the anchor (or after, by opens_direction) a window opens; None for a rule that has no opening.
    presumed_days: what is added to a notice date when receipt is not known. extension: how much
    longer a granted extension makes it; extension_unit: empty for the rule's own, else the
    extension is counted from the due instant.
    """

    slug: str
    version: int = 1
    kind: str = "deadline"
    amount: int | None = None
    unit: str = "none"
    direction: str = "after"
    roll: bool = False
    inclusive: bool = False
    opens_amount: int | None = None
    opens_direction: str = "before"
    presumed_days: int = 0
    extension: int = 0
    extension_unit: str = ""
    safe_by: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a rule's clock opens and is due. None: it has no such instant (a gate has neither).

    anchor_at: the instant counted from, after the presumed receipt. safe_by: for filings by us, the
    last business day strictly before the due date; display only.
    """

    anchor_at: datetime
    opens_at: datetime | None = None
    due_at: datetime | None = None
    safe_by: date | None = None
    is_presumed: bool = False
    is_extended: bool = False


def due(
    spec: Spec,
    anchor_at: datetime,
    zone: ZoneInfo,
    calendar: Calendar,
    *,
    is_notice_date: bool = False,
    is_extended: bool = False,
    sooner_at: datetime | None = None,
) -> Due:
    """Say when the rule is due.

    anchor_at: aware instant the clock starts at. zone: where local days begin and end. calendar:
    the regulatory one. is_notice_date: the anchor is the date on a notice whose receipt nobody
    logged. is_extended: the extension the rule grants was used. sooner_at: an event that ends the
    time early, if it is known ("or sooner at"). Raises ValueError for a naive anchor or an unknown
    unit, CalendarUnknown beyond the calendar's years.
    """
    if anchor_at.tzinfo is None:
        raise ValueError("anchor_at needs a time zone")
    is_presumed = is_notice_date and spec.presumed_days > 0
    if is_presumed:
        day = anchor_at.astimezone(zone).date() + timedelta(days=spec.presumed_days)
        anchor_at = local_instant(day, MIDNIGHT, zone)
    anchor_at = anchor_at.astimezone(zone)
    if spec.kind not in DATED or spec.amount is None:
        return Due(anchor_at=anchor_at, is_presumed=is_presumed)
    closes = _closes(spec, anchor_at, zone, calendar, is_extended=is_extended)
    if spec.kind == "not_before":
        return Due(anchor_at=anchor_at, opens_at=closes, is_presumed=is_presumed)
    if sooner_at is not None:
        closes = min(closes, sooner_at.astimezone(zone))
    return Due(
        anchor_at=anchor_at,
        opens_at=_opens(spec, anchor_at, zone, calendar),
        due_at=closes,
        safe_by=add_business_days(closes.date(), -1, calendar) if spec.safe_by else None,
        is_presumed=is_presumed,
        is_extended=is_extended and spec.extension > 0,
    )


def _closes(
    spec: Spec, anchor_at: datetime, zone: ZoneInfo, calendar: Calendar, *, is_extended: bool
) -> datetime:
    """Return the instant the row's amount and unit lead to, with its extension if it was used."""
    if is_extended and spec.extension_unit not in {"", spec.unit}:
        base = _closes(spec, anchor_at, zone, calendar, is_extended=False)
        more = replace(spec, amount=spec.extension, unit=spec.extension_unit)
        return _closes(more, base, zone, calendar, is_extended=False)
    amount = (spec.amount or 0) + (spec.extension if is_extended else 0)
    signed = -amount if spec.direction == "before" else amount
    if spec.unit in ABSOLUTE:
        return add_absolute(anchor_at, timedelta(**{spec.unit: signed}), zone)
    day = day_after(spec.unit, signed, anchor_at.date(), calendar, inclusive=spec.inclusive)
    if spec.roll:
        day = next_business_day(day, calendar)
    return local_instant(day, _time_of_day(spec), zone)


def _time_of_day(spec: Spec) -> time:
    if spec.unit == "noon_next_day":
        return NOON
    return MIDNIGHT if spec.kind == "not_before" else END_OF_DAY


def _opens(spec: Spec, anchor_at: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime | None:
    """Return 00:00 local of a window's first day; None for a rule that may be met at once."""
    if spec.opens_amount is None:
        return None
    sign = -1 if spec.opens_direction == "before" else 1
    unit = spec.unit if spec.unit in DAY_UNITS else "calendar_days"
    day = day_after(unit, sign * spec.opens_amount, anchor_at.date(), calendar)
    return local_instant(day, MIDNIGHT, zone)


def day_after(
    unit: str, amount: int, start: date, calendar: Calendar, *, inclusive: bool = False
) -> date:
    """Return the local date so many units from the start date (back, if negative).

    inclusive: the start date is day 1 (the two rows of rules.md 1.3 that say so), else day 0.
    Raises ValueError for a unit that is not one of days.
    """
    if inclusive:
        amount -= 1
    if unit == "calendar_days":
        return start + timedelta(days=amount)
    if unit == "business_days":
        return add_business_days(start, amount, calendar)
    if unit == "months":
        return add_months(start, amount)
    if unit == "noon_next_day":
        return start + timedelta(days=1)
    if unit == "end_of_day":
        return start
    raise ValueError(f"unknown unit {unit}")
