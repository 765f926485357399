"""The calendar strip of the "why" page: cells with their words, folded where it would be long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _

from coordination.clocks import rules
from coordination.words import clock_words

PER_ROW = 6
MOST_CELLS = 18
FIRST_CELLS, LAST_CELLS = 5, 6
LONGEST_FOOT = 13  # letters that fit under a cell


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: weekday, day of the month, its part in the count, and what stands below it.

    look: d0, on, hol, we, due, gap. short: the foot where there is little room.
    """

    weekday: str
    number: str
    part: str
    foot: str
    short: str
    look: str
    said: str


LOOKS = {"start": "d0", "counted": "on", "between": "on", "due": "due"}


def cells(days: Sequence[rules.Day], anchor_at: datetime, due_at: datetime) -> list[list[Cell]]:
    """Return the cells in rows. Both instants in the clock's zone; due may lie before anchor."""
    if len(days) > MOST_CELLS:
        gap = _gap(days[FIRST_CELLS:-LAST_CELLS])
        made = [
            *(_cell(day, anchor_at, due_at) for day in days[:FIRST_CELLS]),
            gap,
            *(
                _cell(day, anchor_at, due_at, with_month=not n)
                for n, day in enumerate(days[-LAST_CELLS:])
            ),
        ]
    else:
        made = [_cell(day, anchor_at, due_at) for day in days]
    return [made[n : n + PER_ROW] for n in range(0, len(made), PER_ROW)]


def _gap(hidden: Sequence[rules.Day]) -> Cell:
    words = _("%(count)d days") % {"count": len(hidden)}
    return Cell("", "…", words, "", "", "gap", words)


def _cell(
    day: rules.Day, anchor_at: datetime, due_at: datetime, *, with_month: bool = False
) -> Cell:
    foot, short = _feet(day, anchor_at, due_at)
    part = _part(day)
    look = LOOKS.get(day.role, "we" if day.reason == "weekend" else "hol")
    said = f"{dateformat(day.on, 'l j F')}: {part or foot}, {foot}"
    names_month = with_month or day.on.day == 1
    weekday = dateformat(day.on, "D M" if names_month else "D")
    return Cell(weekday, str(day.on.day), part, foot, short, look, said)


def _part(day: rules.Day) -> str:
    if day.role == "skipped":
        return _("Skipped")
    return "" if day.number is None else _("Day %(number)d") % {"number": day.number}


def _feet(day: rules.Day, anchor_at: datetime, due_at: datetime) -> tuple[str, str]:
    """Return the words below a cell, long and short."""
    if day.role == "due":
        return _("Due %(time)s") % {"time": clock_words(due_at)}, _("Due")
    if day.on == anchor_at.date():
        return _("Start %(time)s") % {"time": clock_words(anchor_at)}, _("Start")
    if day.reason == "weekend":
        return _("Weekend"), _("Weekend")
    if day.reason:
        name = day.reason if len(day.reason) <= LONGEST_FOOT else day.reason.removesuffix(" Day")
        return (name if len(name) <= LONGEST_FOOT else _("Holiday")), _("Holiday")
    if day.closed:
        return _("Counts, closed"), _("Closed")
    return _("Counts"), _("Counts")


def warning(days: rules.Workdays) -> tuple[str, str]:
    """Return what our closures mean: what is closed, and how little is left; both empty: fine."""
    if not days.closed:
        return "", ""
    closed = _("We are closed %(days)s. The date stays:") % {"days": _listed(days.closed)}
    if not days.left:
        return closed, _("no working day of ours is left.")
    if len(days.left) == 1:
        return closed, _("%(day)s is our only working day left.") % {"day": _listed(days.left)}
    return closed, _("%(count)d working days of ours are left.") % {"count": len(days.left)}


def _listed(days: Sequence[date]) -> str:
    return ", ".join(dateformat(day, "D j M") for day in days)
