"""Sending paper out, and what became of it. A machine or a hand sends; the register knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require, system_actor
from coordination.access.audit import record
from coordination.access.once import once
from coordination.access.rules import parse_length
from coordination.access.settings_of import facility_setting
from coordination.events import publish
from coordination.paperwork.events import DispatchMoved
from coordination.paperwork.models import CameBy, Dispatch, DispatchStatus, DocumentStatus
from coordination.paperwork.queries import dispatches_in_scope, documents_in_scope
from coordination.records import Refused, lock, move, wake
from coordination.worklist.actions import (
    EvidenceIn,
    add_evidence,
    complete,
    looked_after_by,
    propose_close,
    raise_task,
)
from coordination.worklist.models import EvidenceKind, Task
from coordination.worklist.queries import tasks_in_scope
from patients.models import Patient
from patients.queries import scope

DISPATCH = "dispatch"
AGAIN_BY = "dispatch_again_by"  # the setting
# A receipt proves these; which of them it is, the task asks.
PROVEN = (EvidenceKind.TRANSFER, EvidenceKind.FILING, EvidenceKind.RECEIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendIn:
    """What is to be sent: to whom, by which channel, where to, what for, which documents."""

    to_name: str
    channel: str
    purpose: str
    documents: tuple[UUID, ...]
    to_address: str = ""
    task: UUID | None = None


@transaction.atomic
def plan_dispatch(
    actor: Actor, patient: Patient, what: SendIn, *, now: datetime, create_key: UUID | None = None
) -> Dispatch:
    """Put documents of a patient in the line of what is to be sent.

    Raises NotPermitted, Patient.DoesNotExist, Task.DoesNotExist, or Refused: no document, one that
    does not count any more, or one that is not on this chart.
    """
    require(actor, "document.send")
    chart = scope(actor).get(pk=patient.pk)
    actor.shown.add(chart.pk)

    def make() -> Dispatch:
        task = what.task and tasks_in_scope(actor).get(public_id=what.task, patient=chart)
        made = Dispatch.objects.create(
            organization_id=actor.organization_id, patient=chart, channel=what.channel,
            to_name=what.to_name, to_address=what.to_address, purpose=what.purpose,
            task=task or None, asked_at=now, asked_by=actor.user,
        )  # fmt: skip
        made.documents.set(chosen(actor, chart, what.documents))
        record(actor, "dispatch.plan", made, now)
        tell(actor, made, now)
        if made.channel == CameBy.FAX:
            wake("paperwork.make_covers")
        return made

    return once(actor, create_key, Dispatch, make)


def chosen(actor: Actor, chart: Patient, wanted: Iterable[UUID]) -> list[int]:
    """Return the documents by pk. Raises Refused unless each stands on the chart and counts."""
    keys = set(wanted)
    found = documents_in_scope(actor).filter(
        public_id__in=keys, patient=chart, status=DocumentStatus.CURRENT
    )
    rows = list(found.values_list("pk", flat=True))
    if not keys:
        raise Refused(_("Choose at least one document."))
    if len(rows) != len(keys):
        raise Refused(_("One of these documents is not on this chart, or was replaced."))
    return rows


@transaction.atomic
def mark_sent(
    actor: Actor, dispatch_id: UUID, version: int | None, *, sent_at: datetime, now: datetime
) -> Dispatch:
    """Say that it left the house. A task about its failure is proposed for closing.

    Raises NotPermitted, Dispatch.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    dispatch = locked(actor, dispatch_id, version)
    if sent_at > now:
        raise Refused(_("This is still to come. Enter when it really happened."))
    if off_the_chart(dispatch):
        raise Refused(
            _("One of these documents was taken off this chart. Call this off and begin anew.")
        )
    move(
        dispatch, DispatchStatus.IN_PROGRESS, actor=actor, now=now, sent_at=sent_at,
        sent_by_id=person_of(actor), failed_at=None, failed_why="", arrived_at=None, receipt="",
    )  # fmt: skip
    record(actor, "dispatch.send", dispatch, now)
    tell(actor, dispatch, sent_at, now)
    if dispatch.failure_task is not None and dispatch.failure_task.is_open:
        system = system_actor("paperwork.send", dispatch.organization, on_behalf_of=actor)
        propose_close(
            system, dispatch.failure_task, fact="sent-again", sentence=_("It was sent again."),
            now=now,
        )  # fmt: skip
    return dispatch


def off_the_chart(dispatch: Dispatch) -> bool:
    """Say whether a document was found to be another patient's, or an error, since it was chosen.

    One that was replaced by a newer version still goes: it is what was asked for.
    """
    wrong = Q(status=DocumentStatus.ENTERED_IN_ERROR) | ~Q(patient=dispatch.patient_id)
    return dispatch.documents.filter(wrong).exists()


