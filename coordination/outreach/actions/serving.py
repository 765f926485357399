"""What a call does for the task it was for, and what it stops."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from coordination.access.actor import Actor, system_actor
from coordination.clocks.models import Clock
from coordination.outreach.actions.said import AGAIN, DONE, NextIn, StopIn
from coordination.outreach.models import Call, CallChannel, Outcome, PartyKind
from coordination.outreach.rules import ATTEMPTS, proves
from coordination.records import Refused
from coordination.worklist.actions import EvidenceIn, add_evidence, complete, move_due, spend
from coordination.worklist.models import Task
from patients.actions import opt_out, record_death
from patients.models import Patient


def serve(
    actor: Actor,
    call: Call,
    task: Task,
    version: int | None,
    what_next: NextIn,
    now: datetime,
) -> None:
    """Give the task what the call proves, and close or move it as the person chose."""
    evidence = evidence_of(call, task)
    if what_next.kind == DONE:
        complete(
            actor, task.public_id, version, now,
            evidence=evidence, outcome=str(Outcome(call.outcome).label), result_code=call.outcome,
            minutes=call.minutes,
        )  # fmt: skip
        return
    organization = actor.organization
    if organization is None:
        raise Refused(_("You do not belong to an organization here."))
    # A colleague's task too gets its proof: the call took place, whoever the task belongs to.
    helper = system_actor("outreach.log_call", organization, on_behalf_of=actor)
    if evidence is not None:
        add_evidence(helper, task.public_id, None, evidence, now)
    spend(actor, task, call.minutes, now)
    if what_next.kind == AGAIN and what_next.at is not None and may_move(task, what_next.at):
        move_due(
            actor, task.public_id, version, now,
            due_at=what_next.at, why=str(Outcome(call.outcome).label),
        )  # fmt: skip


def may_move(task: Task, at: datetime) -> bool:
    """Say whether the task may wait so long: never past its clock; then only the call waits."""
    if task.clock_id is None:
        return True
    due_at = Clock.objects.filter(pk=task.clock_id).values_list("due_at", flat=True).first()
    return due_at is None or at <= due_at


def evidence_of(call: Call, task: Task) -> EvidenceIn | None:
    """Return the proof this call is for this task: the strongest it gives, or one attempt.

    None where nobody was spoken with or tried: a message received proves nothing.
    """
    first = call.parties.select_related("contact").order_by("place")[0]
    wanted = task.evidence_required
    given = proves(first.kind, call.outcome, call.channel)
    if not given:
        return None
    kind = ATTEMPTS if wanted == ATTEMPTS else given[0]
    name = first.contact.name if first.contact else first.name or first.organization_name
    return EvidenceIn(
        kind=kind,
        happened_at=call.occurred_at,
        party=name if first.kind != PartyKind.PATIENT else _("the patient"),
        source=str(CallChannel(call.channel).label),
        words=str(Outcome(call.outcome).label),
        subject=("call", call.pk),
    )


def stop_things(actor: Actor, patient: Patient, call: Call, stop: StopIn, now: datetime) -> None:
    """Record a death or an opt-out that the call told of and the caller confirmed."""
    told_by = call.parties.select_related("contact").order_by("place")[0]
    name = told_by.contact.name if told_by.contact else told_by.name
    if call.outcome == Outcome.DECEASED and stop.died_at and patient.deceased_at is None:
        record_death(actor, patient.public_id, None, died_at=stop.died_at, now=now, told_by=name)
    if call.outcome == Outcome.OPTED_OUT:
        for channel in stop.channels:
            opt_out(
                actor, patient.public_id, channel, now=now, at=call.occurred_at,
                contact=told_by.contact, told_by=name,
            )  # fmt: skip
