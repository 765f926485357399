"""What comes after a message left: the carrier's or the recipient's answer, or a person's word."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.outreach.actions.dead import hand_over
from coordination.outreach.models import Delivery, DeliveryState
from coordination.outreach.queries import deliveries_in_scope
from coordination.records import TransitionNotAllowed

MOVES: dict[str, frozenset[str]] = {
    DeliveryState.SENT: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.REPLIED}
    ),
    DeliveryState.DELIVERED: frozenset({DeliveryState.REPLIED}),
    DeliveryState.UNSURE: frozenset({DeliveryState.SENT, DeliveryState.CANCELLED}),
}


def allow(delivery: Delivery, to: str) -> None:
    """Raise TransitionNotAllowed, with a sentence, unless the message may become `to`."""
    if to not in MOVES.get(delivery.state, frozenset()):
        raise TransitionNotAllowed(
            _("This message is “%(before)s” now, so it cannot become “%(after)s”.")
            % {"before": delivery.get_state_display(), "after": str(DeliveryState(to).label)}
        )


@transaction.atomic
def hear(
    actor: Actor, delivery_id: UUID, state: str, now: datetime, *, reason: str = ""
) -> Delivery:
    """Record what the carrier or the recipient answered: delivered, replied or failed.

    reason: a code of reasons.py, for failed. A failure of a message to a patient becomes a call
    task. A reply is never a contact (rules.md 2.0). Raises Delivery.DoesNotExist or
    TransitionNotAllowed.
    """
    require(actor, "call.log")
    delivery = deliveries_in_scope(actor).select_for_update(of=("self",)).get(pk=delivery_id)
    allow(delivery, state)
    if state == DeliveryState.FAILED and delivery.patient_id is not None:
        hand_over(delivery, state, reason or "recipient-unavailable", now)
        return delivery
    delivery.state, delivery.reason = state, reason
    delivery.save(update_fields=["state", "reason"])
    record(actor, f"message.{state}", now=now, patients=shown(delivery))
    return delivery


@transaction.atomic
def settle_unsure(actor: Actor, delivery_id: UUID, state: str, now: datetime) -> Delivery:
    """Say of a message that may have gone out whether it did: sent, or canceled.

    Raises NotPermitted, Delivery.DoesNotExist or TransitionNotAllowed.
    """
    require(actor, "call.log")
    delivery = deliveries_in_scope(actor).select_for_update(of=("self",)).get(pk=delivery_id)
    if delivery.state != DeliveryState.UNSURE:
        allow(delivery, DeliveryState.UNSURE)
    allow(delivery, state)
    delivery.state = state
    if state == DeliveryState.SENT:
        delivery.sent_at = delivery.sending_at or now
    else:
        delivery.reason, delivery.sending_on = "by-hand", None
    delivery.save(update_fields=["state", "reason", "sent_at", "sending_on"])
    record(actor, f"message.settled_{state}", now=now, patients=shown(delivery))
    return delivery


def shown(delivery: Delivery) -> list[int]:
    """Return the patient, for the trail."""
    return [delivery.patient_id] if delivery.patient_id else []
