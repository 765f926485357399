"""Reactions: what happens to a stay, and what it does to the clocks that hang on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coordination.access.actor import Actor, system_actor
from coordination.clocks.actions import bring_forward, move_anchor, stop_subject
from patients import events


def _system(event: events.PatientEvent) -> Actor:
    """Return the system at work for whoever did what the event tells of."""
    return system_actor("clocks.follow", event.actor.organization, on_behalf_of=event.actor)


def _subject(event: events.PatientEvent) -> tuple[str, int]:
    return event.subject_kind, event.subject_id or 0


def move_with_anchor(event: events.AnchorCorrected) -> None:
    """Recompute the clocks that start at a corrected instant."""
    move_anchor(
        _system(event),
        subject=_subject(event),
        anchor_event=event.anchor_event,
        new_at=event.new_at,
        why=event.why or _("The start was corrected."),
        now=event.now,
    )


def move_with_plan(event: events.StayExpectedMoved) -> None:
    """Move the clocks that count from the planned leaving when it is set to another time.

    While no time is known the last one stands: a duty never ends because a date was taken away.
    """
    if event.before is None or event.expected_at is None:
        return
    move_anchor(
        _system(event),
        subject=_subject(event),
        anchor_event="stay.discharge_planned",
        old_at=event.before,
        new_at=event.expected_at,
        why=event.why.strip() or _("The expected time of leaving moved."),
        now=event.now,
    )


def hurry_for_departure(event: events.StayDeparted) -> None:
    """End the time of clocks that are due "or sooner at" leaving."""
    bring_forward(
        _system(event),
        subject=_subject(event),
        event="stay.departed",
        event_at=event.departed_at,
        now=event.now,
    )


def hurry_for_segment(event: events.SegmentStarted) -> None:
    """End the time of clocks that are due "or sooner at" another class of the stay."""
    bring_forward(
        _system(event),
        subject=_subject(event),
        event=f"stay.segment_started({event.segment_class})",
        event_at=event.at,
        now=event.now,
    )


def stop_with_stay(event: events.StayVoided) -> None:
    """Stop the clocks of a stay that was entered in error or cancelled."""
    stop_subject(_system(event), subject=_subject(event), why=event.sentence(), now=event.now)
