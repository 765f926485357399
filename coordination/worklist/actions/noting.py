"""Mending a note: it stands on the wrong patient's timeline, or should not stand there at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.access.audit import record
from coordination.records import TransitionNotAllowed, amend, lock, move
from coordination.worklist.models import Jot, JotStatus
from coordination.worklist.queries import notes_in_scope
from patients.actions.mending import (
    allow_mending,
    give_reason,
    mending_refusal,
    move_lines,
    right_patient,
    strike_lines,
)
from patients.models import Patient

NOTE = "jot"  # the subject kind of a note's line: it was jotted down


def note_problem(actor: Actor, note: Jot, now: datetime) -> str:
    """Return why the actor may not mend the note, or ""."""
    if note.status != JotStatus.NOTE:
        return _("This note is entered in error already.")
    return mending_refusal(actor, note.user, note.settled_at or note.at, now)


def locked_note(actor: Actor, note_id: UUID, version: int | None, now: datetime) -> Jot:
    """Return the note locked, for whoever may mend it."""
    note = lock(notes_in_scope(actor), note_id, version)
    allow_mending(actor, note.user, note.settled_at or note.at, now)
    if problem := note_problem(actor, note, now):
        raise TransitionNotAllowed(problem)
    return note


@transaction.atomic
def void_note(actor: Actor, note_id: UUID, version: int | None, *, why: str, now: datetime) -> Jot:
    """Mark a note as entered in error. Its line stays, struck through.

    Raises NotPermitted, Jot.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    note = locked_note(actor, note_id, version, now)
    move(note, JotStatus.ENTERED_IN_ERROR, actor=actor, now=now, why=why)
    strike_lines(actor, (NOTE, note.pk), note.patient_id or 0, why, now)
    record(actor, "note.entered_in_error", note, now)
    return note


@transaction.atomic
def move_note(
    actor: Actor, note_id: UUID, version: int | None, *, to: Patient, why: str, now: datetime
) -> Jot:
    """Move a note to the chart it is about; the old one keeps a line without a word of it.

    Raises NotPermitted, Jot.DoesNotExist, Patient.DoesNotExist, StaleRecord,
    TransitionNotAllowed or Refused.
    """
    give_reason(why)
    note = locked_note(actor, note_id, version, now)
    wrong = Patient.objects.get(pk=note.patient_id or 0)
    right = right_patient(actor, wrong, to)
    amend(note, patient_id=right.pk)
    note.patient = right
    note.log_move(actor, now, f"patient {wrong.pk}", f"patient {right.pk}", why)
    move_lines(actor, (NOTE, note.pk), wrong, right, what=_("A note"), why=why, now=now)
    record(actor, "note.wrong_patient", note, now, patients=[wrong.pk])
    return note
