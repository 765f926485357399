"""Proposing to close what an event made needless; a person answers (rules.md 4.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from coordination.access.actor import Actor
from coordination.access.audit import record
from coordination.events import publish
from coordination.records import amend, lock
from coordination.worklist.actions.closing import cancel, complete
from coordination.worklist.actions.proving import EvidenceIn
from coordination.worklist.actions.trail import locked
from coordination.worklist.events import ClosingProposed
from coordination.worklist.models import EvidenceKind, Proposal, Task

# What a fact is as a reason for canceling.
VISIT_KEPT = "visit-kept"
REASONS = {"died": "died", "readmitted": "readmitted", "opted-out": "opted-out"}


@transaction.atomic
def propose_close(
    actor: Actor, task: Task, *, fact: str, sentence: str, now: datetime
) -> Proposal | None:
    """Propose to close an open task because of a fact. Once for each fact; never refuses.

    Returns the proposal, or None when the task is closed, or the same was proposed before.
    """
    if not Task.objects.filter(pk=task.pk, is_open=True).exists():
        return None
    proposal, is_new = Proposal.objects.get_or_create(
        task=task, fact=fact,
        defaults={
            "organization_id": task.organization_id, "patient_id": task.patient_id,
            "sentence": sentence[:200], "proposed_at": now,
        },
    )  # fmt: skip
    if not is_new:
        return None
    task.write_event("proposed", actor, now, after=fact, why=sentence[:300])
    record(actor, "task.propose_close", task, now, detail={"fact": fact})
    publish(
        ClosingProposed(
            actor=actor, at=now, organization_id=task.organization_id, patient_id=task.patient_id,
            task_id=task.pk, fact=fact,
        )
    )  # fmt: skip
    return proposal


@transaction.atomic
def answer_proposal(
    actor: Actor, task_id: UUID, fact: str, now: datetime, *, takes: bool, reason: str = ""
) -> Task:
    """Take a proposal, which cancels the task for that reason, or turn it down.

    A kept visit is the proof the task asks for: taking that one completes the task.

    Answered once; later answers change nothing. Raises NotPermitted, Task.DoesNotExist,
    Proposal.DoesNotExist, TransitionNotAllowed.
    """
    task = locked(actor, task_id, None)
    standing = Proposal.objects.get(task=task, fact=fact)
    proposal = lock(Proposal.objects.filter(task=task), standing.public_id, None)
    if proposal.is_taken is not None:
        return task
    amend(proposal, is_taken=takes, answered_at=now, answered_by=actor.user, reason=reason[:200])
    record(actor, "task.answer_proposal", task, now, detail={"fact": fact, "taken": takes})
    if not takes:
        return task
    if fact == VISIT_KEPT:
        proof = EvidenceIn(kind=EvidenceKind.VISIT, source=proposal.sentence[:160])
        return complete(actor, task_id, None, now, evidence=proof)
    code = REASONS.get(fact, "no-longer-needed")
    return cancel(actor, task_id, None, now, reason=code, words=reason)
