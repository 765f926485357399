"""Correcting a start from the clock's own page: the record it belongs to is corrected with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.clocks.actions.anchors import move_anchor
from coordination.clocks.models import Clock
from coordination.clocks.queries import in_scope
from coordination.clocks.queries.clocks import stay_of
from coordination.records import Refused, lock
from patients.actions import correct_segment, correct_stay
from patients.models import StatusSegment, Stay

FIELDS = {
    "stay.admitted": "admitted_at",
    "stay.discharged": "discharged_at",
    "stay.departed": "departed_at",
}


@transaction.atomic
def correct_start(
    actor: Actor, public_id: UUID, version: int, new_at: datetime, why: str, now: datetime
) -> tuple[Clock, int]:
    """Correct the instant a clock starts at, and with it every clock that starts there.

    A start that a stay holds is corrected on the stay, whose history keeps the old one; what it
    publishes moves the clocks. Returns the version of this clock that stands then, and how many
    moved. Raises Refused without a reason or for a start that lies ahead, StaleRecord or
    NotPermitted.
    """
    require(actor, "clock.move")
    if not why.strip():
        raise Refused(_("Say why the start changes: nothing moves without a reason."))
    clock = lock(in_scope(actor), public_id, version)
    before = set(_same_start(actor, clock).values_list("pk", flat=True))
    subject = (clock.subject_kind, clock.subject_id)
    stay = stay_of(subject, clock.patient_id)
    if stay:
        _correct_stay(actor, clock, stay, new_at, why, now)
    move_anchor(  # a stay that ended long ago publishes nothing; clocks that moved stay put
        actor, subject=subject, anchor_event=clock.anchor_event, new_at=new_at, why=why, now=now
    )
    moved = _same_start(actor, clock).filter(supersedes__in=before).count()
    return in_scope(actor).filter(supersedes=clock).first() or clock, moved


def _same_start(actor: Actor, clock: Clock) -> QuerySet[Clock]:
    return in_scope(actor).filter(
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        anchor_event=clock.anchor_event,
    )


def _correct_stay(
    actor: Actor, clock: Clock, stay: Stay, new_at: datetime, why: str, now: datetime
) -> None:
    """Correct the stay's own instant, or that of its part, where the clock starts at it."""
    field = FIELDS.get(clock.anchor_event)
    if field and getattr(stay, field) == clock.anchor_at:
        correct_stay(actor, stay.public_id, None, why=why, now=now, **{field: new_at})  # type: ignore[arg-type]
        return
    segment = StatusSegment.objects.filter(stay=stay, starts_at=clock.anchor_at).first()
    if segment and clock.anchor_event == f"stay.segment_started({segment.segment_class})":
        correct_segment(actor, segment.public_id, new_at, why=why, now=now)
