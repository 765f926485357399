"""Who is here: on duty now, on call, and where a person could be. Read by lists and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from coordination.access.actor import Actor, person_of
from coordination.access.models import Cover, Membership, Shift, Team, Unit
from coordination.access.rules import usual_end

SUPERVISOR = "supervisor"
BEDSIDE = frozenset({"nurse", "charge"})  # who works on a unit, where others work for a team
LOANED = ("coordinator", "nurse", "charge")  # roles a person may float in
NEARLY = timedelta(hours=2)  # a planned shift this near is the one to confirm
REMEMBERED = 20
A_DAY = timedelta(hours=24)

Place = Unit | Team


def shifts_on(now: datetime) -> QuerySet[Shift]:
    """Return the confirmed shifts under way at an instant, whoever's."""
    return Shift.objects.annotate(until=Coalesce("ended_at", "ends_at")).filter(
        confirmed_at__isnull=False, starts_at__lte=now, until__gt=now, user__is_active=True
    )


def covers_on(now: datetime) -> QuerySet[Cover]:
    """Return the accepted covers in force at an instant, whoever's."""
    return Cover.objects.annotate(until=Coalesce("ended_at", "ends_at")).filter(
        accepted_at__isnull=False, starts_at__lte=now, until__gt=now, covering__is_active=True
    )


def on_duty(
    organization_id: int,
    now: datetime,
    team_id: int | None = None,
    unit_id: int | None = None,
) -> list[Shift]:
    """List the shifts under way, by unit and name, with user, unit and team read. 1 statement.

    team_id: of this team or on one of its units. unit_id: on this unit or of a team that has it.
    """
    found = shifts_on(now).filter(organization_id=organization_id)
    if team_id is not None:
        found = found.filter(Q(team_id=team_id) | Q(unit__teams=team_id))
    if unit_id is not None:
        found = found.filter(Q(unit_id=unit_id) | Q(team__units=unit_id))
    return list(
        found.select_related("user", "unit", "team", "role").order_by(
            "unit__name", "team__name", "user__last_name", "user__first_name", "pk"
        )
    )


def is_on_duty(user_id: int, now: datetime) -> bool:
    """Say whether this person is on a confirmed shift at an instant. 1 statement."""
    return shifts_on(now).filter(user_id=user_id).exists()


def on_call(team_id: int, now: datetime) -> list[int]:
    """Return the pks of who answers for a team now: its supervisors on shift, else every live one.

    One who is away is left out while a colleague covers for them; with nobody else, that colleague
    is on call. 3 statements at most.
    """
    live = Membership.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        team_id=team_id, role_id=SUPERVISOR, starts_at__lte=now, user__is_active=True,
    )  # fmt: skip
    absent = covers_on(now).filter(away=OuterRef("user_id"), team_id=team_id)
    supervisors = live.filter(~Exists(absent)).order_by("user_id").values_list("user_id", flat=True)
    here = shifts_on(now).filter(user=OuterRef("user_id"), role_id=SUPERVISOR)
    stand_in = covers_on(now).filter(team_id=team_id, away__memberships__in=live)
    return (
        list(supervisors.filter(Exists(here)).distinct())
        or list(supervisors.distinct())
        or list(stand_in.order_by("covering_id").values_list("covering_id", flat=True).distinct())
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where a person may be on duty: own units and teams with the roles held there, and floats.

    zone: the wall on which a shift ends: the facility's, or the organization's for several.
    """

    own: dict[Place, tuple[str, ...]]
    floats: tuple[Unit, ...]
    float_roles: tuple[str, ...]
    zone: ZoneInfo

    @property
    def roles(self) -> tuple[str, ...]:
        """Return every role this person may work in, each once."""
        return tuple(dict.fromkeys(role for held in self.own.values() for role in held))


def places_of(actor: Actor, now: datetime) -> Places:
    """Return where this person may be on duty, the likely kind of place first. 4 statements.

    Own teams are those of live memberships: what a float or a cover lends is no place of one's own.
    """
    memberships = (
        Membership.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            user_id=person_of(actor), team__isnull=False, starts_at__lte=now,
        )
        .select_related("team__facility")
        .prefetch_related("team__units")
        .order_by("team__name", "role_id")
    )  # fmt: skip
    held: dict[Place, list[str]] = {}
    for one in memberships:
        for place in (one.team, *sorted(one.team.units.all(), key=lambda unit: unit.name)):  # type: ignore[union-attr]
            held.setdefault(place, []).append(one.role_id)
    is_bedside = any(BEDSIDE.intersection(roles) for roles in held.values())
    zones = {place.facility.zone for place in held if isinstance(place, Team)}
    own = sorted(held, key=lambda place: isinstance(place, Unit) != is_bedside)
    facilities = {place.facility_id for place in held}
    others = Unit.objects.filter(facility__in=facilities).exclude(
        pk__in=[place.pk for place in held if isinstance(place, Unit)]
    )
    roles = {role for found in held.values() for role in found}
    may_float = not (roles - set(LOANED))
    return Places(
        {place: tuple(dict.fromkeys(held[place])) for place in own},
        tuple(others.order_by("facility_id", "name", "pk")) if may_float else (),
        tuple(role for role in LOANED if role in roles),
        ZoneInfo(zones.pop()) if len(zones) == 1 and zones != {""} else actor.zone,
    )


def shifts_to_propose(user_id: int, now: datetime) -> list[Shift]:
    """Return the shift to propose to a person: planned for now, else their last ones. 1 statement.

    Newest first; those of one start belong together. The planned one comes alone.
    """
    found = list(
        Shift.objects.filter(user_id=user_id, starts_at__lt=now + NEARLY)
        .select_related("unit", "team")
        .order_by("-starts_at", "pk")[:REMEMBERED]
    )
    planned = [one for one in found if one.confirmed_at is None and one.ends_at > now + NEARLY]
    return planned or [one for one in found if one.confirmed_at is not None]


def end_of_today(user_id: int, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the shift a person cannot come to, or go on with, ends. 1 statement.

    The planned or confirmed one that ends next within a day; without one, the change of shifts.
    """
    ends = (
        Shift.objects.filter(
            user_id=user_id, ended_at__isnull=True, ends_at__gt=now, starts_at__lt=now + A_DAY
        )
        .order_by("ends_at")
        .values_list("ends_at", flat=True)
        .first()
    )
    return ends or usual_end(now, None, zone)
