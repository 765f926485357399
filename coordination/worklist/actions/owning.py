"""Whose promise it is, and when it is due: start, hand over, accept, decline, another time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.models import Team, User
from coordination.clocks.models import Clock
from coordination.records import NotPermitted, Refused, amend, move
from coordination.words import clock_words
from coordination.worklist.actions.raising import check_member
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import locked, still_open, told
from coordination.worklist.events import TaskAssigned, TaskMoved, TaskRaised
from coordination.worklist.models import Task, TaskStatus
from coordination.worklist.rules import start_status
from patients.models import Assignment

HANDED_OVER = (TaskStatus.REQUESTED, TaskStatus.RECEIVED, TaskStatus.ACCEPTED)


@transaction.atomic
def start(actor: Actor, task_id: UUID, version: int | None, now: datetime) -> Task:
    """Begin a task; one handed over is accepted by that. Raises as every act does."""
    task = locked(actor, task_id, version)
    still_open(task, actor)
    _accept_first(actor, task, now)
    move(task, TaskStatus.IN_PROGRESS, actor=actor, now=now)
    told(actor, task, now, "task.start")
    return task


@transaction.atomic
def accept(actor: Actor, task_id: UUID, version: int | None, now: datetime) -> Task:
    """Take a task that was handed over. Raises NotPermitted unless it was handed to the actor."""
    task = locked(actor, task_id, version)
    still_open(task, actor)
    _receiver(actor, task)
    if task.status == TaskStatus.READY:
        return task
    _accept_first(actor, task, now)
    told(actor, task, now, "task.accept")
    return task


def _accept_first(actor: Actor, task: Task, now: datetime) -> None:
    if task.status in (TaskStatus.REQUESTED, TaskStatus.RECEIVED):
        move(task, TaskStatus.ACCEPTED, actor=actor, now=now)
    if task.status == TaskStatus.ACCEPTED:
        move(task, TaskStatus.READY, actor=actor, now=now)


def _receiver(actor: Actor, task: Task) -> None:
    if not actor.owns_for(task.assignee_id, task.patient_id):
        raise NotPermitted(_("Only the person it was handed to can answer."))


@transaction.atomic
def see(actor: Actor, task_id: UUID, now: datetime) -> Task:
    """Note that the receiver has seen a task handed to them. Does nothing to any other."""
    task = locked(actor, task_id, None)
    mine = actor.owns_for(task.assignee_id, task.patient_id)
    if task.status == TaskStatus.REQUESTED and mine:
        move(task, TaskStatus.RECEIVED, actor=actor, now=now)
    return task


@transaction.atomic
def reject(actor: Actor, task_id: UUID, version: int | None, now: datetime, *, why: str) -> Task:
    """Decline a task handed over: it ends, and its next ordinal is ready for whoever asked.

    Returns the new task, due as before. Raises as every act does; why is needed.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    _receiver(actor, task)
    if not why.strip():
        raise Refused(_("Say why, in a few words."))
    move(task, TaskStatus.REJECTED, actor=actor, now=now, why=why, outcome=why[:300], closed_at=now)
    told(actor, task, now, "task.reject")
    again = _next_ordinal(task)
    again.write_event("raised", actor, now, before=str(task.pk), after=again.status, why=why[:300])
    told(actor, again, now, "task.create", TaskRaised)
    return again


COPIED = (
    "organization_id", "patient_id", "kind", "title", "next_step", "subject_kind", "subject_id",
    "team_id", "held_by", "due_at", "due_event", "due_set_by_id", "clock_id", "severity",
    "priority", "waiting_on_kind", "waiting_on_person", "waiting_on_role", "waiting_on_phone",
    "waiting_since", "promised_by", "evidence_required", "evidence_count", "run_id", "step",
)  # fmt: skip


def _next_ordinal(task: Task) -> Task:
    same = {name: getattr(task, name) for name in COPIED}
    return Task.objects.create(
        **same, assignee_id=task.asked_by_id, asked_by_id=task.asked_by_id,
        ordinal=task.ordinal + 1, status=TaskStatus.READY,
    )  # fmt: skip


