"""What waits to be sent, what was sent, and what came back of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from coordination.access.actor import Actor
from coordination.paperwork.models import Dispatch, DispatchStatus, Document
from patients.models import Patient
from patients.queries import SCOPE_SQL, scope, scope_params

PAGE_ROWS = 50
OPEN = (DispatchStatus.PREPARATION, DispatchStatus.IN_PROGRESS, DispatchStatus.NOT_DONE)

CAP = 1000
COUNTS = f"""
SELECT line.status, (SELECT count(*) FROM (
    SELECT 1 FROM paperwork_dispatch d JOIN patients_patient p ON p.id = d.patient_id
    WHERE {SCOPE_SQL} AND d.organization_id = %(organization_id)s AND d.status = line.status
      AND d.status IN ('preparation', 'in-progress', 'not-done') LIMIT {CAP + 1}) one)
FROM unnest(%(states)s::text[]) line(status)
UNION ALL
SELECT 'sign', (SELECT count(*) FROM (
    SELECT 1 FROM paperwork_signature s JOIN patients_patient p ON p.id = s.patient_id
    WHERE {SCOPE_SQL} AND s.organization_id = %(organization_id)s AND s.status = 'requested'
    LIMIT {CAP + 1}) one)
"""  # noqa: S608  only our own constants


@dataclass(frozen=True, slots=True)
class DispatchPage:
    """One page of the register; next_after: the key to go on from, or None."""

    rows: list[Dispatch]
    next_after: tuple[datetime, int] | None


def dispatches_in_scope(actor: Actor) -> QuerySet[Dispatch]:
    """Return what was sent of patients this actor may see."""
    return Dispatch.objects.filter(
        patient__in=scope(actor), organization_id=actor.organization_id
    ).select_related("patient", "asked_by", "sent_by", "task", "failure_task", "cover")


def with_documents(rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Add what each carries, in one more statement."""
    documents = Document.objects.order_by("pk").only(
        "public_id", "title", "kind", "pages", "patient", "status"
    )
    return rows.prefetch_related(Prefetch("documents", queryset=documents))


def one_dispatch(actor: Actor, public_id: UUID) -> Dispatch:
    """Return one sending with its documents. 2 statements. Raises Dispatch.DoesNotExist."""
    found = with_documents(dispatches_in_scope(actor)).get(public_id=public_id)
    actor.shown.add(found.patient_id)
    return found


def _page(actor: Actor, rows: QuerySet[Dispatch]) -> DispatchPage:
    found = list(with_documents(rows)[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    actor.shown.update(row.patient_id for row in shown)
    last = shown[-1] if len(found) > PAGE_ROWS else None
    return DispatchPage(shown, (last.asked_at, last.pk) if last else None)


def dispatch_queue(
    actor: Actor, status: str, after: tuple[datetime, int] | None = None
) -> DispatchPage:
    """Return what stands in one state of the line, oldest first. 2 statements."""
    rows = dispatches_in_scope(actor).filter(status=status)
    if after:
        rows = rows.filter(Q(asked_at__gt=after[0]) | Q(asked_at=after[0], pk__gt=after[1]))
    return _page(actor, rows.order_by("asked_at", "pk"))


def chart_dispatches(actor: Actor, patient: Patient) -> list[Dispatch]:
    """Return a chart's latest sendings, newest first. 2 statements. patient: from `open_chart`."""
    rows = Dispatch.objects.filter(patient=patient).select_related("asked_by", "sent_by")
    actor.shown.add(patient.pk)
    return list(with_documents(rows).order_by("-asked_at", "-pk")[:PAGE_ROWS])


def open_counts(actor: Actor) -> dict[str, int]:
    """Return how many stand in each open state, and wait for a signature. 1 statement.

    Each is counted up to CAP + 1; "sign" is what waits for a signature.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {**scope_params(actor), "states": list(map(str, OPEN))})
        return dict(cursor.fetchall())
