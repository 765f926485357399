"""What could not be delivered becomes a person's task, in the same transaction (trust.md 5, 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from coordination.access.actor import Actor, system_actor
from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.events import publish
from coordination.outreach.events import DeliveryFailed
from coordination.outreach.models import Delivery, DeliveryState
from coordination.outreach.reasons import reason_label
from coordination.worklist.actions import looked_after_by, raise_task
from coordination.worklist.models import Task
from patients.models import Visit, VisitStatus

CALL_WITHIN = timedelta(hours=4)
SENDER = "outreach.send_due"
BEFORE_VISIT = timedelta(hours=2)
TITLES: dict[str, Promise] = {  # they name nobody
    DeliveryState.FAILED: gettext_lazy("Call: a reminder could not be delivered"),
    DeliveryState.UNSURE: gettext_lazy("Call: a reminder may not have arrived"),
}


def sender(organization: Organization, on_behalf_of: Actor | None = None) -> Actor:
    """Return the system at work on messages."""
    return system_actor(SENDER, organization, on_behalf_of)


def bury(delivery: Delivery, reason: str, now: datetime) -> None:
    """End a locked message for good: failed, with a call task if it was to a patient.

    reason: a code of reasons.py. A visit that is over or off needs no call: then it is canceled.
    """
    if delivery.patient_id is None:
        end(delivery, DeliveryState.FAILED, reason)
        return
    if not still_ahead(delivery, now):
        end(delivery, DeliveryState.CANCELLED, "visit-over")
        return
    hand_over(delivery, DeliveryState.FAILED, reason, now)


def unsure(delivery: Delivery, now: datetime) -> None:
    """Mark a locked message as one that may have gone out, and have a person call."""
    hand_over(delivery, DeliveryState.UNSURE, "stopped-while-sending", now)


def hand_over(delivery: Delivery, state: str, reason: str, now: datetime) -> None:
    """Raise the call task and end the message in one transaction."""
    actor = sender(delivery.organization)
    delivery.call_task = call_task(actor, delivery, TITLES[state], reason, now)
    end(delivery, state, reason)
    patient_id = delivery.patient_id
    record(
        actor,
        f"message.{state}",
        now=now,
        patients=[patient_id] if patient_id else [],
        detail={"delivery": str(delivery.pk), "reason": reason},
    )
    publish(
        DeliveryFailed(
            actor=actor,
            at=now,
            organization_id=delivery.organization_id,
            patient_id=patient_id,
            subject_kind="worklist.task",
            subject_id=delivery.call_task.pk,
            delivery_id=delivery.pk,
            state=state,
            channel_label=delivery.get_channel_display(),
            reason=str(reason_label(reason)),
        )
    )


def end(delivery: Delivery, state: str, reason: str) -> None:
    """Write the last state of a locked message, and let go of its claim."""
    delivery.state, delivery.reason = state, reason
    delivery.token = delivery.lease_until = None
    if state == DeliveryState.FAILED:
        delivery.sending_on = None
    delivery.save(
        update_fields=["state", "reason", "token", "lease_until", "sending_on", "call_task"]
    )


def still_ahead(delivery: Delivery, now: datetime) -> bool:
    """Say whether the visit a reminder is about can still be kept."""
    if delivery.visit_id is None:
        return True
    ahead = Visit.objects.filter(pk=delivery.visit_id, status=VisitStatus.BOOKED, starts_at__gt=now)
    return ahead.exists()


def call_task(actor: Actor, delivery: Delivery, title: Promise, reason: str, now: datetime) -> Task:
    """Raise the task "call them" for whoever looks after the patient."""
    patient = delivery.patient
    if patient is None:
        raise ValueError("only a message to a patient becomes a call")
    team, person = looked_after_by(patient)
    due_at = now + CALL_WITHIN
    if delivery.visit is not None and delivery.visit.starts_at is not None:
        due_at = max(now, min(due_at, delivery.visit.starts_at - BEFORE_VISIT))
    return raise_task(
        actor,
        patient=patient,
        title=str(title),
        kind="call",
        team=team,
        assignee=person,
        due_at=due_at,
        evidence="contact",
        subject=("patients.visit", delivery.visit_id) if delivery.visit_id else None,
        next_step=str(reason_label(reason)),
        now=now,
    )
