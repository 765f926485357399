"""What one task says on a list: every word made once per row, so that the template only prints."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from coordination.caseload.queries.day import TaskRow
from coordination.caseload.rules import GROUPS, Day, Group, group_of
from coordination.words import PageTime
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

    id: str
    version: int
    icon: str
    group: str
    tone: str
    due: str
    due_at: str
    due_iso: str
    patient_id: str
    name: str
    language: str
    is_unlisted: bool
    demo: str
    title: str
    context: str
    leaving: str
    leaving_iso: str


class Phrases(NamedTuple):
    """The fixed words of a row: looked up once for a page, not once for a cell."""

    at_home: str
    mrn: str
    on_hold: str
    asked: str
    tried: str
    waiting: str
    before_leaving: str
    no_hour: str
    no_date: str
    was_due: str
    at: str
    today: str


@cache
def _phrases(_language: str | None) -> Phrases:
    """Look the words up in the language that is active."""
    return Phrases(
        at_home=_("At home"),
        mrn=_("MRN %(mrn)s"),
        on_hold=_("On hold until %(until)s"),
        asked=_("Asked the supervisor"),
        tried=_("%(tried)s, last %(last)s"),
        waiting=_("Waiting on %(who)s, %(age)s"),
        before_leaving=_("Before leaving"),
        no_hour=_("no hour yet"),
        no_date=_("No date"),
        was_due=_("was due %(at)s"),
        at=_("at %(at)s"),
        today=_("Today %(at)s"),
    )


class Pen(NamedTuple):
    """What writes the rows of one page: its day, its words for time, its fixed words.

    owners: names by pk of whom the reader covers for.
    """

    day: Day
    time: PageTime
    say: Phrases
    owners: Mapping[int, str]


def pen_of(day: Day, owners: Mapping[int, str] = NOBODY) -> Pen:
    """Return the pen of a page, in the active language."""
    language = get_language()
    return Pen(day, PageTime(day.now, day.zone, language), _phrases(language), owners)


def demo_words(row: TaskRow, pen: Pen) -> str:
    """Return the second line under a name: "78 F · 4W-12 · MRN 004 118 27"."""
    years = age(row.birth_date, pen.time.today) if row.birth_date else ""
    who = f"{years} {SEX_LETTERS[row.sex]}".strip()
    place = row.bed or row.unit_code or ""
    if row.departed_at or not row.stay_status:
        place = pen.say.at_home
    parts = [who, place, pen.say.mrn % {"mrn": row.mrn} if row.mrn else ""]
    return " · ".join(part for part in parts if part)


def context_words(row: TaskRow, pen: Pen) -> str:
    """Return the line under a task: what was tried, else the next step, else whom it waits for."""
    if row.status == "on-hold" and row.hold_until:
        return pen.say.on_hold % {"until": pen.time.when(row.hold_until)}
    if row.calls and row.last_call_at:
        if row.voicemails:
            said = ngettext("%(n)s voicemail", "%(n)s voicemails", row.voicemails)
            tried = said % {"n": row.voicemails}
        else:
            tried = ngettext("%(n)s call", "%(n)s calls", row.calls) % {"n": row.calls}
        return pen.say.tried % {"tried": tried, "last": pen.time.when(row.last_call_at)}
    if row.next_step:
        return row.next_step
    if row.waiting_since:
        waits = pen.time.age(row.waiting_since)
        return pen.say.waiting % {"who": row.waiting_on_person, "age": waits}
    return ""


def due_parts(row: TaskRow, pen: Pen) -> tuple[str, str, str]:
    """Return the due cell: words, second line, ISO instant."""
    say, time = pen.say, pen.time
    if row.due_at is None:
        if row.due_event:
            return say.before_leaving, say.no_hour, ""
        return say.no_date, "", ""
    local = time.local(row.due_at)
    iso = local.isoformat(timespec="minutes")
    if local < pen.day.now:
        return time.late(local), say.was_due % {"at": time.when_local(local)}, iso
    words, hour = time.due_local(local), time.hour(local)
    second = say.at % {"at": hour} if local < pen.day.ends else ""
    return words, "" if words == hour else second, iso


def leaving_parts(row: TaskRow, pen: Pen) -> tuple[str, str]:
    """Return when the patient is expected to leave: words and ISO instant; empty at home."""
    if row.expected_at is None or row.departed_at:
        return "", ""
    local = pen.time.local(row.expected_at)
    words = pen.time.when_local(local)
    if local.date() == pen.time.today:
        words = pen.say.today % {"at": words}
    return words, local.isoformat(timespec="minutes")


TONES = {group.code: group.tone for group in GROUPS}


def line(row: TaskRow, pen: Pen) -> Line:
    """Put one row into words."""
    group = group_of(row.due_at, row.due_event, row.status, pen.day)
    due, due_at, iso = due_parts(row, pen)
    leaving, leaving_iso = leaving_parts(row, pen)
    return Line(
        id=row.public_id,
        version=row.version,
        icon=KIND_ICONS.get(row.kind, "circle-dot"),
        group=group,
        tone=TONES[group],
        due=due,
        due_at=due_at,
        due_iso=iso,
        patient_id=row.patient_id,
        name=f"{row.given} {row.family}".strip(),
        language=row.language.split("-")[0].upper() if row.interpreter == "needed" else "",
        is_unlisted=row.is_unlisted,
        demo=demo_words(row, pen),
        title=row.title,
        context=for_whom(row, pen.owners, with_asked(row, pen, context_words(row, pen))),
        leaving=leaving,
        leaving_iso=leaving_iso,
    )


def with_asked(row: TaskRow, pen: Pen, context: str) -> str:
    """Return the line under a task, headed by that a supervisor was asked about it."""
    if not row.is_asked:
        return context
    return f"{pen.say.asked} · {context}" if context else pen.say.asked


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
    pen = pen_of(day, owners)
    found: dict[str, list[Line]] = {group.code: [] for group in GROUPS}
    for row in rows:
        written = line(row, pen)
        found[written.group].append(written)
    return [(group, found[group.code]) for group in GROUPS if found[group.code]]
