"""A patient changes hands together with the open tasks that hang on whoever looked after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of
from coordination.access.models import Team, User
from coordination.records import Refused, StaleRecord, amend, lock
from coordination.worklist.actions.owning import hand_over
from coordination.worklist.actions.undoing import undo_assigned
from coordination.worklist.models import OwnerProposal, Task, TaskEvent
from coordination.worklist.rules import can_undo
from patients.actions import Change, Wanted, look_after, take_back_owners
from patients.models import Assignment, AssignmentKind, Patient
from patients.queries import scope


def tasks_of(patient: Patient, team: Team) -> QuerySet[Task]:
    """Return a patient's open tasks with one team, locked, in a fixed order."""
    rows = Task.objects.filter(patient=patient, team=team, is_open=True)
    return rows.select_related("patient").select_for_update(of=("self",)).order_by("pk")


def tasks_to(
    actor: Actor, tasks: Iterable[Task], team: Team, owner: User | None, now: datetime, why: str
) -> None:
    """Give tasks to a person of a team, or its pool; somebody else than the actor is asked first.

    The patient has changed hands in this transaction: these follow, whoever had them.
    """
    for task in tasks:
        if (task.team_id, task.assignee_id) != (team.pk, owner.pk if owner else None):
            hand_over(actor, task, now, team=team, assignee=owner, why=why)


@transaction.atomic
def give_patient(  # noqa: PLR0913  who, whom, which, by whom, when, why
    actor: Actor,
    patient_id: UUID,
    team: Team,
    wanted: Wanted,
    *,
    now: datetime,
    reason: str = "",
    was: Mapping[str, int | None] | None = None,
    with_tasks: bool = True,
) -> list[Change]:
    """Say who of a team looks after a patient; their open tasks follow to the new primary.

    Those of whoever was primary, and the team's unowned ones. Raises as `look_after`.
    """
    changes = look_after(actor, patient_id, team, wanted, now=now, reason=reason, was=was)
    for change in changes:
        if change.kind == AssignmentKind.PRIMARY and with_tasks:
            patient = scope(actor).get(public_id=patient_id)
            of_whom = Q(assignee=change.before) | Q(assignee=None)
            moving = tasks_of(patient, team).filter(of_whom)
            tasks_to(actor, moving, team, change.after, now, reason or _("owner of the patient"))
    return changes


@transaction.atomic
def take_patient(actor: Actor, patient_id: UUID, team: Team, now: datetime) -> Patient:
    """Take a patient nobody looks after, with the team's unowned tasks about them.

    Raises NotPermitted, Patient.DoesNotExist, or Refused when somebody has them by now.
    """
    person = person_of(actor)
    primary = AssignmentKind.PRIMARY
    give_patient(
        actor, patient_id, team, {primary: actor.user}, now=now, was={primary: None},
        reason=_("taken from the queue"),
    )  # fmt: skip
    patient = scope(actor).get(public_id=patient_id)
    owners = Assignment.objects.filter(patient=patient, kind=primary, ends_at__isnull=True)
    if owners.exclude(user=None).exclude(user=person).exists():
        raise Refused(_("Somebody looks after this patient by now. Load the page again."))
    return patient


def owners_token(patient: Patient, at: datetime) -> str:
    """Return what takes a change of owners back: whose, and when it was."""
    return f"{patient.public_id}~{at.isoformat()}"


@transaction.atomic
def undo_owners(actor: Actor, token: str, now: datetime) -> Patient:
    """Take back within ten seconds: the patient, their tasks and an accepted proposal.

    Raises Patient.DoesNotExist for somebody out of scope, StaleRecord when something happened to
    one of the tasks since, Refused after ten seconds, for another person's act or a broken token.
    """
    patient_id, at = _read(token)
    if not can_undo(at, now):
        raise Refused(_("Ten seconds have passed. Change it on the patient’s page."))
    answered = OwnerProposal.objects.select_for_update().filter(
        patient__public_id=patient_id, answered_at=at, answered_by=actor.user, is_taken=True
    )
    proposals = list(answered)
    patient = _owners_back(actor, patient_id, at, now, tasks_alone=bool(proposals))
    for proposal in proposals:
        amend(proposal, is_taken=None, answered_at=None, answered_by=None, reason="")
    written = TaskEvent.objects.filter(
        task__patient=patient, kind="assigned", at=at, user=actor.user
    ).order_by("pk")
    for event in written:
        task = Task.objects.select_for_update().get(pk=event.task_id)
        if task.events.filter(pk__gt=event.pk).exists():
            raise StaleRecord(task)
        undo_assigned(actor, task, event, now)
    return patient


def _owners_back(
    actor: Actor, patient_id: UUID, at: datetime, now: datetime, *, tasks_alone: bool
) -> Patient:
    """Put back who looked after the patient; where only tasks were taken there is nobody to."""
    begun = Assignment.objects.filter(
        patient__public_id=patient_id, starts_at=at, set_by=actor.user
    )
    if tasks_alone and not begun.exists():
        return lock(scope(actor), patient_id, None, no_key=True)
    return take_back_owners(actor, patient_id, at, now)


def _read(token: str) -> tuple[UUID, datetime]:
    patient_id, _sep, at = token.partition("~")
    try:
        return UUID(patient_id), datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError) as unreadable:
        raise Refused(
            _("This cannot be taken back. Change it on the patient’s page.")
        ) from unreadable
