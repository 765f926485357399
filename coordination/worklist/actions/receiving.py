"""A patient comes to another team's unit: who would take over is proposed, and a person answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.duty import covers_on, on_duty, shifts_on
from coordination.access.models import Team, Unit, User
from coordination.events import publish
from coordination.records import NotPermitted, Refused, TransitionNotAllowed, amend, lock
from coordination.worklist.actions.handing import tasks_of, tasks_to
from coordination.worklist.events import OwnersAnswered, OwnersProposed
from coordination.worklist.models import OwnerProposal
from coordination.worklist.queries import owner_proposals
from patients.actions import changes_of, give, release_team, standing_of
from patients.models import Assignment, AssignmentKind, Patient, Stay
from patients.queries import scope

COORDINATES = "coordinator"
NURSES = {"nurse", "charge"}
PRIMARY, NURSE = AssignmentKind.PRIMARY, AssignmentKind.NURSE


@transaction.atomic
def propose_takeover(
    actor: Actor, stay: Stay, left: Unit | None, unit: Unit, now: datetime
) -> None:
    """Ask each team of the unit that does not look after the patient yet; never refuses.

    Whoever was asked for a unit the patient has left is not asked any more.
    """
    withdraw_takeover(actor, stay, now, _("moved on to %(unit)s") % {"unit": unit.name}, keep=unit)
    before = set(left.teams.values_list("pk", flat=True)) if left else set()
    teams = list(unit.teams.order_by("pk"))
    if any(team.pk in before for team in teams):
        return
    for team in teams:
        _ask(actor, stay, left, unit, team, now)


def _ask(
    actor: Actor, stay: Stay, left: Unit | None, unit: Unit, team: Team, now: datetime
) -> None:
    owned = Assignment.objects.filter(
        patient=stay.patient_id, team=team, kind=PRIMARY, ends_at__isnull=True, user__isnull=False
    )
    if owned.exists():
        return
    proposal, is_new = OwnerProposal.objects.get_or_create(
        patient_id=stay.patient_id, team=team, is_taken=None,
        defaults={
            "organization_id": stay.organization_id, "stay": stay, "left_unit": left, "unit": unit,
            "primary": would_coordinate(team, now), "nurse": would_nurse(unit, now),
            "proposed_at": now,
        },
    )  # fmt: skip
    if not is_new:
        return
    record(actor, "patient.propose_owners", proposal, now, detail={"team": team.pk})
    person = proposal.primary.display_name if proposal.primary else ""
    publish(OwnersProposed(**_facts(actor, proposal, now), team=team.name, person=person))


def _facts(actor: Actor, proposal: OwnerProposal, now: datetime) -> dict[str, Any]:
    return {
        "actor": actor, "at": now, "organization_id": proposal.organization_id,
        "patient_id": proposal.patient_id,
    }  # fmt: skip


def would_coordinate(team: Team, now: datetime) -> User | None:
    """Return who of a team has room: on duty first, then fewest patients; not who is away.

    1 statement.
    """
    own = Q(assignments__kind=PRIMARY, assignments__ends_at__isnull=True)
    here = shifts_on(now).filter(user=OuterRef("pk"))
    away = covers_on(now).filter(away=OuterRef("pk"), team=team)
    live = Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=now)
    return (
        User.objects.filter(
            live, is_active=True, memberships__team=team, memberships__role_id=COORDINATES,
            memberships__starts_at__lte=now,
        )
        .filter(~Exists(away))
        .annotate(is_here=Exists(here), load=Count("assignments", filter=own, distinct=True))
        .order_by("-is_here", "load", "pk")
        .first()
    )  # fmt: skip


def would_nurse(unit: Unit, now: datetime) -> User | None:
    """Return the nurse on duty on a unit with the fewest patients. 2 statements."""
    here = [
        shift.user
        for shift in on_duty(unit.organization_id, now, unit_id=unit.pk)
        if shift.role_id in NURSES
    ]
    loads = dict(
        Assignment.objects.filter(
            user__in=here, kind=NURSE, ends_at__isnull=True
        ).values_list("user_id").annotate(n=Count("pk"))
    )  # fmt: skip
    return min(here, key=lambda user: (loads.get(user.pk, 0), user.pk), default=None)


@transaction.atomic
def withdraw_takeover(
    actor: Actor, stay: Stay, now: datetime, reason: str, *, keep: Unit | None = None
) -> None:
    """Stop asking: the patient moved on or left. keep: whoever is asked for this unit still is."""
    standing = OwnerProposal.objects.select_for_update().filter(stay=stay, is_taken=None)
    for proposal in standing.exclude(unit=keep) if keep else standing:
        amend(proposal, is_taken=False, answered_at=now, reason=reason[:200])
        record(actor, "patient.withdraw_owners", proposal, now)


@transaction.atomic
def accept_takeover(
    actor: Actor, proposal_id: UUID, version: int | None, now: datetime
) -> OwnerProposal:
    """Take a patient over, with the open tasks of the team that had them.

    A coordinator takes the patient themselves; who assigns gives them to whom the proposal names.
    Raises NotPermitted, OwnerProposal.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    proposal = _answering(actor, proposal_id, version)
    patient = lock(scope(actor), proposal.patient.public_id, None)
    owner = proposal.primary if actor.may("task.assign") else actor.user
    reason = _("moved to %(unit)s") % {"unit": proposal.unit.name}
    wanted = {PRIMARY: owner, NURSE: proposal.nurse}
    named: dict[str, User | None] = {
        kind: user for kind, user in wanted.items() if user is not None
    }
    changes = changes_of(standing_of(patient, proposal.team), named)
    give(actor, patient, proposal.team, changes, now=now, reason=reason)
    count = _hand_on(actor, patient, proposal, owner, now, reason)
    amend(proposal, is_taken=True, answered_at=now, answered_by=actor.user, reason=reason[:200])
    record(actor, "patient.accept_owners", proposal, now, detail={"tasks": count})
    publish(
        OwnersAnswered(
            **_facts(actor, proposal, now), team=proposal.team.name, is_taken=True, tasks=count
        )
    )
    return proposal


