"""Jotting a line down, and what becomes of it: a note, a task, or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.events import publish
from coordination.records import Refused, lock, move
from coordination.worklist.actions.raising import raise_task
from coordination.worklist.events import NoteWritten
from coordination.worklist.models import Jot, JotStatus, Task
from coordination.worklist.queries import my_jots
from patients.models import Patient
from patients.queries import scope


@transaction.atomic
def jot_down(
    actor: Actor,
    text: str,
    now: datetime,
    *,
    about: UUID | None = None,
    create_key: UUID | None = None,
) -> Jot:
    """Keep one line for its writer alone; with `about`, put it on that patient's timeline at once.

    Raises NotPermitted, Patient.DoesNotExist out of scope, or Refused for an empty line.
    """
    require(actor, "jot.write")
    if not text.strip():
        raise Refused(_("Write a line."))

    def make() -> Jot:
        jot = Jot.objects.create(
            organization_id=actor.organization_id, user_id=person_of(actor), text=text, at=now
        )
        record(actor, "jot.write", jot, now)
        return attach_jot(actor, jot.public_id, None, about, now) if about else jot

    return once(actor, create_key, Jot, make)


@transaction.atomic
def attach_jot(
    actor: Actor, jot_id: UUID, version: int | None, patient_id: UUID, now: datetime
) -> Jot:
    """Make a jot a note on a patient's timeline, at the time it was jotted.

    Raises NotPermitted, Jot.DoesNotExist for another person's, Patient.DoesNotExist out of scope,
    StaleRecord, or TransitionNotAllowed when it is settled.
    """
    require(actor, "jot.write")
    patient = scope(actor).get(public_id=patient_id)
    jot = lock(my_jots(actor), jot_id, version)
    move(jot, JotStatus.NOTE, actor=actor, now=now, patient_id=patient.pk, settled_at=now)
    record(actor, "jot.attach", jot, now)
    publish(
        NoteWritten(
            actor=actor, at=jot.at, now=now, organization_id=patient.organization_id,
            patient_id=patient.pk, subject_kind="jot", subject_id=jot.pk, text=jot.text,
        )
    )  # fmt: skip
    return jot


@transaction.atomic
def make_task_of_jot(
    actor: Actor, jot_id: UUID, *, patient: Patient, now: datetime, **promise: Any
) -> Task:
    """Raise the task a jot asks for, and settle the jot with it; both or neither.

    promise: the rest of what `raise_task` takes, whose refusals are raised here too.
    Raises Jot.DoesNotExist for another person's jot, TransitionNotAllowed when it is settled
    another way; the same form sent twice gives the same task.
    """
    require(actor, "jot.write")
    jot = lock(my_jots(actor), jot_id, None)
    task = raise_task(actor, patient=patient, now=now, **promise)
    if jot.task_id == task.pk:
        return task
    move(jot, JotStatus.TASK, actor=actor, now=now, patient_id=task.patient_id, task_id=task.pk,
         settled_at=now)  # fmt: skip
    record(actor, "jot.task", jot, now)
    return task


@transaction.atomic
def drop_jot(actor: Actor, jot_id: UUID, version: int | None, why: str, now: datetime) -> Jot:
    """Drop a jot that asks for nothing, with a word why.

    Raises NotPermitted, Jot.DoesNotExist, StaleRecord, TransitionNotAllowed, or Refused without it.
    """
    require(actor, "jot.write")
    jot = lock(my_jots(actor), jot_id, version)
    if not why.strip():
        raise Refused(_("Say in a word why it is dropped."))
    move(
        jot, JotStatus.DROPPED, actor=actor, now=now, why=why, settled_at=now,
        dropped_why=why[:200],
    )  # fmt: skip
    record(actor, "jot.drop", jot, now)
    return jot


@transaction.atomic
def take_up_jot(actor: Actor, jot_id: UUID, version: int | None, now: datetime) -> Jot:
    """Take a dropped jot up again.

    Raises NotPermitted, Jot.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    require(actor, "jot.write")
    jot = lock(my_jots(actor), jot_id, version)
    move(jot, JotStatus.OPEN, actor=actor, now=now, settled_at=None, dropped_why="")
    record(actor, "jot.take_up", jot, now)
    return jot
