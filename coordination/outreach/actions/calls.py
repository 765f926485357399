"""Logging a conversation, or an attempt at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.events import publish
from coordination.outreach.actions.said import (
    AGAIN,
    DONE,
    NO_PLAN,
    NOTHING,
    STOPS_NOTHING,
    CallIn,
    NextIn,
    PartyIn,
    StopIn,
)
from coordination.outreach.actions.serving import serve, stop_things
from coordination.outreach.events import CallLogged
from coordination.outreach.models import (
    Call,
    CallChannel,
    CallParty,
    CallPurpose,
    CallStatus,
    Direction,
    Outcome,
    PartyKind,
)
from coordination.outreach.rules import HEARD, REACHED, ends_effort
from coordination.records import Refused, move
from coordination.worklist.actions import spend_on
from coordination.worklist.models import Task
from coordination.worklist.queries import tasks_in_scope
from patients.models import ContactPerson, Patient
from patients.queries import scope

__all__ = ["AGAIN", "DONE", "NOTHING", "NextIn", "PartyIn", "StopIn", "log_call"]


@transaction.atomic
def log_call(  # noqa: PLR0913  one call has this many sides, each named at the call
    actor: Actor,
    *,
    patient: Patient,
    party: PartyIn | Sequence[PartyIn],
    outcome: str,
    occurred_at: datetime,
    now: datetime,
    direction: str = Direction.OUT,
    channel: str = CallChannel.PHONE,
    note: str = "",
    minutes: int | None = None,
    task: UUID | Task | None = None,
    task_version: int | None = None,
    what_next: NextIn = NO_PLAN,
    stop: StopIn = STOPS_NOTHING,
    purpose: str = CallPurpose.CLINICAL,
    script_version: str = "",
    create_key: UUID | None = None,
) -> Call:
    """Log one call, and with it serve, close or move the task it was for.

    party: who was called first, then who else took part. Only a reached outcome of a person counts
    as contact or call; everything is an attempt (rules.md 2.0, 5.5). what_next: done closes the
    task and needs what the task asks for; again moves it. stop: a death or an opt-out, which the
    caller confirmed. Sent twice with one create_key, it is logged once.

    Raises NotPermitted, Patient.DoesNotExist, Task.DoesNotExist, StaleRecord, TransitionNotAllowed
    or Refused (also ProofMissing); then nothing is written.
    """
    require(actor, "call.log")
    patient = scope(actor).get(pk=patient.pk)
    said = CallIn(
        parties=(party,) if isinstance(party, PartyIn) else tuple(party),
        direction=direction, channel=channel, outcome=outcome, note=note, minutes=minutes,
        occurred_at=occurred_at, purpose=purpose, script_version=script_version,
    )  # fmt: skip
    check_sense(said, what_next, now)

    def make() -> Call:
        served = serving(actor, patient, task)
        call = write(actor, patient, served, said, what_next, now)
        if served is not None:
            serve(actor, call, served, task_version, what_next, now)
        else:
            spend_on(actor, patient, call.minutes, call, now)
        stop_things(actor, patient, call, stop, now)
        return call

    return once(actor, create_key, Call, make)


def check_sense(said: CallIn, what_next: NextIn, now: datetime) -> None:
    """Raise Refused, with a sentence, for what cannot be."""
    if not said.parties:
        raise Refused(_("Say whom you spoke with."))
    if said.occurred_at > now:
        raise Refused(_("A call cannot be logged before it took place."))
    if said.channel in HEARD and said.outcome in REACHED:
        raise Refused(_("A voicemail, a message or a letter reaches nobody. Say what it asked."))
    if what_next.kind == AGAIN and (what_next.at is None or what_next.at <= now):
        raise Refused(_("Choose a time that is still to come for the next attempt."))


def serving(actor: Actor, patient: Patient, task: UUID | Task | None) -> Task | None:
    """Return the task the call was for. Raises Task.DoesNotExist, also for another patient's."""
    if task is None:
        return None
    public_id = task.public_id if isinstance(task, Task) else task
    return tasks_in_scope(actor).get(public_id=public_id, patient=patient)