@transaction.atomic
def assign(
    actor: Actor,
    task_id: UUID,
    version: int | None,
    now: datetime,
    *,
    team: Team,
    assignee: User | None,
    why: str = "",
) -> Task:
    """Give a task to the team's pool (assignee None), take it, or hand it to another person.

    Giving it to a person or another team needs "task.assign"; that person is asked first: it
    stands as *Assigned* until they accept. why: needed unless one takes it oneself. Raises as every
    act does, and Refused when the receiver would not see the patient.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    _may_assign(actor, task, team, assignee)
    takes = assignee is not None and assignee.pk == actor.user_id
    if not (takes or why.strip()):
        raise Refused(_("Say why the owner changes, in a few words."))
    _can_receive(task, team, assignee, now)
    hand_over(actor, task, now, team=team, assignee=assignee, why=why)
    return task


def hand_over(
    actor: Actor, task: Task, now: datetime, *, team: Team, assignee: User | None, why: str
) -> None:
    """Write another owner of a locked task, who may have it; a person is asked to accept."""
    before = f"{task.team_id}|{task.assignee_id or ''}|{task.status}"
    asker = actor.user.pk if actor.user else None
    to_status = start_status(assignee.pk if assignee else None, asker)
    if task.status == TaskStatus.READY and to_status == TaskStatus.REQUESTED:
        move(task, TaskStatus.REQUESTED, actor=actor, now=now, why=why)
    elif task.status in HANDED_OVER and to_status == TaskStatus.READY:
        _accept_first(actor, task, now)
    amend(task, team=team, assignee=assignee, asked_by=actor.user)
    task.write_event(
        "assigned", actor, now, before=before, after=f"{team.pk}|{assignee.pk if assignee else ''}",
        why=why[:300],
    )  # fmt: skip
    told(
        actor, task, now, "task.assign", TaskAssigned, team_id=team.pk,
        assignee_id=assignee.pk if assignee else None,
    )  # fmt: skip


def _may_assign(actor: Actor, task: Task, team: Team, assignee: User | None) -> None:
    if assignee is not None and assignee.pk == actor.user_id and team.pk == task.team_id:
        return
    if assignee is None and team.pk == task.team_id:
        require(actor, "task.assign_pool")
        return
    require(actor, "task.assign")


def _can_receive(task: Task, team: Team, assignee: User | None, now: datetime) -> None:
    if team.pk != task.team_id and not (
        Assignment.objects.filter(patient=task.patient_id, team=team, ends_at__isnull=True).exists()
    ):
        raise Refused(_("This team does not look after the patient."))
    if assignee is not None:
        check_member(team, assignee, now)


@transaction.atomic
def move_due(
    actor: Actor,
    task_id: UUID,
    version: int | None,
    now: datetime,
    *,
    due_at: datetime | None,
    due_event: str = "",
    why: str = "",
) -> Task:
    """Set another time, an event, or no time at all. The clock behind a task never moves.

    A task that serves a clock keeps a time, and not one after the clock's own. Returns the task,
    marked as *set by a person*. Raises as every act does, and Refused.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    if due_at is not None and due_at <= now:
        raise Refused(_("This time has passed. Choose one still to come."))
    _within_clock(actor, task, due_at)
    before, was = due_words(task), task.due_at
    amend(task, due_at=due_at, due_event=due_event, due_set_by=actor.user)
    task.write_event("due", actor, now, before=before, after=due_words(task), why=why[:300])
    told(actor, task, now, "task.move", TaskMoved, before=was, due_at=due_at)
    return task


def _within_clock(actor: Actor, task: Task, due_at: datetime | None) -> None:
    clock_due = task.clock.due_at if task.clock else None
    if clock_due is None or (due_at is not None and due_at <= clock_due):
        return
    limit = clock_due.astimezone(actor.zone)
    raise Refused(
        _("The deadline behind this task is %(limit)s. Choose a time before it; it does not move.")
        % {"limit": f"{clock_words(limit)}, {limit.day} {limit:%b}"}
    )


def due_words(task: Task) -> str:
    """Return a due time as an event keeps it: instant|event|who set it."""
    at = task.due_at.isoformat(timespec="seconds") if task.due_at else ""
    return f"{at}|{task.due_event}|{task.due_set_by_id or ''}"


@transaction.atomic
def follow_clock(actor: Actor, task: Task, clock: Clock, now: datetime) -> None:
    """Reaction: a clock was replaced; the task serves the new one and takes its time.

    Locks without a version and never refuses. A time a person set before the new deadline stays.
    """
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    keeps = (
        task.due_set_by_id is not None
        and task.due_at is not None
        and (clock.due_at is None or task.due_at <= clock.due_at)
    )
    if keeps or task.due_at == clock.due_at:
        Task.objects.filter(pk=task.pk).update(clock=clock)  # nobody's open form says otherwise
        return
    before, was = due_words(task), task.due_at
    amend(task, clock=clock, due_at=clock.due_at, due_set_by=None)
    task.write_event("due", actor, now, before=before, after=due_words(task))
    told(actor, task, now, "task.follow_clock", TaskMoved, before=was, due_at=task.due_at)
    tell_if_late([task], now)


@transaction.atomic
def date_event(actor: Actor, task: Task, at: datetime, now: datetime) -> None:
    """Reaction: the event a task was due before has happened; from then on it is due, or late."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    before = due_words(task)
    amend(task, due_at=at)
    task.write_event("due", actor, now, before=before, after=due_words(task))
    told(actor, task, now, "task.date_event", TaskMoved, before=None, due_at=at)
    tell_if_late([task], now)
