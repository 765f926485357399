"""Documents on charts, and those that wait to be filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from coordination.access.actor import Actor
from coordination.paperwork.models import Document, DocumentStatus
from coordination.records import StatusEvent
from patients.models import Patient
from patients.queries import scope

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a list, with the name of whoever entered it."""

    document: Document
    entered_by: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of documents; next_after: the key to go on from, or None."""

    rows: list[DocumentRow]
    next_after: tuple[datetime, int] | None


def waiting_in_scope(actor: Actor) -> QuerySet[Document]:
    """Return what waits to be filed with the actor's teams. It names no patient yet."""
    waiting = Document.objects.filter(
        organization_id=actor.organization_id, filed_at=None, status=DocumentStatus.CURRENT
    )
    return waiting if actor.may("scope.organization") else waiting.filter(team__in=actor.team_ids)


def documents_in_scope(actor: Actor) -> QuerySet[Document]:
    """Return the documents this actor may read: their patients', and those waiting with them."""
    waits = Q(patient=None)
    if not actor.may("scope.organization"):
        waits &= Q(team__in=actor.team_ids)
    return Document.objects.filter(
        Q(patient__in=scope(actor)) | waits, organization_id=actor.organization_id
    ).select_related("patient", "entered_by", "filed_by", "task", "replaces")


def one_document(actor: Actor, public_id: UUID) -> Document:
    """Return one document and note whom it shows. 1 statement. Raises Document.DoesNotExist."""
    found = documents_in_scope(actor).select_related("replaced_by").get(public_id=public_id)
    if found.patient_id:
        actor.shown.add(found.patient_id)
    return found


def _page(found: list[Document]) -> Page:
    rows = [
        DocumentRow(one, one.entered_by.display_name if one.entered_by else "")
        for one in found[:PAGE_ROWS]
    ]
    last = rows[-1].document if len(found) > PAGE_ROWS else None
    return Page(rows, (last.entered_at, last.pk) if last else None)


def chart_documents(
    actor: Actor, patient: Patient, after: tuple[datetime, int] | None = None
) -> Page:
    """Return a chart's documents, newest first, without those entered in error. 1 statement.

    patient: from `open_chart`.
    """
    actor.shown.add(patient.pk)
    found = Document.objects.filter(patient=patient).exclude(status=DocumentStatus.ENTERED_IN_ERROR)
    if after:
        found = found.filter(Q(entered_at__lt=after[0]) | Q(entered_at=after[0], pk__lt=after[1]))
    ordered = found.select_related("entered_by").order_by("-entered_at", "-pk")
    return _page(list(ordered[: PAGE_ROWS + 1]))


def waiting_documents(actor: Actor, after: tuple[datetime, int] | None = None) -> Page:
    """Return what waits to be filed, oldest first. 1 statement."""
    found = waiting_in_scope(actor)
    if after:
        found = found.filter(Q(entered_at__gt=after[0]) | Q(entered_at=after[0], pk__gt=after[1]))
    ordered = found.select_related("entered_by", "team").order_by("entered_at", "pk")
    return _page(list(ordered[: PAGE_ROWS + 1]))


def twin_of(patient: Patient, sha256: str) -> Document | None:
    """Return the document with the very same bytes that stands on the chart already."""
    same = Document.objects.filter(patient=patient, sha256=sha256)
    return same.exclude(status=DocumentStatus.ENTERED_IN_ERROR).order_by("pk").first()


def sum_of(patient: Patient) -> tuple[int, int]:
    """Return how many files a chart has and how many bytes they are."""
    found = Document.objects.filter(patient=patient).aggregate(n=Count("pk"), b=Sum("size_bytes"))
    return found["n"], found["b"] or 0


def mended(document: Document) -> StatusEvent | None:
    """Return who marked a document as entered in error, or moved it here, and why."""
    moves = StatusEvent.objects.filter(
        subject_kind=document._meta.label_lower, subject_id=document.pk
    )
    return moves.select_related("user").order_by("-id").first()
