"""Stops a patient's messages and queued calls, in the transaction of the death or the opt-out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from coordination.access.actor import Actor
from coordination.access.audit import record
from coordination.events import publish
from coordination.outreach.actions.plan import is_stoppable
from coordination.outreach.events import MessagesStopped
from coordination.outreach.models import Call, CallStatus, Delivery, DeliveryState
from coordination.outreach.reasons import reason_label
from coordination.records import move


@transaction.atomic
def stop_outreach(
    actor: Actor,
    patient_id: int,
    reason: str,
    now: datetime,
    *,
    channel: str | None = None,
    recipient: str | None = None,
) -> tuple[int, int]:
    """Cancel what is planned, or in hand and not begun. Returns (stopped, may have gone out).

    reason: a code of reasons.py. channel, recipient: only these; None is every one. Queued calls
    are closed when everything or the telephone stops. One that is being sent goes on, and the
    timeline says that it may have gone out. Never refuses.
    """
    rows = Delivery.objects.select_for_update(of=("self",)).filter(
        patient_id=patient_id, state__in=[DeliveryState.PLANNED, DeliveryState.CLAIMED]
    )
    if channel is not None:
        rows = rows.filter(channel=channel)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    found = list(rows)
    stopped = [row.pk for row in found if is_stoppable(row)]
    gone = len(found) - len(stopped)
    Delivery.objects.filter(pk__in=stopped).update(
        state=DeliveryState.CANCELLED, reason=reason, token=None, lease_until=None
    )
    if channel in {None, "phone"} and recipient in {None, "patient"}:
        close_queued_calls(actor, patient_id, reason, now)
    if found:
        tell_stopped(actor, patient_id, (len(stopped), gone), reason, now)
    return len(stopped), gone


def close_queued_calls(actor: Actor, patient_id: int, reason: str, now: datetime) -> None:
    """Close the calls that wait for another attempt. Their tasks are only proposed for closing."""
    queued = Call.objects.select_for_update(of=("self",)).filter(
        patient_id=patient_id, status=CallStatus.QUEUED
    )
    for call in queued:
        move(call, CallStatus.CLOSED, actor=actor, now=now, why=str(reason_label(reason)))


def tell_stopped(
    actor: Actor, patient_id: int, counts: tuple[int, int], reason: str, now: datetime
) -> None:
    """Write the trail and the timeline's line."""
    stopped, gone = counts
    record(
        actor,
        "message.cancelled",
        now=now,
        patients=[patient_id],
        detail={"stopped": stopped, "gone": gone, "reason": reason},
    )
    publish(
        MessagesStopped(
            actor=actor,
            at=now,
            organization_id=actor.organization_id,
            patient_id=patient_id,
            stopped=stopped,
            gone=gone,
            reason=str(reason_label(reason)),
        )
    )
