"""Asking again for a signature that did not come, by the facility's own steps."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from coordination.access.actor import system_actor
from coordination.access.audit import record
from coordination.events import publish
from coordination.paperwork.actions.signing import SIGNATURE, next_chase
from coordination.paperwork.events import SignatureUnanswered
from coordination.paperwork.models import Signature, SignatureStatus

BATCH = 100


def chase_signatures(now: datetime) -> int:
    """Raise the tasks to ask again whose day has come; return how many papers were looked at.

    Each is its own transaction, and another worker's row is left to it. Safe to repeat.
    """
    due = Signature.objects.filter(status=SignatureStatus.REQUESTED, chase_at__lte=now)
    keys = list(due.order_by("chase_at").values_list("pk", flat=True)[:BATCH])
    return sum(_chase(pk, now) for pk in keys)


@transaction.atomic
def _chase(pk: int, now: datetime) -> bool:
    """Ask again for one signature; after a dead time only the step that counts now is raised."""
    free = Signature.objects.select_for_update(of=("self",), skip_locked=True)
    signature = (
        free.filter(pk=pk, status=SignatureStatus.REQUESTED, chase_at__lte=now)
        .select_related("patient__organization", "organization")
        .first()
    )
    if signature is None:
        return False
    chased, due_at = signature.chased, None
    chase = next_chase(signature.patient, signature.asked_at, chased)
    while chase is not None and chase.raise_at <= now:
        chased, due_at = chased + 1, chase.due_at
        chase = next_chase(signature.patient, signature.asked_at, chased)
    # no new version: somebody may have the form open
    Signature.objects.filter(pk=pk).update(
        chased=chased, chase_at=chase.raise_at if chase else None
    )
    if due_at is None:  # the facility settled other steps meanwhile
        return True
    actor = system_actor("paperwork.chase", signature.organization)
    record(actor, "signature.chase", signature, now)
    publish(
        SignatureUnanswered(
            actor=actor, at=now, organization_id=signature.organization_id,
            patient_id=signature.patient_id, subject_kind=SIGNATURE, subject_id=pk, now=now,
            who=signature.signer, phone=signature.phone, due_at=due_at,
        )
    )  # fmt: skip
    return True
