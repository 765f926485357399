"""What a team that takes a patient over would get: who had what, and who would have it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.worklist.models import OwnerProposal, Task
from coordination.worklist.rules import next_owner
from patients.models import Assignment, AssignmentKind, Patient

PRIMARY, BACKUP, NURSE = AssignmentKind.PRIMARY, AssignmentKind.BACKUP, AssignmentKind.NURSE
MOST = 100


def old_teams(proposal: OwnerProposal) -> QuerySet[Team]:
    """Return the teams of other units that look after the patient, by pk.

    A team without a unit, such as one for the time after hospital, has no bed to hand over.
    """
    return (
        Team.objects.filter(
            units__isnull=False, assignment__patient=proposal.patient_id,
            assignment__ends_at__isnull=True,
        )
        .exclude(pk=proposal.team_id)
        .exclude(units=proposal.unit_id)
        .distinct()
        .order_by("pk")
    )  # fmt: skip


def old_kinds(patient: Patient, team: Team) -> dict[int, str]:
    """Return what each person of a team is to a patient; primary counts before the rest."""
    rows = Assignment.objects.filter(patient=patient, team=team, ends_at__isnull=True)
    held = dict(rows.filter(user__isnull=False).values_list("kind", "user_id"))
    return {held[kind]: str(kind) for kind in (NURSE, BACKUP, PRIMARY) if kind in held}


def named_in(proposal: OwnerProposal, actor: Actor) -> dict[str, User | None]:
    """Return who would be what if this person accepts: who assigns follows the proposal.

    A coordinator takes the patient themselves; whom it named as primary in their place is backup.
    Whom the team named since as backup or nurse stays, such as by its sheet. 1 statement.
    """
    primary, backup = proposal.primary, proposal.backup
    if not actor.may("task.assign") and actor.user != primary:
        primary, backup = actor.user, backup if backup != actor.user else primary
    since = Assignment.objects.filter(
        patient=proposal.patient_id, team=proposal.team_id, ends_at__isnull=True,
        kind__in=[BACKUP, NURSE], user__isnull=False,
    ).select_related("user")  # fmt: skip
    return {PRIMARY: primary, BACKUP: backup, NURSE: proposal.nurse} | {
        row.kind: row.user for row in since
    }


class HandedOver(NamedTuple):
    """One open task that would change hands. before, after: a person, or the team of a pool."""

    public_id: UUID
    title: str
    due_at: datetime | None
    before: str
    after: str


def to_hand_over(
    actor: Actor, proposal: OwnerProposal, named: Mapping[str, User | None]
) -> list[HandedOver]:
    """List the open tasks of a proposal in due order, at most 100. 2 statements, 1 for each team.

    named: who would be what. Adds the patient to `actor.shown`.
    """
    people = {user.pk: user.display_name for user in named.values() if user is not None}
    pks = {kind: user.pk if user else None for kind, user in named.items()}
    teams = list(old_teams(proposal))
    what: dict[int, str] = {}
    for team in teams:
        what |= old_kinds(proposal.patient, team)
    rows = Task.objects.filter(patient=proposal.patient_id, team__in=teams, is_open=True)
    actor.shown.add(proposal.patient_id)
    return [
        HandedOver(
            task.public_id, task.title, task.due_at,
            task.assignee.display_name if task.assignee else task.team.name,
            people.get(next_owner(task.assignee_id, what, pks) or 0, proposal.team.name),
        )
        for task in rows.select_related("assignee", "team").order_by("due_at", "pk")[:MOST]
    ]  # fmt: skip
