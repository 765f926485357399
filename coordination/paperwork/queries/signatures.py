"""What waits for a signature, and what is to be asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from coordination.paperwork.models import Document, Signature, SignatureStatus
from patients.queries import scope

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class SignaturePage:
    """One page of what waits for a signature; next_after: the key to go on from, or None."""

    rows: list[Signature]
    next_after: tuple[datetime, int] | None


def signatures_in_scope(actor: Actor) -> QuerySet[Signature]:
    """Return the signatures asked for on papers of patients this actor may see."""
    return Signature.objects.filter(
        patient__in=scope(actor), organization_id=actor.organization_id
    ).select_related("patient", "document", "dispatch", "asked_by", "task", "signed_copy")


def one_signature(actor: Actor, public_id: UUID) -> Signature:
    """Return one signature and note whom it shows. 1 statement. Raises Signature.DoesNotExist."""
    found = signatures_in_scope(actor).select_related("settled_by").get(public_id=public_id)
    actor.shown.add(found.patient_id)
    return found


def signature_queue(actor: Actor, after: tuple[datetime, int] | None = None) -> SignaturePage:
    """Return what waits for a signature, oldest first. 1 statement."""
    rows = signatures_in_scope(actor).filter(status=SignatureStatus.REQUESTED)
    if after:
        rows = rows.filter(Q(asked_at__gt=after[0]) | Q(asked_at=after[0], pk__gt=after[1]))
    found = list(rows.order_by("asked_at", "pk")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    actor.shown.update(row.patient_id for row in shown)
    last = shown[-1] if len(found) > PAGE_ROWS else None
    return SignaturePage(shown, (last.asked_at, last.pk) if last else None)


def signatures_of(document: Document) -> list[Signature]:
    """Return what was asked for on one document, the newest first. 1 statement.

    document: from `one_document`.
    """
    rows = Signature.objects.filter(document=document).exclude(
        status=SignatureStatus.ENTERED_IN_ERROR
    )
    return list(rows.order_by("-asked_at", "-pk")[:PAGE_ROWS])
