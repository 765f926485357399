"""Evidence: what proves a task done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.records import Refused, insert
from coordination.worklist.actions.trail import locked, still_open, told
from coordination.worklist.models import Evidence, EvidenceKind, Task, TimeEntry
from coordination.worklist.rules import is_proven, is_stated
from patients.models import Patient


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceIn:
    """One proof as it comes in. kind: of rules.md 2.0. happened_at: None is now.

    party: with whom. source: where it comes from. reference: a number, a file's hash. subject: the
    record that is the proof, such as ("call", 7).
    """

    kind: str
    happened_at: datetime | None = None
    party: str = ""
    source: str = ""
    reference: str = ""
    words: str = ""
    subject: tuple[str, int] | None = None


class ProofMissing(Refused):
    """A task cannot be closed yet: it asks for a proof nobody has given. required: its kind."""

    def __init__(self, task: Task) -> None:
        label = EvidenceKind(task.evidence_required).label
        super().__init__(_("This closes with: %(proof)s.") % {"proof": label.lower()})
        self.required = task.evidence_required


def write_evidence(actor: Actor, task: Task, given: EvidenceIn, now: datetime) -> Evidence:
    """Write one proof of a locked task, with its event. Raises Refused if it lies ahead of now."""
    happened_at = given.happened_at or now
    if happened_at > now:
        raise Refused(_("This time is still to come. Enter when it really happened."))
    kind, pk = given.subject or ("", None)
    evidence = insert(
        Evidence,
        organization_id=task.organization_id,
        task_id=task.pk,
        kind=given.kind,
        happened_at=happened_at,
        user_id=actor.user_id,
        party=given.party,
        source=given.source,
        reference=given.reference,
        words=given.words,
        subject_kind=kind,
        subject_id=pk,
    )
    task.write_event("evidence", actor, now, before=given.kind, after=str(evidence.pk))
    return evidence


@transaction.atomic
def add_evidence(
    actor: Actor, task_id: UUID, version: int | None, given: EvidenceIn, now: datetime
) -> Evidence:
    """Add a proof to an open task without closing it, such as one attempt of several.

    Raises NotPermitted, Task.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    evidence = write_evidence(actor, task, given, now)
    told(actor, task, now, "task.add_evidence")
    return evidence


def prove(actor: Actor, task: Task, given: EvidenceIn | None, now: datetime) -> None:
    """See to it that a locked task may be closed, writing the proof given now, if any.

    A task that asks for a statement takes the owner's word. Raises ProofMissing.
    """
    stated = is_stated(task.evidence_required, serves_clock=task.clock_id is not None)
    if given is None and stated:
        given = EvidenceIn(kind=EvidenceKind.STATEMENT)
    if given is not None:
        write_evidence(actor, task, given, now)
    if stated:
        return
    on_file = Evidence.objects.filter(task=task, void_at__isnull=True).values_list(
        "kind", flat=True
    )
    if not is_proven(
        task.evidence_required,
        task.evidence_count,
        on_file,
        serves_clock=task.clock_id is not None,
    ):
        raise ProofMissing(task)


def spend(actor: Actor, task: Task, minutes: int | None, now: datetime) -> None:
    """Count the minutes one act took, once, in the month of the organization's zone."""
    if not minutes or actor.user_id is None:
        return
    task.write_event("minutes", actor, now, after=str(minutes))
    event = task.last_event
    source = ("worklist.taskevent", event.pk if event else 0)
    _enter(actor, actor.user_id, task.patient_id, minutes, source, now, task=task)


def spend_on(
    actor: Actor, patient: Patient, minutes: int | None, source: Model, now: datetime
) -> None:
    """Count the minutes of an act that serves no task. source: its record, which counts once."""
    if minutes and actor.user_id is not None:
        _enter(
            actor, actor.user_id, patient.pk, minutes, (source._meta.label_lower, source.pk), now
        )


def _enter(
    actor: Actor,
    user_id: int,
    patient_id: int,
    minutes: int,
    source: tuple[str, int],
    now: datetime,
    task: Task | None = None,
) -> None:
    TimeEntry.objects.create(
        organization_id=actor.organization_id,
        user_id=user_id,
        patient_id=patient_id,
        task=task,
        minutes=minutes,
        month=now.astimezone(actor.zone).date().replace(day=1),
        source_kind=source[0],
        source_id=source[1],
        at=now,
    )


def void_evidence(task: Task, now: datetime, ids: list[int] | None = None) -> None:
    """Take proofs of a locked task back; ids: None is all of them. They stay readable."""
    rows = Evidence.objects.filter(task=task, void_at__isnull=True)
    (rows if ids is None else rows.filter(pk__in=ids)).update(void_at=now)
