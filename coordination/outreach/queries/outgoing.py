"""What went out, what is on its way, and what goes out tonight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from coordination.outreach.models import Delivery, DeliveryState
from patients.queries import scope

PAGE_ROWS = 50
ON_THE_WAY = (DeliveryState.PLANNED, DeliveryState.CLAIMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFilter:
    """Which rows. state: a code or ""; until: only due before this; upcoming: soonest first."""

    state: str = ""
    until: datetime | None = None
    upcoming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRow:
    """One message as the list shows it."""

    id: UUID
    due_at: datetime
    sent_at: datetime | None
    state: str
    kind: str
    channel: str
    recipient: str
    reason: str
    last_error: str
    maybe_repeated: bool
    attempts: int
    patient_id: int | None
    patient_public_id: UUID | None
    given: str
    family: str
    mrn: str
    zone: str
    task_public_id: UUID | None


@dataclass(frozen=True, slots=True)
class OutgoingPage:
    """One page of rows; has_more: another follows the last row."""

    rows: list[OutgoingRow]
    has_more: bool


def deliveries_in_scope(actor: Actor) -> QuerySet[Delivery]:
    """Return the messages this actor may see: their patients', and their own digests."""
    own = Q(patient__isnull=True, recipient=f"user:{actor.user_id}")
    everybody = Q(patient__isnull=True) if actor.may("scope.organization") else own
    return Delivery.objects.filter(
        Q(patient__in=scope(actor)) | everybody, organization_id=actor.organization_id
    )


COLUMNS = (
    "id", "due_at", "sent_at", "state", "kind", "channel", "recipient", "reason", "last_error",
    "maybe_repeated", "attempts", "patient_id", "patient__public_id", "patient__given",
    "patient__family", "patient__mrn", "patient__zone", "call_task__public_id",
)  # fmt: skip


def read(rows: QuerySet[Delivery], actor: Actor) -> list[OutgoingRow]:
    """Read the rows and note whom they show."""
    found: Sequence[tuple[Any, ...]] = list(rows.values_list(*COLUMNS))
    names = [column.replace("patient__", "").replace("call_task__", "task_") for column in COLUMNS]
    names[names.index("public_id")] = "patient_public_id"
    made = []
    for values in found:
        fields = dict(zip(names, values, strict=True))
        for name in ("given", "family", "mrn", "zone"):
            fields[name] = fields[name] or ""
        made.append(OutgoingRow(**fields))
    actor.shown.update(row.patient_id for row in made if row.patient_id is not None)
    return made


def outgoing_page(
    actor: Actor, wanted: OutgoingFilter, after: tuple[datetime, UUID] | None = None
) -> OutgoingPage:
    """Fetch one page of messages, newest first, or what comes next. 1 statement.

    after: (due_at, id) of the last row shown.
    """
    rows = deliveries_in_scope(actor)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.upcoming:
        rows = rows.filter(state__in=ON_THE_WAY)
    if wanted.until is not None:
        rows = rows.filter(due_at__lt=wanted.until)
    if after is not None:
        side = "gt" if wanted.upcoming else "lt"
        rows = rows.filter(
            Q(**{f"due_at__{side}": after[0]}) | Q(due_at=after[0], **{f"id__{side}": after[1]})
        )
    order = ("due_at", "id") if wanted.upcoming else ("-due_at", "-id")
    found = read(rows.order_by(*order)[: PAGE_ROWS + 1], actor)
    shown = found[:PAGE_ROWS]
    actor.shown.intersection_update({r.patient_id for r in shown if r.patient_id is not None})
    return OutgoingPage(shown, has_more=len(found) > PAGE_ROWS)


def one_message(actor: Actor, delivery_id: UUID) -> OutgoingRow:
    """Return one message. Raises Delivery.DoesNotExist outside the actor's scope. 1 statement."""
    found = read(deliveries_in_scope(actor).filter(pk=delivery_id), actor)
    if not found:
        raise Delivery.DoesNotExist
    return found[0]
