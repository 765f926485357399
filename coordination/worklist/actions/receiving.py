"""The team that was asked answers: takes a patient over, whole or in part, or turns it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Team, User
from coordination.events import publish
from coordination.records import NotPermitted, Refused, TransitionNotAllowed, amend, lock
from coordination.worklist.actions.asking import ask, facts
from coordination.worklist.actions.handing import tasks_of, tasks_to
from coordination.worklist.events import OwnersAnswered
from coordination.worklist.models import OwnerProposal, Task
from coordination.worklist.queries import owner_proposals
from coordination.worklist.queries.takeovers import named_in, old_kinds, old_teams
from coordination.worklist.rules import next_owner
from patients.actions import changes_of, give, release_team, standing_of
from patients.models import Patient, Stay
from patients.queries import scope


@dataclass(frozen=True, slots=True)
class Part:
    """What of a patient a team takes: the patient, and which of the open tasks."""

    patient: bool
    tasks: frozenset[UUID]


@transaction.atomic
def accept_takeover(
    actor: Actor,
    proposal_id: UUID,
    version: int | None,
    now: datetime,
    *,
    part: Part | None = None,
) -> OwnerProposal:
    """Take a patient over, with the open tasks of the team that had them, or a part of it.

    A coordinator takes the patient themselves; who assigns gives them to whom the proposal names.
    part: None is everything. What is not taken stays where it is, and the old team sees the patient
    as long as it owes something. Raises NotPermitted, OwnerProposal.DoesNotExist, StaleRecord,
    TransitionNotAllowed, or Refused when the part is empty.
    """
    proposal = _answering(actor, proposal_id, version)
    if part is not None and not (part.patient or part.tasks):
        raise Refused(_("Choose what you take over: the patient, or at least one task."))
    patient = lock(scope(actor), proposal.patient.public_id, None, no_key=True)
    named = named_in(proposal, actor)
    reason = _("moved to %(unit)s") % {"unit": proposal.unit.name}
    takes_patient = part is None or part.patient
    before = list(old_teams(proposal))  # as they stand before anything changes hands
    owners = _next_owners(patient, before, named)
    if takes_patient:
        wanted = {kind: user for kind, user in named.items() if user is not None}
        changes = changes_of(standing_of(patient, proposal.team), wanted)
        give(actor, patient, proposal.team, changes, now=now, reason=reason)
    moving = [task for task in owners if part is None or task.public_id in part.tasks]
    for task in moving:
        tasks_to(actor, [task], proposal.team, owners[task], now, reason)
    if takes_patient:
        _let_go(actor, patient, before, now)
    amend(proposal, is_taken=True, answered_at=now, answered_by=actor.user, reason=reason[:200])
    record(actor, "patient.accept_owners", proposal, now, detail={"tasks": len(moving)})
    publish(
        OwnersAnswered(
            **facts(actor, proposal, now), team=proposal.team.name, is_taken=True,
            tasks=len(moving), of=len(owners), with_patient=takes_patient,
        )
    )  # fmt: skip
    return proposal


def _next_owners(
    patient: Patient, before: Iterable[Team], named: dict[str, User | None]
) -> dict[Task, User | None]:
    """Return the open tasks the old teams hand over, locked, each with who would own it."""
    people = {user.pk: user for user in named.values() if user is not None}
    pks = {kind: user.pk if user else None for kind, user in named.items()}
    found: dict[Task, User | None] = {}
    for team in before:
        what = old_kinds(patient, team)
        for task in tasks_of(patient, team):
            found[task] = people.get(next_owner(task.assignee_id, what, pks) or 0)
    return found


def _let_go(actor: Actor, patient: Patient, before: Iterable[Team], now: datetime) -> None:
    """End what the old teams had of the patient, but of those that still owe something."""
    for team in before:
        if not Task.objects.filter(patient=patient, team=team, is_open=True).exists():
            release_team(actor, patient, team, now)


@transaction.atomic
def decline_takeover(
    actor: Actor, proposal_id: UUID, version: int | None, now: datetime, *, reason: str
) -> OwnerProposal:
    """Turn it down: it goes back to whoever looks after the patient, who goes on.

    reason: needed. Raises NotPermitted, OwnerProposal.DoesNotExist, StaleRecord,
    TransitionNotAllowed or Refused.
    """
    proposal = _answering(actor, proposal_id, version)
    if not reason.strip():
        raise Refused(_("Say why, in a few words."))
    amend(proposal, is_taken=False, answered_at=now, answered_by=actor.user, reason=reason[:200])
    record(actor, "patient.decline_owners", proposal, now)
    publish(
        OwnersAnswered(
            **facts(actor, proposal, now), team=proposal.team.name, is_taken=False, why=reason
        )
    )
    return proposal


def _answering(actor: Actor, proposal_id: UUID, version: int | None) -> OwnerProposal:
    proposal = _locked(actor, proposal_id, version)
    if proposal.team_id not in actor.team_ids:
        raise NotPermitted(_("Only the team that was asked can answer."))
    if proposal.is_taken is not None:
        raise TransitionNotAllowed(_("This was answered already. Load the page again."))
    return proposal


def _locked(actor: Actor, proposal_id: UUID, version: int | None) -> OwnerProposal:
    require(actor, "task.assign_pool")
    rows = owner_proposals(actor).select_related(
        "patient", "team", "unit", "left_unit", "primary", "backup", "nurse", "stay"
    )
    return lock(rows, proposal_id, version)


@transaction.atomic
def read_refusal(
    actor: Actor,
    proposal_id: UUID,
    version: int | None,
    now: datetime,
    *,
    again: bool = False,
) -> OwnerProposal:
    """Note that who has the patient read why it was turned down; again: ask the team once more.

    Raises NotPermitted, OwnerProposal.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    proposal = _locked(actor, proposal_id, version)
    if not old_teams(proposal).filter(pk__in=actor.team_ids).exists():
        raise NotPermitted(_("This goes back to the team that looks after the patient."))
    if proposal.is_taken is not False or proposal.seen_at is not None:
        raise TransitionNotAllowed(_("This was read already. Load the page again."))
    amend(proposal, seen_at=now, seen_by=actor.user)
    record(actor, "patient.read_refusal", proposal, now, detail={"again": again})
    if again:
        stay = proposal.stay
        if stay.status not in Stay.OPEN or stay.unit_id != proposal.unit_id:
            raise Refused(_("The patient does not lie there any more."))
        ask(actor, stay, proposal.left_unit, proposal.unit, proposal.team, now)
    return proposal
