"""What the task's own page, its dialogs and the bell show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.worklist.models import Escalation, Evidence, Proposal, Task, TaskEvent
from coordination.worklist.queries.playbooks import definition_of
from coordination.worklist.queries.scoped import tasks_in_scope
from coordination.worklist.rules import Named, Result
from patients.queries import SCOPE_SQL, scope_params


def open_task(actor: Actor, public_id: UUID) -> Task:
    """Return one task with what its page names, and note that its patient was shown.

    Raises Task.DoesNotExist. 1 statement.
    """
    task = (
        tasks_in_scope(actor)
        .select_related("patient", "team", "assignee", "clock__rule", "due_set_by", "run__playbook")
        .get(public_id=public_id)
    )
    actor.shown.add(task.patient_id)
    return task


def results_of(task: Task) -> tuple[Result, ...]:
    """Return the answers the task's playbook step may have; none for a task of no playbook."""
    if task.run is None:
        return ()
    steps = definition_of(task.run.playbook).steps
    return next((step.results for step in steps if step.slug == task.step), ())


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task with its history, newest first."""

    task: Task
    events: list[TaskEvent]
    evidence: list[Evidence]
    blockers: list[Task]
    notices: list[Escalation]
    proposals: list[Proposal]


def task_page(actor: Actor, public_id: UUID) -> TaskPage:
    """Read everything the task's page shows. 6 statements. Raises Task.DoesNotExist."""
    task = open_task(actor, public_id)
    return TaskPage(
        task=task,
        events=list(task.events.select_related("user", "on_behalf_of").order_by("-id")[:50]),
        evidence=list(task.evidence.select_related("user").order_by("-id")[:50]),
        blockers=list(task.blocked_by.order_by("id")[:20]),
        notices=list(task.escalations.select_related("to", "acked_by").order_by("-level")),
        proposals=list(task.proposals.filter(is_taken=None).order_by("id")[:20]),
    )


COLLEAGUES = """
SELECT u.id, u.public_id, u.first_name, u.last_name, u.username,
  (SELECT count(*) FROM (SELECT 1 FROM worklist_task t
     WHERE t.assignee_id = u.id AND t.is_open LIMIT 1001) x) AS open_tasks
FROM access_user u WHERE u.is_active AND EXISTS (
  SELECT 1 FROM access_membership m WHERE m.user_id = u.id AND m.team_id = %(team)s
  AND m.starts_at <= %(now)s AND (m.ends_at IS NULL OR m.ends_at > %(now)s))
ORDER BY u.last_name, u.first_name, u.id LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person of a team, and how many open tasks they have (at most 1,001 are counted)."""

    pk: int
    public_id: UUID
    name: str
    open_tasks: int


def colleagues(team: Team | int, now: datetime) -> list[Colleague]:
    """List who works in a team now, by name, with their load. 1 statement."""
    team_id = team.pk if isinstance(team, Team) else team
    with connection.cursor() as cursor:
        cursor.execute(COLLEAGUES, {"team": team_id, "now": now})
        return [
            Colleague(pk, public_id, f"{first} {last}".strip() or username, count)
            for pk, public_id, first, last, username, count in cursor.fetchall()
        ]


def names_after_at(actor: Actor, patient_id: int, now: datetime) -> tuple[list[Named], list[Named]]:
    """Return the teams of a patient and their people, by every name they go by. 3 statements."""
    teams = list(
        Team.objects.filter(
            organization_id=actor.organization_id,
            pk__in=Team.objects.filter(
                assignment__patient_id=patient_id, assignment__ends_at__isnull=True
            ).values("pk"),
        ).prefetch_related("units")
    )
    people = User.objects.filter(
        is_active=True, memberships__team__in=teams, memberships__starts_at__lte=now
    ).distinct()
    return (
        [Named(team.pk, names_of(team)) for team in teams],
        [Named(one.pk, (one.display_name, one.username, one.last_name)) for one in people],
    )


def names_of(team: Team) -> tuple[str, ...]:
    """Return what a team may be called: its name, its slug, its units. Needs units prefetched."""
    names = [name for unit in team.units.all() for name in (unit.code, unit.name)]
    return (team.name, team.slug, *names)


NOTICES = f"""
SELECT e.task_id, t.public_id, t.title, t.due_at, e.level, e.fired_at, e.note, p.id, p.given,
  p.family, p.mrn, e.to_id
FROM worklist_escalation e
JOIN worklist_task t ON t.id = e.task_id AND t.is_open
JOIN patients_patient p ON p.id = t.patient_id
WHERE e.to_id = ANY(%(users)s) AND e.acked_at IS NULL AND e.level > 0 AND {SCOPE_SQL}
ORDER BY e.id DESC LIMIT 51
"""  # noqa: S608  constants only


@dataclass(frozen=True, slots=True)
class Notice:
    """One late task somebody was told of and has not acknowledged."""

    task_id: int
    public_id: UUID
    title: str
    due_at: datetime | None
    level: int
    fired_at: datetime
    note: str
    patient_id: int
    given: str
    family: str
    mrn: str
    to_id: int


def notices(actor: Actor) -> list[Notice]:
    """List what climbed to the actor, or whom they cover for, not acknowledged; at most 50, newest.

    One's own late tasks (level 0) stand on one's list already. 1 statement. Adds the patients to
    `actor.shown`.
    """
    with connection.cursor() as cursor:
        owners = [*actor.acts_for, *(owner for owner, _patient in actor.acts_for_patients)]
        cursor.execute(NOTICES, scope_params(actor) | {"users": owners})
        found = [Notice(*row) for row in cursor.fetchall()][:50]
    found = [one for one in found if actor.owns_for(one.to_id, one.patient_id)]
    actor.shown.update(notice.patient_id for notice in found)
    return found
