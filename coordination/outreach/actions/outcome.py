"""Records what became of a claimed message. Every write names the token, else it is void."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.events import publish
from coordination.outreach.actions.dead import bury, sender, unsure
from coordination.outreach.channels import REFUSED, UNSURE, Result
from coordination.outreach.events import DeliveriesSent, DeliverySent
from coordination.outreach.models import (
    Delivery,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
)
from coordination.outreach.rules import next_try

SENT = """
UPDATE outreach_delivery d
SET state = 'sent', sent_at = %(now)s, provider_ref = v.ref, token = NULL, lease_until = NULL,
  last_error = ''
FROM unnest(%(ids)s::uuid[], %(refs)s::text[]) AS v (id, ref)
WHERE d.id = v.id AND d.state = 'claimed' AND d.token = %(token)s
RETURNING d.id, d.organization_id, d.patient_id, d.kind, d.channel, d.maybe_repeated
"""


class Left(NamedTuple):
    """One message that left."""

    id: UUID
    organization_id: int
    patient_id: int | None
    kind: str
    channel: str
    maybe_repeated: bool


@transaction.atomic
def note_sent(token: UUID, refs: dict[UUID, str], now: datetime) -> int:
    """Record that these left, with their lines on the timelines. Returns how many were still ours.

    refs: the carrier's reference by id. 1 statement, 1 audit row and 1 timeline insert for each
    organization.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SENT, {"ids": list(refs), "refs": list(refs.values()), "token": token, "now": now}
        )
        rows = [Left._make(row) for row in cursor.fetchall()]
    by_organization = defaultdict(list)
    for row in rows:
        by_organization[row.organization_id].append(row)
    for organization in Organization.objects.filter(pk__in=by_organization):
        tell_sent(organization, by_organization[organization.pk], now)
    return len(rows)


def tell_sent(organization: Organization, rows: list[Left], now: datetime) -> None:
    """Write the trail of one organization's sent messages and publish them as one batch."""
    actor = sender(organization)
    record(
        actor,
        "message.sent",
        now=now,
        patients=[row.patient_id for row in rows if row.patient_id is not None],
        detail={"count": len(rows)},
    )
    sent = tuple(
        DeliverySent(
            actor=actor,
            at=now,
            organization_id=organization.pk,
            patient_id=row.patient_id,
            delivery_id=row.id,
            what=str(DeliveryKind(row.kind).label),
            channel_label=str(DeliveryChannel(row.channel).label),
            maybe_repeated=row.maybe_repeated,
        )
        for row in rows
    )
    publish(DeliveriesSent(actor=actor, at=now, organization_id=organization.pk, sent=sent))


def ours(token: UUID, delivery_id: UUID) -> Delivery | None:
    """Return the message locked, if this claim still holds it."""
    return (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("organization", "patient", "visit")
        .filter(pk=delivery_id, token=token, state=DeliveryState.CLAIMED)
        .first()
    )


@transaction.atomic
def fail(token: UUID, delivery_id: UUID, result: Result, now: datetime) -> None:
    """Record a failure: another try later, or a call task if there is none (trust.md 5, item 5)."""
    delivery = ours(token, delivery_id)
    if delivery is None:
        return
    delivery.failures += 1
    delivery.last_error = result.code[:60]
    delivery.save(update_fields=["failures", "last_error"])
    if result.kind == UNSURE and delivery.patient_id is not None:
        unsure(delivery, now)
        return
    at = next_try(delivery.failures, now, delivery.give_up_at, random.random())  # noqa: S311
    if result.kind == REFUSED or at is None:
        bury(delivery, result.code, now)
        return
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.PLANNED, token=None, lease_until=None, due_at=at,
        sending_at=None, sending_on=None,
        maybe_repeated=delivery.maybe_repeated or result.kind == UNSURE,
    )  # fmt: skip


def defer(token: UUID, delivery_id: UUID, at: datetime, reason: str) -> None:
    """Give a message back until later. A delay is an outcome: the claim does not count.

    1 statement. Past its latest useful moment the sweep ends it, with this reason.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outreach_delivery SET state = 'planned', token = NULL, lease_until = NULL,"
            " attempts = attempts - 1, due_at = least(%(at)s, give_up_at + interval '1 second'),"
            " last_error = %(reason)s"
            " WHERE id = %(id)s AND state = 'claimed' AND token = %(token)s",
            {"at": at, "reason": reason, "id": delivery_id, "token": token},
        )


@transaction.atomic
def cancel(token: UUID, delivery_id: UUID, reason: str, now: datetime) -> None:
    """Stop a message in hand because of a fact. reason: its code."""
    delivery = ours(token, delivery_id)
    if delivery is not None:
        stop_one(delivery, reason, now)


def stop_one(delivery: Delivery, reason: str, now: datetime) -> None:
    """Write that a locked message is canceled, with its trail."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.CANCELLED, reason=reason, token=None, lease_until=None
    )
    record(
        sender(delivery.organization),
        "message.cancelled",
        now=now,
        patients=[delivery.patient_id] if delivery.patient_id else [],
        detail={"delivery": str(delivery.pk), "reason": reason},
    )
