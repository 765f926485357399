"""What every room needs to mend a record: who may, and what the two charts say of it.

A room that keeps records of its own (a call, a task, a note, later a document) undoes what they
did, moves its row, and leaves the charts' own lines to the functions here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.models import User
from coordination.events import publish
from coordination.records import NotPermitted, Refused
from patients.events import RecordMovedAway, RecordMovedHere
from patients.models import Patient, TimelineEntry
from patients.queries import scope
from patients.rules import mend_problem


def mending_refusal(actor: Actor, creator: User | None, entered_at: datetime, now: datetime) -> str:
    """Return why the actor may not mend what `creator` entered, in a sentence; "" when they may.

    Its creator may for 24 hours, a supervisor always (rules.md 4).
    """
    problem = mend_problem(
        is_own=creator is not None and creator.pk == actor.user_id,
        age=now - entered_at,
        may_any=actor.may("record.void_any"),
    )
    if problem == "too-late":
        return _("More than 24 hours have passed. Your supervisor can still mend it.")
    if problem:
        who = creator.display_name if creator else _("the system")
        return _(
            "This was entered by %(who)s, who can mend it for 24 hours. Ask them, or a supervisor."
        ) % {"who": who}
    return ""


def allow_mending(actor: Actor, creator: User | None, entered_at: datetime, now: datetime) -> None:
    """Raise NotPermitted, with the sentence, unless the actor may mend what `creator` entered."""
    require(actor, "record.void")
    if refusal := mending_refusal(actor, creator, entered_at, now):
        raise NotPermitted(refusal)


def give_reason(why: str) -> None:
    """Raise Refused without a reason."""
    if not why.strip():
        raise Refused(_("Say why, in a few words: it is kept with the record."))


def right_patient(actor: Actor, wrong: Patient, right: Patient) -> Patient:
    """Return the patient a record really is about, from the actor's own scope.

    Raises Patient.DoesNotExist out of scope, Refused when it is the same one.
    """
    if right.pk == wrong.pk:
        raise Refused(_("It is on this patient’s chart already. Choose the other one."))
    found = scope(actor).get(pk=right.pk)
    actor.shown.update({found.pk, wrong.pk})
    return found


def move_lines(
    actor: Actor,
    subject: tuple[str, int],
    wrong: Patient,
    right: Patient,
    *,
    what: str,
    why: str,
    now: datetime,
) -> None:
    """Move a record's lines of the story to the right chart, and say on both that it moved.

    The old chart says nothing of the other person, the reason included. what: "A call".
    """
    kind, pk = subject
    TimelineEntry.objects.filter(patient=wrong, subject_kind=kind, subject_id=pk).update(
        patient=right
    )
    about: dict[str, Any] = {
        "actor": actor, "at": now, "now": now, "organization_id": wrong.organization_id,
        "what": what,
    }  # fmt: skip
    publish(RecordMovedAway(**about, patient_id=wrong.pk))
    publish(
        RecordMovedHere(**about, patient_id=right.pk, subject_kind=kind, subject_id=pk, why=why)
    )


def strike_lines(
    actor: Actor, subject: tuple[str, int], patient_id: int, why: str, now: datetime
) -> None:
    """Mark a record's lines of the story as entered in error; they stay, struck through."""
    TimelineEntry.objects.filter(
        patient_id=patient_id, subject_kind=subject[0], subject_id=subject[1], void_at=None
    ).update(void_at=now, void_why=why[:200], void_by_id=actor.user_id)
