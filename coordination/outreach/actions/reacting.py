"""What outreach does when something happens. Each runs in the publisher's transaction."""

from __future__ import annotations

from coordination.access.actor import Actor, system_actor
from coordination.events import Event
from coordination.outreach.actions.plan import plan_visit
from coordination.outreach.actions.stop import stop_outreach
from coordination.outreach.events import DeliveriesSent
from patients.events import OptedOut, PatientDied, VisitBooked, VisitChanged
from patients.timeline import tell_each


def helper(event: Event) -> Actor:
    """Return the system at work for whoever made it happen."""
    actor: Actor = event.actor
    if actor.organization is None:
        raise ValueError("an event comes from an organization")
    return system_actor("outreach.react", actor.organization, on_behalf_of=actor)


def remind_of_visit(event: VisitBooked | VisitChanged) -> None:
    """Reaction: plan, move or stop the reminders of a visit."""
    organization = helper(event).organization
    if organization is not None:
        plan_visit(organization, event.visit_id, event.now)


def stop_for_death(event: PatientDied) -> None:
    """Reaction: nothing more goes out to somebody who died, and nobody calls them."""
    if event.patient_id is not None:
        stop_outreach(helper(event), event.patient_id, "died", event.now)


def stop_for_opt_out(event: OptedOut) -> None:
    """Reaction: nothing more goes out by this channel to whoever wants no more of it."""
    if event.patient_id is None:
        return
    recipient = f"contact:{event.contact_id}" if event.contact_id else "patient"
    stop_outreach(
        helper(event), event.patient_id, "opted-out", event.now,
        channel=event.channel, recipient=recipient,
    )  # fmt: skip


def tell_sent(event: DeliveriesSent) -> None:
    """Reaction: write the lines of a batch of sent messages. 1 statement."""
    tell_each(event, event.patients)
