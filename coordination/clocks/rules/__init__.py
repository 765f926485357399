"""Deadlines as pure functions: plain values in and out, no database, no reading of the clock."""

from coordination.clocks.rules.bands import BANDS, NOT_LATE, band, band_cuts
from coordination.clocks.rules.calendar import (
    Calendar,
    CalendarUnknown,
    add_business_days,
    business_days_between,
    last_business_day,
    next_business_day,
)
from coordination.clocks.rules.choosing import choose, fits, in_force, is_for, sign_offs_needed
from coordination.clocks.rules.instants import add_months, local_instant
from coordination.clocks.rules.segments import (
    Segment,
    inpatient_days,
    is_mcsn_due,
    is_too_short,
    observation_time,
    qualifies_for_snf,
)
from coordination.clocks.rules.states import (
    ClockState,
    accepts,
    is_in_time,
    is_late,
    margin_minutes,
    state_of,
    whole_second,
)
from coordination.clocks.rules.strip import Day, Workdays, days, workdays
from coordination.clocks.rules.units import Due, Spec, due

__all__ = [
    "BANDS", "NOT_LATE", "Calendar", "CalendarUnknown", "ClockState", "Day", "Due", "Segment",
    "Spec", "Workdays", "accepts", "add_business_days", "add_months", "band", "band_cuts",
    "business_days_between", "choose", "days", "due", "fits", "in_force", "inpatient_days",
    "is_for", "is_in_time", "is_late", "is_mcsn_due", "is_too_short", "last_business_day",
    "local_instant", "margin_minutes", "next_business_day", "observation_time",
    "qualifies_for_snf", "sign_offs_needed", "state_of", "whole_second", "workdays",
]  # fmt: skip
