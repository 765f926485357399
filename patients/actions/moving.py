"""A move to another bed taken back within ten seconds, or corrected later, with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Unit
from coordination.records import Refused, StaleRecord, amend, lock
from patients import events
from patients.actions.about import facts, history
from patients.actions.assignments import open_for_unit
from patients.actions.trail import correct, not_ahead, said, tell
from patients.models import Stay, StayPlace
from patients.queries import place_of, places_in_scope, stays_in_scope
from patients.rules import can_undo


def move_token(stay: Stay) -> str:
    """Return what takes the move just made back; "" where none is kept. 1 statement."""
    place = StayPlace.objects.filter(stay=stay, ends_at__isnull=True).first()
    return f"{place.public_id}.{stay.version}" if place else ""


@transaction.atomic
def take_back_move(actor: Actor, token: str, now: datetime) -> Stay:
    """Undo one's own last move within ten seconds: the patient never left the bed before.

    Nothing is deleted: the stretch in the other bed ends where it began. Raises NotPermitted,
    StayPlace.DoesNotExist, StaleRecord when something happened to the stay since, or Refused.
    """
    require(actor, "stay.change")
    place_id, version = _read(token)
    stay, place = _opened(actor, place_id, None)
    if stay.version != version:
        raise StaleRecord(stay)
    before = _before(place)
    if before is None or place.ends_at is not None or place.set_by_id != actor.user_id:
        raise Refused(_("This cannot be taken back. Move the patient again instead."))
    if not can_undo(place.set_at, now):
        raise Refused(_("Ten seconds have passed. Move the patient again instead."))
    why = events.joined(place.why, _("taken back"))[:200]
    amend(place, ends_at=place.starts_at, why=why)
    amend(before, ends_at=None)
    record(actor, "stay.undo_move", stay, now)
    _lies_in(actor, stay, before.unit, before.bed, place.starts_at, now, _("taken back"))
    return stay


def _read(token: str) -> tuple[UUID, int]:
    place_id, _dot, version = token.partition(".")
    try:
        return UUID(place_id), int(version)
    except ValueError as unreadable:
        raise StayPlace.DoesNotExist from unreadable


def _opened(actor: Actor, place_id: UUID, version: int | None) -> tuple[Stay, StayPlace]:
    """Lock the stay, then one stretch of it: in the order in which a move writes them."""
    places = places_in_scope(actor).select_related("unit")
    stays = stays_in_scope(actor).select_related("unit", "patient")
    stay_id = places.values_list("stay__public_id", flat=True).get(public_id=place_id)
    stay = lock(stays, stay_id, None, no_key=True)
    return stay, lock(places, place_id, version)


def _before(place: StayPlace) -> StayPlace | None:
    """Return the stretch that ends where this one begins; what was taken back is none."""
    found = StayPlace.objects.filter(stay=place.stay_id, ends_at=place.starts_at)
    found = found.exclude(pk=place.pk).filter(starts_at__lt=F("ends_at"))
    return found.select_related("unit").first()


def _lies_in(
    actor: Actor, stay: Stay, unit: Unit | None, bed: str, at: datetime, now: datetime, why: str
) -> None:
    """Write where a locked stay is after all, and say it."""
    left, left_bed = stay.unit, stay.bed
    amend(stay, unit=unit, bed=bed, facility=unit.facility if unit else stay.facility)
    if unit is not None and unit != left:
        open_for_unit(stay.patient, unit, stay, at)
    tell(
        events.StayMoved(
            **facts(actor, stay, now, now), unit_id=stay.unit_id,
            left_unit_id=left.pk if left else None, before=place_of(left, left_bed),
            place=place_of(unit, bed), why=why,
        ),
        quiet=history(stay, actor, at, now),
    )  # fmt: skip


@transaction.atomic
def correct_place(  # noqa: PLR0913  which, where, since when, why
    actor: Actor,
    place_id: UUID,
    version: int | None,
    *,
    unit: Unit | None,
    bed: str,
    at: datetime,
    why: str,
    now: datetime,
) -> StayPlace:
    """Correct where a patient lay, or since when; what stood there is kept with the reason.

    The stretch before ends where this one begins. For the bed they are in the stay follows: another
    unit's team is asked as by a move. Raises NotPermitted, StayPlace.DoesNotExist, StaleRecord or
    Refused: it overlaps another stretch, or began with the admission.
    """
    require(actor, "stay.change")
    if not why.strip():
        raise Refused(_("Say why this is corrected: it is kept with what stood here before."))
    not_ahead(at, now)
    stay, place = _opened(actor, place_id, version)
    before, old = _before(place), place.starts_at
    if before is None and at != old:
        raise Refused(_("This is when they were admitted. Correct the stay instead."))
    if before is not None and at < old:
        _mend(actor, before, stay, now, why, {"ends_at": at})
    _mend(actor, place, stay, now, why, {"unit": unit, "bed": bed, "starts_at": at})
    if before is not None and at > old:
        _mend(actor, before, stay, now, why, {"ends_at": at})
    record(actor, "stay.correct_place", stay, now)
    is_here = place.ends_at is None and stay.status in Stay.OPEN
    if is_here and (stay.unit, stay.bed) != (unit, bed):
        _lies_in(actor, stay, unit, bed, at, now, _("corrected: %(why)s") % {"why": why})
    return place


def _mend(
    actor: Actor, place: StayPlace, stay: Stay, now: datetime, why: str, fields: dict[str, Any]
) -> None:
    with said(StayPlace):
        correct(actor, place, stay.patient_id, now, why, fields)
