"""Takes due messages in hand, and takes them back from a worker that died (trust.md 5, 2 and 6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from coordination.access.models import Organization
from coordination.outreach.actions.dead import bury, unsure
from coordination.outreach.channels import carrier
from coordination.outreach.models import Delivery, DeliveryChannel, DeliveryState
from coordination.outreach.rules import POISON_CLAIMS

BATCH = 25  # each is a call over the network: the lease outlasts the batch
ALONE = 1  # from the second attempt on, so that a poison row takes no neighbor with it
EXPIRED_AT_ONCE = 500

# {tries} stands in the text, so that each of the two has its index.
CLAIM = """
WITH due AS (
  SELECT d.id FROM outreach_delivery d
  WHERE d.state = 'planned' AND d.due_at <= %(now)s AND d.organization_id = ANY(%(organizations)s)
    AND d.attempts {tries} 0
  ORDER BY d.due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE outreach_delivery d
SET state = 'claimed', token = %(token)s, attempts = d.attempts + 1,
  lease_until = clock_timestamp() + %(lease)s * interval '1 second'
FROM due WHERE d.id = due.id
RETURNING d.id, d.organization_id, d.patient_id, d.visit_id, d.kind, d.template, d.recipient,
  d.channel, d.failures, d.maybe_repeated
"""

# In the order of its index: behind the first that is not late, none is.
LATE = """
SELECT * FROM outreach_delivery
WHERE state = 'planned' AND give_up_at < %(now)s AND due_at <= %(now)s
ORDER BY give_up_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

BACK = """
WITH gone AS (
  SELECT d.id FROM outreach_delivery d
  WHERE d.state = 'claimed' AND d.lease_until < clock_timestamp()
    AND d.attempts - d.failures < %(poison)s
    AND (d.sending_at IS NULL OR d.patient_id IS NULL OR d.channel = ANY(%(keyed)s))
  ORDER BY d.lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE outreach_delivery d
SET state = 'planned', token = NULL, lease_until = NULL,
  maybe_repeated = d.maybe_repeated
    OR (d.sending_at IS NOT NULL AND NOT d.channel = ANY(%(keyed)s)),
  sending_at = NULL
FROM gone WHERE d.id = gone.id
"""


class Claimed(NamedTuple):
    """One message in hand."""

    id: UUID
    organization_id: int
    patient_id: int | None
    visit_id: int | None
    kind: str
    template: str
    recipient: str
    channel: str
    failures: int
    maybe_repeated: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What one worker has in hand, under one token."""

    token: UUID
    rows: list[Claimed]


def lease_seconds() -> int:
    """Return how long a claim holds; it must outlast the sending of one batch."""
    return int(settings.OUTREACH_LEASE_SECONDS)


def switched_on() -> list[int]:
    """Return the organizations whose messages may leave the house. 1 statement."""
    return list(Organization.objects.filter(messages_on=True).values_list("pk", flat=True))


@transaction.atomic
def claim(
    now: datetime, organizations: list[int], *, limit: int = BATCH, fresh: bool = True
) -> Batch:
    """Take up to `limit` due messages in hand: new ones, or with fresh=False tried ones.

    now: up to when they are due. Messages of organizations that are not listed stay where they are.
    The lease runs by the database's clock. Before new ones, what a dead worker held is put back.
    3 statements while no lease ran out, 1 for tried ones.
    """
    if fresh:
        put_back(now)
    token = uuid.uuid4()
    parameters: dict[str, Any] = {
        "now": now, "organizations": organizations, "limit": limit, "token": token,
        "lease": lease_seconds(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(tries="=" if fresh else ">"), parameters)
        return Batch(token, [Claimed._make(row) for row in cursor.fetchall()])


def keyed_channels() -> list[str]:
    """Return the channels whose carrier recognizes a message it already took."""
    return [channel for channel in DeliveryChannel.values if carrier(channel).is_keyed]


def put_back(now: datetime) -> int:
    """Return messages whose lease ran out to planned; what must not go again gets a call task.

    That is: claimed five times without an outcome (it kills its worker), or begun with a carrier
    that knows no key, to a patient (it may have gone out). Returns how many were put back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            BACK,
            {"poison": POISON_CLAIMS, "keyed": keyed_channels(), "limit": EXPIRED_AT_ONCE},
        )
        back: int = cursor.rowcount
    left = Delivery.objects.raw(
        "SELECT * FROM outreach_delivery WHERE state = 'claimed'"
        " AND lease_until < clock_timestamp() ORDER BY lease_until LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        [EXPIRED_AT_ONCE],
    )
    for delivery in left:
        if delivery.attempts - delivery.failures >= POISON_CLAIMS:
            bury(delivery, "stopped-its-worker", now)
        elif delivery.sending_at and delivery.channel not in keyed_channels():
            unsure(delivery, now)
        # else more than one batch ran out at once: the next round puts it back
    return back


@transaction.atomic
def give_up_late(now: datetime, organizations: list[int]) -> int:
    """End what is past its latest useful moment. Returns how many.

    Where messages are switched off it is canceled for that reason; else a person calls.
    """
    late = list(Delivery.objects.raw(LATE, {"now": now, "limit": EXPIRED_AT_ONCE}))
    if not late:
        return 0
    silent = [row.pk for row in late if row.organization_id not in organizations]
    Delivery.objects.filter(pk__in=silent).update(
        state=DeliveryState.CANCELLED, reason="messages-off"
    )
    for delivery in late:
        if delivery.organization_id in organizations:
            bury(delivery, delivery.last_error or "too-late", now)
    return len(late)
