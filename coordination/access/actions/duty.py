"""Saying where one is on duty, and going early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.duty import Place, places_of, shifts_on
from coordination.access.models import Shift, Unit, User
from coordination.records import NotPermitted, Refused


@transaction.atomic
def confirm_duty(
    actor: Actor,
    places: Sequence[Place],
    *,
    until: datetime,
    now: datetime,
    phone: str = "",
    role: str = "",
) -> list[Shift]:
    """Put this person on duty in these places until then, and nowhere else. Returns the shifts.

    A shift planned there is confirmed, one under way gets the new end. role: the one to work in, of
    several; where it is not held, the first that is. A unit of none of one's own teams is a float:
    it lends the scope of that unit's teams until the shift ends, on record as a change of
    privilege. Raises NotPermitted or Refused; then nothing is written.
    """
    require(actor, "duty.keep")
    user = User.objects.select_for_update(of=("self",)).get(pk=person_of(actor))
    if not places or until <= now:
        raise Refused(_("Say where you are on duty, and until when."))
    known = places_of(actor, now)
    for shift in shifts_on(now).filter(user=user):
        if (shift.unit or shift.team) not in places:
            _end(actor, shift, user, now)
    kept = []
    for place in places:
        held = known.own.get(place) or (known.float_roles if place in known.floats else ())
        if not held:
            raise NotPermitted(_("This unit is in none of your facilities."))
        shift = _shift_at(user, place, now) or Shift(
            organization_id=actor.organization_id, user=user, starts_at=now,
            unit=place if isinstance(place, Unit) else None,
            team=None if isinstance(place, Unit) else place,
        )  # fmt: skip
        shift.role_id = role if role in held else held[0]
        shift.is_float = place not in known.own
        shift.starts_at, shift.ends_at = min(shift.starts_at, now), until
        shift.phone, shift.confirmed_at = phone, shift.confirmed_at or now
        shift.save()
        record(actor, "duty.confirm", shift, now, detail={"until": until.isoformat()})
        if shift.is_float:
            _on_record(actor, shift, now, "lent")
        kept.append(shift)
    return kept


def _shift_at(user: User, place: Place, now: datetime) -> Shift | None:
    """Return the shift under way in this place, or the planned one that begins next."""
    there = Q(unit=place) if isinstance(place, Unit) else Q(team=place)
    return (
        Shift.objects.filter(there, user=user, ends_at__gt=now, ended_at__isnull=True)
        .order_by("starts_at")
        .first()
    )


@transaction.atomic
def end_duty(actor: Actor, now: datetime) -> int:
    """End every shift of this person that is under way; returns how many. Raises NotPermitted."""
    require(actor, "duty.keep")
    user = User.objects.select_for_update(of=("self",)).get(pk=person_of(actor))
    under_way = list(shifts_on(now).filter(user=user))
    for shift in under_way:
        _end(actor, shift, user, now)
    return len(under_way)


def _end(actor: Actor, shift: Shift, user: User, now: datetime) -> None:
    Shift.objects.filter(pk=shift.pk).update(ended_at=now, ended_by=user)
    record(actor, "duty.end", shift, now)
    if shift.is_float:
        _on_record(actor, shift, now, "returned")


def _on_record(actor: Actor, shift: Shift, now: datetime, what: str) -> None:
    """Write what a float changes about what a person may see (trust.md 3)."""
    unit: Unit = shift.unit  # type: ignore[assignment]
    teams = sorted(unit.teams.values_list("pk", flat=True))
    detail = {f"{what}_teams": teams, "until": shift.ends_at.isoformat()}
    record(actor, "privilege.change", shift, now, detail=detail)
