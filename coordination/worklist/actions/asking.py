"""A patient comes to another team's unit: that team is asked whether it takes them over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.access.audit import record
from coordination.access.duty import covers_on, on_duty, shifts_on
from coordination.access.models import Team, Unit, User
from coordination.events import publish
from coordination.records import amend
from coordination.worklist.events import OwnersProposed
from coordination.worklist.models import OwnerProposal, Task
from patients.actions import release_team
from patients.models import Assignment, AssignmentKind, Stay

COORDINATES = "coordinator"
PRIMARY, NURSE = AssignmentKind.PRIMARY, AssignmentKind.NURSE


@transaction.atomic
def propose_takeover(
    actor: Actor, stay: Stay, left: Unit | None, unit: Unit, now: datetime
) -> None:
    """Ask each team of the unit that does not look after the patient yet; never refuses.

    Whoever was asked for a unit the patient has left is not asked any more. Where nobody had
    answered there, the patient still comes from the unit they left first.
    """
    moved_on = _("moved on to %(unit)s") % {"unit": unit.name}
    unanswered = withdraw_takeover(actor, stay, now, moved_on, keep=unit)
    left = next((one.left_unit for one in unanswered if one.left_unit), left)
    before = set(left.teams.values_list("pk", flat=True)) if left else set()
    teams = list(unit.teams.order_by("pk"))
    if any(team.pk in before for team in teams):
        return
    for team in teams:
        if not holds(team, stay.patient_id):
            ask(actor, stay, left, unit, team, now)


def holds(team: Team, patient_id: int) -> bool:
    """Say whether somebody of a team looks after a patient, or the team owes work. 2 statements."""
    named = Assignment.objects.filter(
        patient=patient_id, team=team, ends_at__isnull=True, user__isnull=False
    )
    owed = Task.objects.filter(patient=patient_id, team=team, is_open=True)
    return named.exists() or owed.exists()


def ask(actor: Actor, stay: Stay, left: Unit | None, unit: Unit, team: Team, now: datetime) -> None:
    """Propose who of a team would look after the patient; asked once while nobody answers."""
    primary, backup = would_coordinate(team, now)
    proposal, is_new = OwnerProposal.objects.get_or_create(
        patient_id=stay.patient_id, team=team, is_taken=None,
        defaults={
            "organization_id": stay.organization_id, "stay": stay, "left_unit": left, "unit": unit,
            "primary": primary, "backup": backup, "nurse": would_nurse(unit, now),
            "proposed_at": now,
        },
    )  # fmt: skip
    if not is_new:
        return
    record(actor, "patient.propose_owners", proposal, now, detail={"team": team.pk})
    person = primary.display_name if primary else ""
    publish(OwnersProposed(**facts(actor, proposal, now), team=team.name, person=person))


def facts(actor: Actor, proposal: OwnerProposal, now: datetime) -> dict[str, Any]:
    """Return what every event about a proposal carries."""
    return {
        "actor": actor, "at": now, "organization_id": proposal.organization_id,
        "patient_id": proposal.patient_id,
    }  # fmt: skip


def would_coordinate(team: Team, now: datetime) -> tuple[User | None, User | None]:
    """Return who of a team has room as primary, and as backup; not who is away. 1 statement.

    On duty first, then fewest patients.
    """
    own = Q(assignments__kind=PRIMARY, assignments__ends_at__isnull=True)
    here = shifts_on(now).filter(user=OuterRef("pk"))
    away = covers_on(now).filter(away=OuterRef("pk"), team=team)
    live = Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=now)
    found = (
        User.objects.filter(
            live, is_active=True, memberships__team=team, memberships__role_id=COORDINATES,
            memberships__starts_at__lte=now,
        )
        .filter(~Exists(away))
        .annotate(is_here=Exists(here), load=Count("assignments", filter=own, distinct=True))
        .order_by("-is_here", "load", "pk")[:2]
    )  # fmt: skip
    primary, backup, *_rest = [*found, None, None]
    return primary, backup


def would_nurse(unit: Unit, now: datetime) -> User | None:
    """Return the nurse on duty on a unit with the fewest patients. 2 statements.

    The charge nurse only where nobody else is here.
    """
    on_unit = on_duty(unit.organization_id, now, unit_id=unit.pk)
    here = [shift.user for shift in on_unit if shift.role_id == "nurse"]
    here = here or [shift.user for shift in on_unit if shift.role_id == "charge"]
    loads = dict(
        Assignment.objects.filter(
            user__in=here, kind=NURSE, ends_at__isnull=True
        ).values_list("user_id").annotate(n=Count("pk"))
    )  # fmt: skip
    return min(here, key=lambda user: (loads.get(user.pk, 0), user.pk), default=None)


@transaction.atomic
def withdraw_takeover(
    actor: Actor, stay: Stay, now: datetime, reason: str, *, keep: Unit | None = None
) -> list[OwnerProposal]:
    """Stop asking: the patient moved on or left; returns what nobody had answered.

    keep: the unit they lie on now: whoever is asked for it still is, and a team that is not of it
    and holds nothing loses sight of the patient.
    """
    standing = OwnerProposal.objects.select_for_update(of=("self",)).filter(stay=stay)
    standing = standing.filter(is_taken=None).select_related("left_unit", "team", "patient")
    found = list(standing.exclude(unit=keep) if keep else standing)
    for proposal in found:
        amend(proposal, is_taken=False, answered_at=now, reason=reason[:200])
        record(actor, "patient.withdraw_owners", proposal, now)
        if keep and not keep.teams.filter(pk=proposal.team_id).exists():
            release_idle(actor, proposal, now)
    return found


def release_idle(actor: Actor, proposal: OwnerProposal, now: datetime) -> None:
    """End what a team that was asked has of the patient, unless it owes them something."""
    if not holds(proposal.team, proposal.patient_id):
        release_team(actor, proposal.patient, proposal.team, now)
