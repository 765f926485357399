"""What one task says on a list: every word made once per row, so that the template only prints."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.caseload.queries.day import TaskRow
from coordination.caseload.rules import GROUPS, Day, Group, group_of
from coordination.words import (
    age_words,
    due_words,
    full_words,
    late_words,
    time_words,
    when_words,
)
from patients.rules import age

KIND_ICONS = {
    "call": "phone",
    "referral": "send",
    "authorization": "shield",
    "appeal": "scale",
    "paperwork": "file-text",
    "notice": "file-text",
    "ride": "car",
    "supply": "package",
    "meeting": "users",
    "visit": "stethoscope",
    "check": "list-checks",
}
SEX_LETTERS = {"female": "F", "male": "M", "other": "X", "unknown": ""}


class Line(NamedTuple):
    """One row of the list, in words."""

    id: UUID
    version: int
    group: str
    tone: str
    due: str
    due_at: str
    due_iso: str
    due_full: str
    due_mark: str
    has_clock: bool
    patient_id: UUID
    name: str
    demo: str
    language: str
    is_unlisted: bool
    icon: str
    title: str
    context: str
    leaving: str
    leaving_full: str


def demo_words(row: TaskRow, today: date) -> str:
    """Return the second line under a name: "78 F · 4W-12 · MRN 004 118 27"."""
    years = age(row.birth_date, today) if row.birth_date else ""
    who = f"{years} {SEX_LETTERS[row.sex]}".strip()
    place = row.bed or row.unit_code or ""
    if row.departed_at or not row.stay_status:
        place = _("At home")
    parts = [who, place, _("MRN %(mrn)s") % {"mrn": row.mrn} if row.mrn else ""]
    return " · ".join(part for part in parts if part)


def context_words(row: TaskRow, day: Day) -> str:
    """Return the line under a task: what was tried, else the next step, else whom it waits for."""
    if row.status == "on-hold" and row.hold_until:
        until = when_words(row.hold_until, day.now, day.zone)
        return _("On hold until %(until)s") % {"until": until}
    if row.calls and row.last_call_at:
        last = when_words(row.last_call_at, day.now, day.zone)
        if row.voicemails:
            said = ngettext("%(n)s voicemail", "%(n)s voicemails", row.voicemails)
            tried = said % {"n": row.voicemails}
        else:
            tried = ngettext("%(n)s call", "%(n)s calls", row.calls) % {"n": row.calls}
        return _("%(tried)s, last %(last)s") % {"tried": tried, "last": last}
    if row.next_step:
        return row.next_step
    if row.waiting_since:
        waits = age_words(row.waiting_since, day.now)
        return _("Waiting on %(who)s, %(age)s") % {"who": row.waiting_on_person, "age": waits}
    return ""


def due_parts(row: TaskRow, day: Day) -> tuple[str, str, str, str]:
    """Return the due cell: words, second line, ISO instant, full words."""
    if row.due_at is None:
        if row.due_event:
            return _("Before leaving"), _("no hour yet"), "", ""
        return _("No date"), "", "", ""
    clock_time = time_words(row.due_at, day.zone)
    full = full_words(row.due_at, day.zone)
    iso = row.due_at.astimezone(day.zone).isoformat(timespec="minutes")
    if row.due_at < day.now:
        was = _("was due %(at)s") % {"at": when_words(row.due_at, day.now, day.zone)}
        return late_words(row.due_at, day.now), was, iso, full
    words = due_words(row.due_at, day.now, day.zone)
    second = _("at %(at)s") % {"at": clock_time} if row.due_at < day.ends else ""
    return words, "" if words == clock_time else second, iso, full


def leaving_words(row: TaskRow, day: Day) -> tuple[str, str]:
    """Return when the patient is expected to leave, short and in full; empty at home."""
    at: datetime | None = row.expected_at
    if at is None or row.departed_at:
        return "", ""
    words = when_words(at, day.now, day.zone)
    if day.begins <= at < day.ends:
        words = _("Today %(at)s") % {"at": time_words(at, day.zone)}
    return words, full_words(at, day.zone)


TONES = {group.code: group.tone for group in GROUPS}


def line(row: TaskRow, day: Day) -> Line:
    """Put one row into words."""
    group = group_of(row.due_at, row.due_event, row.status, day)
    due, due_at, iso, full = due_parts(row, day)
    leaving, leaving_full = leaving_words(row, day)
    return Line(
        id=row.public_id,
        version=row.version,
        group=group,
        tone=TONES[group],
        due=due,
        due_at=due_at,
        due_iso=iso,
        due_full=full,
        due_mark=_("set by a person") if row.by_person else "",
        has_clock=row.has_clock,
        patient_id=row.patient_id,
        name=f"{row.given} {row.family}".strip(),
        demo=demo_words(row, day.now.astimezone(day.zone).date()),
        language=row.language.split("-")[0].upper() if row.interpreter == "needed" else "",
        is_unlisted=row.is_unlisted,
        icon=KIND_ICONS.get(row.kind, "circle-dot"),
        title=row.title,
        context=context_words(row, day),
        leaving=leaving,
        leaving_full=leaving_full,
    )


def grouped(rows: list[TaskRow], day: Day) -> list[tuple[Group, list[Line]]]:
    """Return the rows in words, in the order of the groups; empty groups are left out."""
    lines = [line(row, day) for row in rows]
    return [
        (group, mine)
        for group in GROUPS
        if (mine := [each for each in lines if each.group == group.code])
    ]