def _hand_on(
    actor: Actor,
    patient: Patient,
    proposal: OwnerProposal,
    owner: User | None,
    now: datetime,
    reason: str,
) -> int:
    """Move the open tasks of the teams of the unit left, and end what those teams had."""
    left = proposal.left_unit
    if left is None:
        return 0
    count = 0
    for team in left.teams.exclude(units=proposal.unit).order_by("pk"):
        if not Assignment.objects.filter(patient=patient, team=team, ends_at=None).exists():
            continue
        moving = list(tasks_of(patient, team))
        tasks_to(actor, moving, proposal.team, owner, now, reason)
        count += len(moving)
        release_team(actor, patient, team, now)
    return count


@transaction.atomic
def decline_takeover(
    actor: Actor, proposal_id: UUID, version: int | None, now: datetime, *, reason: str
) -> OwnerProposal:
    """Turn it down: whoever looked after the patient goes on. reason: needed.

    Raises NotPermitted, OwnerProposal.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    proposal = _answering(actor, proposal_id, version)
    if not reason.strip():
        raise Refused(_("Say why, in a few words."))
    amend(proposal, is_taken=False, answered_at=now, answered_by=actor.user, reason=reason[:200])
    record(actor, "patient.decline_owners", proposal, now)
    publish(
        OwnersAnswered(
            **_facts(actor, proposal, now), team=proposal.team.name, is_taken=False, why=reason
        )
    )
    return proposal


def _answering(actor: Actor, proposal_id: UUID, version: int | None) -> OwnerProposal:
    require(actor, "task.assign_pool")
    rows = owner_proposals(actor).select_related("patient", "team", "unit", "left_unit", "primary")
    proposal = lock(rows.select_related("nurse"), proposal_id, version)
    if proposal.team_id not in actor.team_ids:
        raise NotPermitted(_("Only the team that was asked can answer."))
    if proposal.is_taken is not None:
        raise TransitionNotAllowed(_("This was answered already. Load the page again."))
    return proposal
