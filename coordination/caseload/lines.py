"""What one task says on a list: every word made once per row, so that the template only prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

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
NOBODY: Mapping[int, str] = {}
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


class Phrases(NamedTuple):
    """The fixed words of a row: looked up once for a page, not once for a cell."""

    at_home: str
    mrn: str
    on_hold: str
    tried: str
    waiting: str
    before_leaving: str
    no_hour: str
    no_date: str
    was_due: str
    at: str
    today: str
    by_person: str


@cache
def _phrases(_language: str | None) -> Phrases:
    """Look the words up in the language that is active."""
    return Phrases(
        at_home=_("At home"),
        mrn=_("MRN %(mrn)s"),
        on_hold=_("On hold until %(until)s"),
        tried=_("%(tried)s, last %(last)s"),
        waiting=_("Waiting on %(who)s, %(age)s"),
        before_leaving=_("Before leaving"),
        no_hour=_("no hour yet"),
        no_date=_("No date"),
        was_due=_("was due %(at)s"),
        at=_("at %(at)s"),
        today=_("Today %(at)s"),
        by_person=_("set by a person"),
    )


def phrases() -> Phrases:
    """Return the fixed words of a row."""
    return _phrases(get_language())


def demo_words(row: TaskRow, today: date, say: Phrases) -> str:
    """Return the second line under a name: "78 F · 4W-12 · MRN 004 118 27"."""
    years = age(row.birth_date, today) if row.birth_date else ""
    who = f"{years} {SEX_LETTERS[row.sex]}".strip()
    place = row.bed or row.unit_code or ""
    if row.departed_at or not row.stay_status:
        place = say.at_home
    parts = [who, place, say.mrn % {"mrn": row.mrn} if row.mrn else ""]
    return " · ".join(part for part in parts if part)


def context_words(row: TaskRow, day: Day, say: Phrases) -> str:
    """Return the line under a task: what was tried, else the next step, else whom it waits for."""
    if row.status == "on-hold" and row.hold_until:
        until = when_words(row.hold_until, day.now, day.zone)
        return say.on_hold % {"until": until}
    if row.calls and row.last_call_at:
        last = when_words(row.last_call_at, day.now, day.zone)
        if row.voicemails:
            said = ngettext("%(n)s voicemail", "%(n)s voicemails", row.voicemails)
            tried = said % {"n": row.voicemails}
        else:
            tried = ngettext("%(n)s call", "%(n)s calls", row.calls) % {"n": row.calls}
        return say.tried % {"tried": tried, "last": last}
    if row.next_step:
        return row.next_step
    if row.waiting_since:
        waits = age_words(row.waiting_since, day.now)
        return say.waiting % {"who": row.waiting_on_person, "age": waits}
    return ""


def due_parts(row: TaskRow, day: Day, say: Phrases) -> tuple[str, str, str, str]:
    """Return the due cell: words, second line, ISO instant, full words."""
    if row.due_at is None:
        if row.due_event:
            return say.before_leaving, say.no_hour, "", ""
        return say.no_date, "", "", ""
    clock_time = time_words(row.due_at, day.zone)
    full = full_words(row.due_at, day.zone)
    iso = row.due_at.astimezone(day.zone).isoformat(timespec="minutes")
    if row.due_at < day.now:
        was = say.was_due % {"at": when_words(row.due_at, day.now, day.zone)}
        return late_words(row.due_at, day.now), was, iso, full
    words = due_words(row.due_at, day.now, day.zone)
    second = say.at % {"at": clock_time} if row.due_at < day.ends else ""
    return words, "" if words == clock_time else second, iso, full


def leaving_words(row: TaskRow, day: Day, say: Phrases) -> tuple[str, str]:
    """Return when the patient is expected to leave, short and in full; empty at home."""
    at: datetime | None = row.expected_at
    if at is None or row.departed_at:
        return "", ""
    words = when_words(at, day.now, day.zone)
    if day.begins <= at < day.ends:
        words = say.today % {"at": time_words(at, day.zone)}
    return words, full_words(at, day.zone)


TONES = {group.code: group.tone for group in GROUPS}


def line(row: TaskRow, day: Day, owners: Mapping[int, str] = NOBODY) -> Line:
    """Put one row into words. owners: names by pk of whom the reader covers for."""
    say = phrases()
    group = group_of(row.due_at, row.due_event, row.status, day)
    due, due_at, iso, full = due_parts(row, day, say)
    leaving, leaving_full = leaving_words(row, day, say)
    return Line(
        id=row.public_id,
        version=row.version,
        group=group,
        tone=TONES[group],
        due=due,
        due_at=due_at,
        due_iso=iso,
        due_full=full,
        due_mark=say.by_person if row.by_person else "",
        has_clock=row.has_clock,
        patient_id=row.patient_id,
        name=f"{row.given} {row.family}".strip(),
        demo=demo_words(row, day.now.astimezone(day.zone).date(), say),
        language=row.language.split("-")[0].upper() if row.interpreter == "needed" else "",
        is_unlisted=row.is_unlisted,
        icon=KIND_ICONS.get(row.kind, "circle-dot"),
        title=row.title,
        context=for_whom(row, owners, context_words(row, day, say)),
        leaving=leaving,
        leaving_full=leaving_full,
    )


def for_whom(row: TaskRow, owners: Mapping[int, str], context: str) -> str:
    """Return the line under a task, headed by whose it is where one covers for them."""
    if row.owner_id is None or row.owner_id not in owners:
        return context
    said = _("For %(who)s") % {"who": owners[row.owner_id]}
    return f"{said} · {context}" if context else said


def grouped(
    rows: list[TaskRow], day: Day, owners: Mapping[int, str] = NOBODY
) -> list[tuple[Group, list[Line]]]:
    """Return the rows in words, in the order of the groups; empty groups are left out."""
    lines = [line(row, day, owners) for row in rows]
    return [
        (group, mine)
        for group in GROUPS
        if (mine := [each for each in lines if each.group == group.code])
    ]
