"""Calls as they were logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from coordination.outreach.models import Call, CallParty, CallStatus
from coordination.records import StatusEvent
from coordination.worklist.models import Task
from coordination.worklist.queries import tasks_in_scope
from patients.models import Patient
from patients.queries import scope

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call with everybody who took part. party: the first of them, as one names them."""

    call: Call
    parties: tuple[str, ...]

    @property
    def party(self) -> str:
        """Return who was called."""
        return self.parties[0] if self.parties else ""


def calls_in_scope(actor: Actor) -> QuerySet[Call]:
    """Return the calls about patients this actor may see."""
    return Call.objects.filter(
        patient__in=scope(actor), organization_id=actor.organization_id
    ).select_related("patient", "logged_by", "task")


def standing_calls(actor: Actor) -> QuerySet[Call]:
    """Return the calls that lists show: those entered in error keep their own page only."""
    return calls_in_scope(actor).exclude(status=CallStatus.ENTERED_IN_ERROR)


def party_name(party: CallParty, patient: Patient) -> str:
    """Return how one names somebody who took part."""
    if party.kind == "patient":
        return patient.full_name
    if party.contact is not None:
        said = party.contact.relation or party.contact.organization_name
        return f"{party.contact.name}, {said}" if said else party.contact.name
    return ", ".join(part for part in (party.name, party.role, party.organization_name) if part)


def with_parties(calls: Sequence[Call]) -> list[CallRow]:
    """Add who took part. 1 statement."""
    by_call: dict[int, list[CallParty]] = defaultdict(list)
    found = CallParty.objects.filter(call__in=calls).select_related("contact").order_by("place")
    for party in found:
        by_call[party.call_id].append(party)
    return [
        CallRow(call=call, parties=tuple(party_name(p, call.patient) for p in by_call[call.pk]))
        for call in calls
    ]


def recent_calls(actor: Actor, patient: Patient, limit: int = 10) -> list[CallRow]:
    """Return a patient's latest calls, newest first. 2 statements. patient: from `open_chart`."""
    calls = standing_calls(actor).filter(patient=patient)
    actor.shown.add(patient.pk)
    return with_parties(list(calls.order_by("-occurred_at", "-pk")[:limit]))


def call_page(
    actor: Actor, *, mine: bool = False, after: tuple[datetime, int] | None = None
) -> tuple[list[CallRow], bool]:
    """Return one page of calls, newest first, and whether more follow. 2 statements.

    mine: only those the actor logged. after: (occurred_at, pk) of the last row shown.
    """
    calls = standing_calls(actor)
    if mine:
        calls = calls.filter(logged_by_id=actor.user_id)
    if after is not None:
        calls = calls.filter(Q(occurred_at__lt=after[0]) | Q(occurred_at=after[0], pk__lt=after[1]))
    found = list(calls.order_by("-occurred_at", "-pk")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    actor.shown.update(call.patient_id for call in shown)
    return with_parties(shown), len(found) > PAGE_ROWS


def one_call(actor: Actor, public_id: UUID) -> CallRow:
    """Return one call. Raises Call.DoesNotExist outside the actor's scope. 2 statements."""
    call = calls_in_scope(actor).get(public_id=public_id)
    actor.shown.add(call.patient_id)
    return with_parties([call])[0]


def tasks_to_serve(actor: Actor, patient: Patient) -> list[Task]:
    """Return a patient's open tasks that a call may serve, by due time. 1 statement."""
    tasks = tasks_in_scope(actor).filter(patient=patient, is_open=True)
    return list(tasks.order_by("due_at", "pk")[:PAGE_ROWS])


def mended(call: Call) -> StatusEvent | None:
    """Return who marked a call as entered in error, or moved it here, and why. 1 statement."""
    return (
        StatusEvent.objects.filter(subject_kind=call._meta.label_lower, subject_id=call.pk)
        .filter(Q(after=CallStatus.ENTERED_IN_ERROR) | Q(after__startswith="patient "))
        .select_related("user")
        .order_by("-id")
        .first()
    )
