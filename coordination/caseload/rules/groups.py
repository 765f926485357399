"""The groups of a worklist, in the order they are shown (rules.md 5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coordination.caseload.rules.day import Day


@dataclass(frozen=True, slots=True)
class Group:
    """One group: code in URLs, its color token and its icon. The view gives it words."""

    code: str
    tone: str
    icon: str


GROUPS = (
    Group("overdue", "late", "octagon-alert"),
    Group("soon", "soon", "alarm-clock"),
    Group("today", "calm", "clock"),
    Group("later", "calm", "calendar-days"),
    Group("leaving", "calm", "door-open"),
    Group("undated", "calm", "circle-dashed"),
    Group("held", "calm", "circle-pause"),
)


def group_of(due_at: datetime | None, due_event: str, status: str, day: Day) -> str:
    """Return the code of the group an open task belongs to.

    due_at: when it is due, or None; due_event: what it hangs on instead ("before-leaving"), or "".
    A task on hold is its own group until it is late: a hold never hides lateness.
    """
    if due_at is not None and due_at < day.now:
        return "overdue"
    if status == "on-hold":
        return "held"
    if due_at is None:
        return "leaving" if due_event else "undated"
    if due_at < day.soon:
        return "soon"
    return "today" if due_at < day.ends else "later"
