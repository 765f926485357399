"""What one patient says on the list of patients, in words, and the groups they stand in."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.caseload.lines import SEX_LETTERS
from coordination.caseload.queries.patients import PatientPage, PatientRow
from coordination.caseload.rules import Day, days_unseen
from coordination.outreach.models import CallChannel, Outcome
from coordination.words import day_words, due_words, full_words, late_words, time_words
from patients.rules import age

SOON = "soon"
IN_BED, AT_HOME, ELSEWHERE = range(3)


class PatientLine(NamedTuple):
    """One row of the list, in words. due_tone: late, soon or calm."""

    id: UUID
    name: str
    who: str
    bed: str
    language: str
    is_unlisted: bool
    has_died: bool
    title: str
    due: str
    due_tone: str
    due_full: str
    open: int
    late: int
    last: str
    last_full: str
    how: str
    unseen: str
    leaving: str
    leaving_full: str
    stay_id: UUID | None
    moving: str


class PatientGroup(NamedTuple):
    """One group of rows. size: of the whole list, not of the page."""

    code: str
    icon: str
    tone: str
    name: str
    size: int
    note: str
    lines: list[PatientLine]


def near_words(at: datetime, day: Day) -> str:
    """Return an instant by day: "Today 08:40", "Tomorrow 11:00", "Thu 19 Nov", "19 Oct 2026"."""
    local = at.astimezone(day.zone)
    days = (local.date() - day.now.astimezone(day.zone).date()).days
    clock_time = time_words(at, day.zone)
    if days == 0:
        return _("Today %(at)s") % {"at": clock_time}
    if days == 1:
        return _("Tomorrow %(at)s") % {"at": clock_time}
    if abs(days) <= 60:  # noqa: PLR2004  a weekday and a month name a day without doubt
        return dateformat(local, "D j M")
    return day_words(local.date())


def due_of(row: PatientRow, day: Day) -> tuple[str, str, str]:
    """Return the next step's due words, tone and full words."""
    if row.due_at is None:
        return (_("Before leaving") if row.due_event else _("No date")), "calm", ""
    full = full_words(row.due_at, day.zone)
    if row.due_at < day.now:
        return late_words(row.due_at, day.now), "late", full
    tone = SOON if row.due_at < day.soon else "calm"
    return due_words(row.due_at, day.now, day.zone), tone, full


def how_words(row: PatientRow) -> str:
    """Return how the last contact was made: "bedside", "phone", "voicemail"."""
    if row.outcome == Outcome.VOICEMAIL:
        return _("voicemail")
    short = {
        CallChannel.BEDSIDE.value: _("bedside"),
        CallChannel.PHONE.value: _("phone"),
        CallChannel.FAMILY_MEETING.value: _("family meeting"),
    }
    return short.get(row.channel or "") or (
        str(CallChannel(row.channel).label).lower() if row.channel else ""
    )


def unseen_words(row: PatientRow, day: Day, page: PatientPage) -> str:
    """Return how many business days nobody has stood at the bed: "1 day unseen", or ""."""
    last = row.seen_at or row.admitted_at
    if not row.unseen or last is None:
        return ""
    today = day.now.astimezone(day.zone).date()
    days = days_unseen(last.astimezone(day.zone).date(), today, page.calendar_of(row.facility_id))
    return ngettext("%(n)d day unseen", "%(n)d days unseen", days) % {"n": days}


def leaving_of(row: PatientRow, day: Day) -> tuple[str, str]:
    """Return when the patient leaves, or has left, short and in full."""
    if row.place == IN_BED:
        if row.expected_at is None:
            return _("No date"), ""
        words = near_words(row.expected_at, day)
        if row.expected_at < day.now:
            words = _("Was to leave %(when)s") % {"when": words}
        return words, full_words(row.expected_at, day.zone)
    if row.departed_at is None:
        return "", ""
    left = _("Left %(when)s") % {"when": near_words(row.departed_at, day)}
    return left, full_words(row.departed_at, day.zone)


def patient_line(row: PatientRow, day: Day, page: PatientPage) -> PatientLine:
    """Put one row into words."""
    today = day.now.astimezone(day.zone).date()
    years = age(row.birth_date, today) if row.birth_date else ""
    due, tone, due_full = due_of(row, day) if row.title else ("", "calm", "")
    leaving, leaving_full = leaving_of(row, day)
    bed = row.bed or {AT_HOME: _("Home"), ELSEWHERE: ""}.get(row.place, "–")
    return PatientLine(
        id=row.public_id,
        name=f"{row.given} {row.family}".strip(),
        who=f"{years} {SEX_LETTERS[row.sex]}".strip(),
        bed=bed,
        language=row.language.split("-")[0].upper() if row.interpreter else "",
        is_unlisted=row.is_unlisted,
        has_died=row.deceased_at is not None,
        title=row.title or "",
        due=due,
        due_tone=tone,
        due_full=due_full,
        open=row.open,
        late=row.late,
        last=near_words(row.contact_at, day) if row.contact_at else _("No contact yet"),
        last_full=full_words(row.contact_at, day.zone) if row.contact_at else "",
        how=how_words(row),
        unseen=unseen_words(row, day, page),
        leaving=leaving,
        leaving_full=leaving_full,
        stay_id=row.stay_id,
        moving=row.moving or "",
    )


def group_head(row: PatientRow) -> tuple[str, str, str, str, str]:
    """Return the code, icon, tone, name and note of the group a row stands in."""
    if not row.is_planned:
        note = _("no next step and no due time")
        return "nothing", "circle-dashed", SOON, _("Nothing planned"), note
    if row.place == IN_BED:
        name = row.unit or _("In hospital, unit not known")
        return f"unit-{row.unit_id}", "bed", "", name, ""
    if row.place == AT_HOME:
        return "home", "house", "", _("At home"), _("left in the last 30 days")
    return "community", "map-pin", "", _("In the community"), ""


def patient_groups(page: PatientPage, day: Day) -> list[PatientGroup]:
    """Return the rows in words, in their groups, which follow the order of the list."""
    found = []
    for (code, icon, tone, name, note), rows in groupby(page.rows, key=group_head):
        mine = list(rows)
        lines = [patient_line(row, day, page) for row in mine]
        found.append(PatientGroup(code, icon, tone, name, mine[0].in_group, note, lines))
    return found
