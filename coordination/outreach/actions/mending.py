"""Mending a call: it was about another patient, or it should not have been logged at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, system_actor
from coordination.access.audit import record
from coordination.events import publish
from coordination.outreach.actions.calls import party_of, serving
from coordination.outreach.actions.said import NO_PLAN, NextIn, PartyIn
from coordination.outreach.actions.serving import serve
from coordination.outreach.events import CallLogged, CallsMoved, in_words
from coordination.outreach.models import Call, CallParty, CallStatus, Direction, Outcome, PartyKind
from coordination.outreach.queries import calls_in_scope
from coordination.records import TransitionNotAllowed, amend, lock, move
from coordination.worklist.actions import spend_on, withdraw_proof
from coordination.worklist.events import TaskChartMoved
from coordination.worklist.models import TimeEntry
from patients.actions import opt_in, withdraw_death
from patients.actions.mending import (
    allow_mending,
    give_reason,
    move_lines,
    right_patient,
    strike_lines,
)
from patients.models import ContactPreference, FieldChange, Patient, TimelineEntry

CALL = "call"  # the subject kind of a call's proofs and lines
SOURCE = "outreach.call"  # of the minutes of a call that served no task


def locked_call(actor: Actor, call_id: UUID, version: int | None, now: datetime) -> Call:
    """Return the call locked, for whoever may mend it.

    Raises NotPermitted, Call.DoesNotExist, StaleRecord, or TransitionNotAllowed when it is
    entered in error already.
    """
    call = lock(calls_in_scope(actor), call_id, version)
    allow_mending(actor, call.logged_by, call.logged_at, now)
    if call.status == CallStatus.ENTERED_IN_ERROR:
        raise TransitionNotAllowed(_("This call is entered in error already."))
    return call


@transaction.atomic
def void_call(actor: Actor, call_id: UUID, version: int | None, *, why: str, now: datetime) -> Call:
    """Mark a call as entered in error, and undo what it did. Its line stays, struck through.

    Raises NotPermitted, Call.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    call = locked_call(actor, call_id, version, now)
    take_back(actor, call, why, now)
    TimeEntry.objects.filter(source_kind=SOURCE, source_id=call.pk).update(void_at=now)
    move(call, CallStatus.ENTERED_IN_ERROR, actor=actor, now=now, why=why, next_attempt_at=None)
    strike_lines(actor, (CALL, call.pk), call.patient_id, why, now)
    record(actor, "call.entered_in_error", call, now)
    return call


@transaction.atomic
def move_call(  # noqa: PLR0913  where it belongs has this many sides, each named at the call
    actor: Actor,
    call_id: UUID,
    version: int | None,
    *,
    to: Patient,
    why: str,
    now: datetime,
    parties: Mapping[int, PartyIn] | None = None,
    task: UUID | None = None,
    closes: bool = False,
) -> Call:
    """Move a call to the chart it is about, with its proof, and undo what it did on this one.

    parties: by place, who took part by the right chart; a contact of the old chart who is not
    named here stays as somebody outside. task: of the right patient, which the call then serves
    and, with `closes`, closes. The old chart keeps a line without a word about the other person.
    Raises NotPermitted, Call.DoesNotExist, Patient.DoesNotExist, Task.DoesNotExist, StaleRecord,
    TransitionNotAllowed or Refused (also ProofMissing).
    """
    give_reason(why)
    call = locked_call(actor, call_id, version, now)
    wrong, right = call.patient, right_patient(actor, call.patient, to)
    # the reason stays off the old chart: it may speak of the other person
    take_back(actor, call, _("A call was logged on the wrong patient."), now, forgets=True)
    served = serving(actor, right, task)
    amend(call, patient_id=right.pk, task_id=served.pk if served else None)
    call.patient, call.task = right, served
    call.log_move(actor, now, f"patient {wrong.pk}", f"patient {right.pk}", why)
    names = meet_again(call, right, parties or {})
    move_lines(actor, (CALL, call.pk), wrong, right, what=_("A call"), why=why, now=now)
    say_again(call, names)
    count_again(actor, call, right, now)
    if served is not None:
        serve(actor, call, served, None, NextIn(kind="done") if closes else NO_PLAN, now)
    record(actor, "call.wrong_patient", call, now, patients=[wrong.pk])
    return call


