"""Where a patient lies, from and until: each bed of a stay is kept when they move on."""

from __future__ import annotations

from datetime import datetime

from coordination.access.actor import Actor
from coordination.access.models import Unit
from patients.actions.trail import said
from patients.models import Stay, StayPlace


def lie_down(
    actor: Actor, stay: Stay, at: datetime, now: datetime, why: str = ""
) -> StayPlace | None:
    """Write that the patient lies where the stay says, from an instant on.

    None where no bed and no unit are known. In the caller's transaction.
    """
    if stay.unit_id is None and not stay.bed:
        return None
    return StayPlace.objects.create(
        organization_id=stay.organization_id, stay=stay, unit_id=stay.unit_id, bed=stay.bed,
        starts_at=at, set_by_id=actor.user_id, set_at=now, why=why[:200],
    )  # fmt: skip


def get_up(
    actor: Actor, stay: Stay, unit: Unit | None, bed: str, at: datetime, now: datetime
) -> None:
    """Write until when the patient lay in the bed they leave.

    unit, bed: what the stay said before, for one that has no history yet. Raises Refused when they
    came to that bed only later.
    """
    with said(StayPlace):
        ended = StayPlace.objects.filter(stay=stay, ends_at__isnull=True).update(ends_at=at)
    since = stay.admitted_at
    if since is None or since >= at or ended or (unit is None and not bed):
        return
    if StayPlace.objects.filter(stay=stay).exists():
        return
    StayPlace.objects.create(
        organization_id=stay.organization_id, stay=stay, unit=unit, bed=bed, starts_at=since,
        ends_at=at, set_by_id=actor.user_id, set_at=now,
    )  # fmt: skip


def correct_place(stay: Stay, *, old: datetime | None = None, new: datetime | None = None) -> None:
    """Follow a correction of the stay: its bed, or when it began (old, new)."""
    places = StayPlace.objects.filter(stay=stay)
    places.filter(ends_at__isnull=True).update(bed=stay.bed)
    if old is not None and new is not None:
        with said(StayPlace):
            places.filter(starts_at=old).update(starts_at=new)
