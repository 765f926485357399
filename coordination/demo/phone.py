"""What the telephone interrupted: lines jotted down, forms half typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from coordination.access.actions import keep_draft
from coordination.demo.story import Row, table
from coordination.demo.work import Work
from coordination.worklist.actions import jot_down


def write_phone(work: Work) -> None:
    """Add a scene for each jot and each form that was left half typed."""
    for row in table("jots"):
        work.people.script.add(work.people.at(row["at"]), 7, jot(work, row))
    for row in table("drafts"):
        work.people.script.add(work.people.at(row["at"]), 7, draft(work, row))


def jot(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which a line is jotted down, or put on a timeline at once."""

    def play(now: datetime) -> None:
        patient = work.people.patients.get(row["patient"])
        about = patient.public_id if patient else None
        jot_down(work.people.cast.actor(row["by"]), row["text"], now, about=about)

    return play


def draft(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which a form is left half typed."""

    def play(now: datetime) -> None:
        kind, _colon, key = row["about"].partition(":")
        if kind == "task" and key not in work.tasks:
            return
        about: UUID = (work.tasks if kind == "task" else work.people.patients)[key].public_id
        fields = {row["field"]: [row["text"]]}
        keep_draft(work.people.cast.actor(row["by"]), row["form"], about, fields, now)

    return play