def take_back(actor: Actor, call: Call, why: str, now: datetime, *, forgets: bool = False) -> None:
    """Undo what a locked call did on its chart: proof, due time, death, opt-out."""
    if call.task is not None:
        withdraw_proof(
            actor, call.task, (CALL, call.pk), why=why, now=now, acted_at=call.logged_at,
            forgets=forgets,
        )  # fmt: skip
    system = system_actor("outreach.mend", call.organization, on_behalf_of=actor)
    if call.outcome == Outcome.DECEASED and told_of_death(call):
        withdraw_death(system, call.patient.public_id, None, why=why, now=now)
    if call.outcome == Outcome.OPTED_OUT:
        for wish in ContactPreference.objects.filter(
            patient_id=call.patient_id, opt_out_at=call.occurred_at
        ).select_related("contact"):
            opt_in(system, call.patient.public_id, wish.channel, now=now, contact=wish.contact)


def told_of_death(call: Call) -> bool:
    """Say whether the death that stands on the chart was recorded with this call."""
    last = (
        FieldChange.objects.filter(
            patient_id=call.patient_id, subject_kind="patients.patient", field="deceased_at"
        )
        .order_by("-at", "-pk")
        .first()
    )
    return last is not None and bool(last.after) and last.at == call.logged_at


def meet_again(call: Call, right: Patient, parties: Mapping[int, PartyIn]) -> list[str]:
    """Write who took part by the right chart. Returns how one names them.

    Raises ContactPerson.DoesNotExist, or Refused for somebody outside without a name.
    """
    names = []
    for old in list(call.parties.select_related("contact").order_by("place")):
        said = parties.get(old.place) or PartyIn(
            kind=PartyKind.OUTSIDE if old.contact else old.kind,
            name=old.contact.name if old.contact else old.name,
            role=old.contact.relation if old.contact else old.role,
            organization_name=old.contact.organization_name if old.contact
            else old.organization_name,
            phone=old.contact.phone if old.contact else old.phone,
        )  # fmt: skip
        columns, name = party_of(right, said)
        CallParty.objects.filter(pk=old.pk).update(**columns)
        names.append(name)
    return names


def say_again(call: Call, names: list[str]) -> None:
    """Let the moved line say who was spoken with, as the right chart names them."""
    said = {
        "how": call.get_channel_display(), "who": ", ".join(names),
        "what": call.get_outcome_display().lower(),
    }  # fmt: skip
    TimelineEntry.objects.filter(
        patient_id=call.patient_id, subject_kind=CALL, subject_id=call.pk, kind=CallLogged.kind
    ).update(sentence=in_words(said, came_in=call.direction == Direction.IN)[:300])


def count_again(actor: Actor, call: Call, right: Patient, now: datetime) -> None:
    """Count the minutes for the right patient, once: with the task served there, or by itself."""
    entries = TimeEntry.objects.filter(source_kind=SOURCE, source_id=call.pk)
    if call.task is not None:
        entries.update(void_at=now)
    elif entries.exists():
        entries.update(patient=right, void_at=None)
    else:
        spend_on(actor, right, call.minutes, call, now)


def move_calls_with_task(event: TaskChartMoved) -> None:
    """Reaction: the calls logged for a task go to the right chart with it, as its proof."""
    charts = Patient.objects.in_bulk([event.patient_id, event.from_id])
    right, wrong = charts[event.patient_id or 0], charts[event.from_id]
    calls = Call.objects.select_for_update(of=("self",)).filter(
        task_id=event.task_id, patient=wrong
    )
    found = list(calls.order_by("pk"))
    for call in found:
        amend(call, patient_id=right.pk)
        call.patient = right
        call.log_move(event.actor, event.at, f"patient {wrong.pk}", f"patient {right.pk}", "")
        names = meet_again(call, right, {})
        TimelineEntry.objects.filter(patient=wrong, subject_kind=CALL, subject_id=call.pk).update(
            patient=right
        )
        say_again(call, names)
    if found:
        publish(
            CallsMoved(
                actor=event.actor, at=event.at, organization_id=event.organization_id,
                count=len(found),
            )
        )  # fmt: skip