@transaction.atomic
def note_arrival(
    actor: Actor,
    dispatch_id: UUID,
    version: int | None,
    *,
    receipt: str,
    arrived_at: datetime,
    now: datetime,
    closes: bool = False,
) -> Dispatch:
    """Say by what one knows that it arrived; prove with it the task it was sent for.

    closes: the task is done by it. Raises NotPermitted, Dispatch.DoesNotExist, StaleRecord,
    TransitionNotAllowed, ProofMissing, or Refused without a receipt or for a time out of order.
    """
    dispatch = locked(actor, dispatch_id, version)
    if not receipt.strip():
        raise Refused(_("Say by what one knows that it arrived."))
    if arrived_at > now or (dispatch.sent_at and arrived_at < dispatch.sent_at):
        raise Refused(_("It cannot arrive before it was sent, nor after now."))
    move(
        dispatch, DispatchStatus.COMPLETED, actor=actor, now=now, arrived_at=arrived_at,
        receipt=receipt,
    )  # fmt: skip
    record(actor, "dispatch.arrive", dispatch, now)
    tell(actor, dispatch, arrived_at, now)
    if dispatch.task is not None and dispatch.task.is_open:
        prove(actor, dispatch, dispatch.task, now, closes=closes)
    return dispatch


def prove(actor: Actor, dispatch: Dispatch, task: Task, now: datetime, *, closes: bool) -> None:
    """Give the task what a receipt proves, and close it where the person says so."""
    wanted = task.evidence_required
    proof = EvidenceIn(
        kind=wanted if wanted in PROVEN else EvidenceKind.TRANSFER,
        happened_at=dispatch.arrived_at, party=dispatch.to_name,
        source=str(CameBy(dispatch.channel).label), reference=dispatch.receipt,
        words=dispatch.purpose, subject=(DISPATCH, dispatch.pk),
    )  # fmt: skip
    if closes:
        complete(actor, task.public_id, None, now, evidence=proof, outcome=_("Arrived"))
        return
    helper = system_actor("paperwork.send", dispatch.organization, on_behalf_of=actor)
    add_evidence(helper, task.public_id, None, proof, now)


@transaction.atomic
def mark_failed(
    actor: Actor, dispatch_id: UUID, version: int | None, *, why: str, now: datetime
) -> Dispatch:
    """Say that it did not arrive, and raise the task to send it another way.

    Its due time is what the facility settled; unsettled, it has none.
    Raises NotPermitted, Dispatch.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    dispatch = locked(actor, dispatch_id, version)
    if not why.strip():
        raise Refused(_("Say why it did not arrive."))
    move(
        dispatch, DispatchStatus.NOT_DONE, actor=actor, now=now, why=why, failed_at=now,
        failed_why=why[:200],
    )  # fmt: skip
    record(actor, "dispatch.fail", dispatch, now)
    tell(actor, dispatch, now)
    team, person = looked_after_by(dispatch.patient)
    settled = facility_setting(team.facility_id, AGAIN_BY)
    task = raise_task(
        system_actor("paperwork.send", dispatch.organization, on_behalf_of=actor),
        patient=dispatch.patient, title=_("Send again: what was sent did not arrive"),
        kind="paperwork", team=team, assignee=person, now=now, subject=(DISPATCH, dispatch.pk),
        due_at=now + parse_length(settled) if settled else None,
        next_step=_("%(who)s: %(why)s") % {"who": dispatch.to_name, "why": why},
    )  # fmt: skip
    Dispatch.objects.filter(pk=dispatch.pk).update(failure_task=task)
    return dispatch


@transaction.atomic
def call_off(
    actor: Actor, dispatch_id: UUID, version: int | None, *, why: str, now: datetime
) -> Dispatch:
    """Take it out of the line, with a reason.

    Raises NotPermitted, Dispatch.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    dispatch = locked(actor, dispatch_id, version)
    if not why.strip():
        raise Refused(_("Say in a word why it is called off."))
    move(dispatch, DispatchStatus.STOPPED, actor=actor, now=now, why=why)
    record(actor, "dispatch.stop", dispatch, now)
    tell(actor, dispatch, now)
    return dispatch


def locked(actor: Actor, dispatch_id: UUID, version: int | None) -> Dispatch:
    """Return the dispatch locked, for whoever sends paper."""
    require(actor, "document.send")
    dispatch = lock(dispatches_in_scope(actor), dispatch_id, version)
    actor.shown.add(dispatch.patient_id)
    return dispatch


def tell(actor: Actor, dispatch: Dispatch, at: datetime, now: datetime | None = None) -> None:
    """Say on the timeline where it stands."""
    publish(
        DispatchMoved(
            actor=actor, at=at, now=now or at, organization_id=dispatch.organization_id,
            patient_id=dispatch.patient_id, subject_kind=DISPATCH, subject_id=dispatch.pk,
            status=dispatch.status, who=dispatch.to_name,
            how=str(CameBy(dispatch.channel).label), purpose=dispatch.purpose,
            note=dispatch.failed_why or dispatch.receipt,
        )
    )  # fmt: skip
