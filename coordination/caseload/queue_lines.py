"""What waits in the queue, in words."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from coordination.caseload.lines import KIND_ICONS, SEX_LETTERS
from coordination.caseload.queries.queue import BackRow, BareRow, MovedRow, PoolRow, WhoRow
from coordination.caseload.rules import Day
from coordination.words import age_words, due_words, full_words, late_words
from patients.rules import age


class Who(NamedTuple):
    """A patient on a row: name and the line under it."""

    id: UUID
    name: str
    demo: str
    language: str
    is_unlisted: bool


class Waiting(NamedTuple):
    """How long something has waited: "2 d 4 h", and the instant in full."""

    words: str
    full: str


class MovedLine(NamedTuple):
    """A patient a team was asked to take over."""

    row: MovedRow
    who: Who
    since: Waiting


class BackLine(NamedTuple):
    """A patient whom another team did not take over."""

    row: BackRow
    who: Who
    since: Waiting


class BareLine(NamedTuple):
    """A patient nobody looks after."""

    row: BareRow
    who: Who
    since: Waiting


class PoolLine(NamedTuple):
    """A task nobody owns."""

    row: PoolRow
    who: Who
    since: Waiting
    icon: str
    due: str
    due_tone: str
    due_full: str


def who_of(row: WhoRow, day: Day) -> Who:
    """Put the patient of a row into words."""
    today = day.now.astimezone(day.zone).date()
    years = age(row.birth_date, today) if row.birth_date else ""
    place = (row.bed or row.unit_code or _("in hospital")) if row.is_here else _("At home")
    demo = " · ".join(part for part in (f"{years} {SEX_LETTERS[row.sex]}".strip(), place) if part)
    language = row.language.split("-")[0].upper() if row.interpreter else ""
    name = f"{row.given} {row.family}".strip()
    return Who(row.patient_id, name, demo, language, row.is_unlisted)


def waiting_of(since: datetime, day: Day) -> Waiting:
    """Say how long something has waited."""
    return Waiting(age_words(since, day.now), full_words(since, day.zone))


def moved_lines(rows: list[MovedRow], day: Day) -> list[MovedLine]:
    """Put the patients to take over into words."""
    return [MovedLine(r, who_of(r.who, day), waiting_of(r.proposed_at, day)) for r in rows]


def back_lines(rows: list[BackRow], day: Day) -> list[BackLine]:
    """Put what was turned down into words."""
    return [BackLine(r, who_of(r.who, day), waiting_of(r.answered_at, day)) for r in rows]


def bare_lines(rows: list[BareRow], day: Day) -> list[BareLine]:
    """Put the patients without anyone into words."""
    return [BareLine(r, who_of(r.who, day), waiting_of(r.since, day)) for r in rows]


def pool_lines(rows: list[PoolRow], day: Day) -> list[PoolLine]:
    """Put the unowned tasks into words."""
    return [
        PoolLine(
            r, who_of(r.who, day), waiting_of(r.created_at, day),
            KIND_ICONS.get(r.kind, "circle-dot"), *due_of(r, day),
        )
        for r in rows
    ]  # fmt: skip


def due_of(row: PoolRow, day: Day) -> tuple[str, str, str]:
    """Return a task's due words, tone and full words."""
    if row.due_at is None:
        return (_("Before leaving") if row.due_event else _("No date")), "calm", ""
    full = full_words(row.due_at, day.zone)
    if row.due_at < day.now:
        return late_words(row.due_at, day.now), "late", full
    return (
        due_words(row.due_at, day.now, day.zone),
        "soon" if row.due_at < day.soon else "calm",
        full,
    )
