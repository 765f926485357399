"""Deadline rules as dated data, the calendars they count by, and running clocks."""

from coordination.clocks.models.calendars import Calendar, CalendarKind, Holiday
from coordination.clocks.models.clock import LIVE, Cause, Clock, ClockState
from coordination.clocks.models.rulebook import (
    DeadlineRule,
    Direction,
    Grade,
    RuleKind,
    RulePack,
    Severity,
    SignOff,
    Unit,
    Whose,
)

__all__ = [
    "LIVE", "Calendar", "CalendarKind", "Cause", "Clock", "ClockState", "DeadlineRule",
    "Direction", "Grade", "Holiday", "RuleKind", "RulePack", "Severity", "SignOff", "Unit", "Whose",
]  # fmt: skip
