"""Reactions: what a signature does to the tasks to ask again. They never refuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coordination.access.actor import system_actor
from coordination.paperwork.events import SignatureMoved, SignatureUnanswered
from coordination.paperwork.models import Signature, SignatureStatus
from coordination.worklist.actions import (
    EvidenceIn,
    complete,
    looked_after_by,
    propose_close,
    raise_task,
)
from coordination.worklist.models import EvidenceKind, Task
from coordination.worklist.rules import WAYS_TO_DONE


def ask_again(event: SignatureUnanswered) -> None:
    """Raise the task to ask again, unless the last one is open still: that one is late already."""
    signature = Signature.objects.select_related("patient", "task").get(pk=event.subject_id or 0)
    if signature.task is not None and signature.task.is_open:
        return
    team, person = looked_after_by(signature.patient)
    next_step = f"{event.who}, {event.phone}" if event.phone else event.who
    task = raise_task(
        system_actor("paperwork.chase", signature.organization, on_behalf_of=event.actor),
        patient=signature.patient, title=_("Ask again for a signature"), kind="paperwork",
        team=team, assignee=person, now=event.now, due_at=event.due_at,
        subject=(event.subject_kind, signature.pk), next_step=next_step,
    )  # fmt: skip
    Signature.objects.filter(pk=signature.pk).update(task=task)


def settle_task(event: SignatureMoved) -> None:
    """Close the task to ask again when it was signed; propose to, when it never will be."""
    if event.status == SignatureStatus.REQUESTED:
        return
    task = Task.objects.filter(
        subject_kind=event.subject_kind, subject_id=event.subject_id, is_open=True
    ).first()
    if task is None:
        return
    system = system_actor("paperwork.sign", event.actor.organization, on_behalf_of=event.actor)
    if event.status == SignatureStatus.COMPLETED and task.status in WAYS_TO_DONE:
        proof = EvidenceIn(
            kind=EvidenceKind.STATEMENT, party=event.who, words=event.note,
            subject=(event.subject_kind, event.subject_id or 0),
        )  # fmt: skip
        complete(system, task.public_id, None, event.now, evidence=proof, outcome=_("Signed"))
        return
    propose_close(
        system, task, fact=f"signature-{event.status}",
        sentence=event.sentence() or _("It was entered in error."), now=event.now,
    )  # fmt: skip
