"""Records what became of a claimed message. Every write names the token, else it is void."""

from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from coordination.access.actor import organization_of
from coordination.access.audit import SYSTEM_ROWS, record
from coordination.events import publish
from coordination.outreach.actions.dead import SENDER, bury, sender, unsure
from coordination.outreach.channels import REFUSED, UNSURE, Result
from coordination.outreach.events import DeliveriesSent
from coordination.outreach.models import (
    Delivery,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
)
from coordination.outreach.rules import next_try

SENT = f"""
WITH sent AS (
  UPDATE outreach_delivery d
  SET state = 'sent', sent_at = %(now)s, provider_ref = v.ref, token = NULL, lease_until = NULL,
    last_error = ''
  FROM json_each_text(%(refs)s) AS v (id, ref)
  WHERE d.id = v.id::uuid AND d.state = 'claimed' AND d.token = %(token)s
  RETURNING d.organization_id, d.patient_id, d.kind, d.channel, d.maybe_repeated),
told AS (
  SELECT organization_id, jsonb_build_object('count', count(*)) AS detail,
    coalesce(array_agg(patient_id) FILTER (WHERE patient_id IS NOT NULL), '{{}}') AS patients
  FROM sent GROUP BY 1),
trail AS ({SYSTEM_ROWS} told)
SELECT organization_id, kind, channel, maybe_repeated, count(*),
  coalesce(array_agg(patient_id) FILTER (WHERE patient_id IS NOT NULL), '{{}}')
FROM sent GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608  constants only


@transaction.atomic
def note_sent(token: UUID, refs: dict[UUID, str], now: datetime) -> int:
    """Record that these left, with their lines on the timelines. Returns how many were still ours.

    refs: the carrier's reference by id. 1 statement, which writes the audit row too, and 1 for the
    lines of each kind of message.
    """
    values: dict[str, Any] = {
        "refs": json.dumps({str(key): ref for key, ref in refs.items()}), "token": token,
        "now": now, "action": "message.sent", "job": SENDER, "request_id": uuid4().hex,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SENT, values)
        groups = cursor.fetchall()
    for organization_id, kind, channel, maybe_repeated, _count, patients in groups:
        publish(
            DeliveriesSent(
                actor=sender(organization_of(organization_id)),
                at=now,
                organization_id=organization_id,
                patients=tuple(patients),
                what=str(DeliveryKind(kind).label),
                channel_label=str(DeliveryChannel(channel).label),
                maybe_repeated=maybe_repeated,
            )
        )
    return sum(group[4] for group in groups)


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
