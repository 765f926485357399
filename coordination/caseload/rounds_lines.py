"""What each bed of a round says, in words."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.caseload.lines import SEX_LETTERS
from coordination.caseload.patient_lines import near_words
from coordination.caseload.queries.rounds import Round, RoundsRow
from coordination.caseload.rules import Day, bed_words, days_unseen, seen_since
from coordination.outreach.models import Outcome
from coordination.words import due_words, full_words, time_words
from patients.models import Disposition
from patients.rules import age, day_number

# What one press at the bedside may say, in the order of its keys.
AT_BEDSIDE = (
    (Outcome.REACHED.value, gettext_lazy("Seen"), "circle-check"),
    (Outcome.NO_ANSWER.value, gettext_lazy("Asleep or away"), "moon"),
    (Outcome.REFUSED.value, gettext_lazy("Did not want to talk"), "circle-slash"),
    (Outcome.LANGUAGE.value, gettext_lazy("No common language"), "languages"),
)


class OpenItem(NamedTuple):
    """One open task. when: short, for paper; due: as lists say it; tone: late, soon or calm."""

    id: UUID
    title: str
    when: str
    due: str
    tone: str


class RoundsLine(NamedTuple):
    """One bed, in words."""

    stay_id: UUID
    patient_id: UUID
    bed: str
    name: str
    who: str
    mrn: str
    language: str
    is_unlisted: bool
    primary: str
    leaves: str
    leaves_full: str
    seen: str
    seen_full: str
    is_unseen: bool
    items: list[OpenItem]
    more: int


def item_of(raw: list[object], day: Day) -> OpenItem:
    """Put one open task into words."""
    public_id, title, due, event = raw
    at = datetime.fromisoformat(str(due)) if due else None
    if at is None:
        words = _("Before leaving") if event else _("No date")
        return OpenItem(UUID(str(public_id)), str(title), "–", words, "calm")
    words = due_words(at, day.now, day.zone)
    if at < day.now:
        return OpenItem(UUID(str(public_id)), str(title), _("Late"), words, "late")
    local = at.astimezone(day.zone)
    short = time_words(at, day.zone) if at < day.ends else dateformat(local, "D j")
    return OpenItem(
        UUID(str(public_id)), str(title), short, words, "soon" if at < day.soon else "calm"
    )


def seen_of(row: RoundsRow, day: Day, found: Round) -> tuple[str, bool]:
    """Return when somebody was last at the bed, and whether that is too long ago."""
    calendar, today = found.calendar_of(row.facility_id), day.now.astimezone(day.zone).date()
    last = row.seen_at or row.admitted_at
    since = last.astimezone(day.zone).date() if last else today
    is_unseen = since < seen_since(today, calendar)
    if row.seen_at is None:
        words = _("Not seen yet")
    else:
        by = row.seen_by or ""
        words = _("Seen %(when)s") % {"when": near_words(row.seen_at, day)}
        words = f"{words}, {by}" if by else words
    if is_unseen:
        days = days_unseen(since, today, calendar)
        late = ngettext("%(n)d business day", "%(n)d business days", days) % {"n": days}
        words = f"{words} · {late}"
    return words, is_unseen


def leaves_of(row: RoundsRow, day: Day) -> str:
    """Return when the patient leaves and where to: "Today 18:00 to home"."""
    when = near_words(row.expected_at, day) if row.expected_at else _("no date yet")
    if not row.planned_disposition:
        return when
    where = str(Disposition(row.planned_disposition).label).lower()
    return _("%(when)s · %(where)s") % {"when": when, "where": where}


def rounds_line(row: RoundsRow, day: Day, found: Round, unit_code: str) -> RoundsLine:
    """Put one bed into words."""
    today = day.now.astimezone(day.zone).date()
    years = age(row.birth_date, today) if row.birth_date else ""
    stay = _("day %(n)d") % {"n": day_number(row.admitted_at, day.now, day.zone)} \
        if row.admitted_at else ""  # fmt: skip
    who = " · ".join(part for part in (f"{years} {SEX_LETTERS[row.sex]}".strip(), stay) if part)
    seen, is_unseen = seen_of(row, day, found)
    return RoundsLine(
        stay_id=row.stay_id,
        patient_id=row.patient_id,
        bed=bed_words(row.bed, unit_code) or "–",
        name=f"{row.given} {row.family}".strip(),
        who=who,
        mrn=row.mrn,
        language=row.language.split("-")[0].upper() if row.interpreter else "",
        is_unlisted=row.is_unlisted,
        primary=row.primary or "",
        leaves=leaves_of(row, day),
        leaves_full=full_words(row.expected_at, day.zone) if row.expected_at else "",
        seen=seen,
        seen_full=full_words(row.seen_at, day.zone) if row.seen_at else "",
        is_unseen=is_unseen,
        items=[item_of(raw, day) for raw in row.tasks],
        more=row.open - len(row.tasks),
    )
