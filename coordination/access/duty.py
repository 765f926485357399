"""Who is here: on duty now, and on call. Read by escalation, lists and pages."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from coordination.access.models import Cover, Membership, Shift

SUPERVISOR = "supervisor"


def shifts_on(now: datetime) -> QuerySet[Shift]:
    """Return the confirmed shifts under way at an instant, whoever's."""
    return Shift.objects.annotate(until=Coalesce("ended_at", "ends_at")).filter(
        confirmed_at__isnull=False, starts_at__lte=now, until__gt=now, user__is_active=True
    )


def covers_on(now: datetime) -> QuerySet[Cover]:
    """Return the accepted covers in force at an instant, whoever's."""
    return Cover.objects.annotate(until=Coalesce("ended_at", "ends_at")).filter(
        accepted_at__isnull=False, starts_at__lte=now, until__gt=now
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