def status_after(outcome: str, what_next: NextIn) -> str:
    """Return where the effort stands after this call (rules.md 4, Call)."""
    if what_next.kind == AGAIN:
        return CallStatus.QUEUED
    return CallStatus.CLOSED if ends_effort(outcome) else CallStatus.ATTEMPTED


def write(
    actor: Actor,
    patient: Patient,
    task: Task | None,
    said: CallIn,
    what_next: NextIn,
    now: datetime,
) -> Call:
    """Write the call and who took part, its trail and its event."""
    if task is not None:
        take_up_queued(actor, task, now)
    call = Call.objects.create(
        organization_id=patient.organization_id,
        patient=patient,
        task=task,
        status=status_after(said.outcome, what_next),
        direction=said.direction,
        channel=said.channel,
        purpose=said.purpose,
        outcome=said.outcome,
        minutes=said.minutes,
        note=said.note,
        occurred_at=said.occurred_at,
        logged_at=now,
        logged_by=actor.user,
        next_attempt_at=what_next.at if what_next.kind == AGAIN else None,
        script_version=said.script_version,
    )
    names = [write_party(call, patient, row, place) for place, row in enumerate(said.parties)]
    tell_call(actor, call, ", ".join(names), now, closes=what_next.kind == DONE)
    return call


def tell_call(actor: Actor, call: Call, names: str, now: datetime, *, closes: bool) -> None:
    """Write the trail of a logged call and publish its event. names: who took part."""
    said = {"outcome": call.outcome, "channel": call.channel}
    record(actor, "call.log", call, now, detail=said)
    publish(
        CallLogged(
            actor=actor, at=call.occurred_at, now=now, organization_id=call.organization_id,
            patient_id=call.patient_id, subject_kind="call", subject_id=call.pk, call_id=call.pk,
            outcome=call.outcome, outcome_label=str(Outcome(call.outcome).label).lower(),
            channel_label=str(CallChannel(call.channel).label), direction=call.direction,
            party_name=names, task_id=call.task_id, closes=closes, note=call.note,
        )
    )  # fmt: skip


def take_up_queued(actor: Actor, task: Task, now: datetime) -> None:
    """Mark earlier calls for this task that waited for a next attempt: here it is."""
    for queued in Call.objects.select_for_update().filter(task=task, status=CallStatus.QUEUED):
        move(queued, CallStatus.ATTEMPTED, actor=actor, now=now)


def write_party(call: Call, patient: Patient, said: PartyIn, place: int) -> str:
    """Write one person who took part. Returns how one names them. Raises as `party_of`."""
    columns, name = party_of(patient, said)
    CallParty.objects.create(
        organization_id=call.organization_id, call=call, place=place, **columns
    )
    return name


def party_of(patient: Patient, said: PartyIn) -> tuple[dict[str, Any], str]:
    """Return the columns of one person who took part, and how one names them.

    Raises ContactPerson.DoesNotExist for a contact of somebody else, Refused for nobody.
    """
    contact = None
    name = said.name
    if said.kind == PartyKind.CONTACT and said.contact is not None:
        contact = ContactPerson.objects.get(patient=patient, public_id=said.contact)
        name = contact.name
    if said.kind == PartyKind.OUTSIDE and not (said.name or said.organization_name):
        raise Refused(_("Say whom you spoke with."))
    columns = {
        "kind": said.kind,
        "contact": contact,
        "name": said.name if contact is None else "",
        "role": said.role if contact is None else "",
        "organization_name": said.organization_name if contact is None else "",
        "phone": said.phone if contact is None else "",
    }
    if said.kind == PartyKind.PATIENT:
        return columns, _("the patient")
    return columns, name or said.organization_name
