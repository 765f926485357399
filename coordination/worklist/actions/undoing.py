"""Taking back one's last act within ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.records import Refused, StaleRecord, amend
from coordination.worklist.actions.closing import reopen
from coordination.worklist.actions.holding import end_hold
from coordination.worklist.actions.proving import void_evidence
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import locked, told
from coordination.worklist.events import TaskAssigned, TaskMoved
from coordination.worklist.models import Task, TaskEvent, TaskStatus, TimeEntry
from coordination.worklist.rules import UNDONE, can_undo

Inverse = Callable[[Actor, Task, TaskEvent, datetime], Task]


def undo_token(task: Task) -> str:
    """Return what takes the act just done back, or "" if it cannot be taken back.

    It names the task, the act's event and the version it made; whoever else it reaches cannot use
    it, since `undo` looks at who acted.
    """
    event = task.last_event
    if event is None or _inverse(event) is None:
        return ""
    return f"{task.public_id}.{event.pk}.{task.version}"


@transaction.atomic
def undo(actor: Actor, token: str, now: datetime) -> Task:
    """Take one's own last act on a task back: done, moved, assigned, set aside.

    Raises Task.DoesNotExist for a token that names nothing here, StaleRecord when something
    happened since, Refused after ten seconds or for another person's act.
    """
    task_id, event_id, version = _read(token)
    task = locked(actor, task_id, None)
    event = task.events.filter(pk=event_id, user=actor.user).first()
    inverse = _inverse(event) if event else None
    if event is None or inverse is None:
        raise Refused(_("This cannot be taken back. Change it on the task’s own page."))
    if not can_undo(event.at, now):
        raise Refused(_("Ten seconds have passed. Change it on the task’s own page."))
    if task.version != version:
        raise StaleRecord(task)
    return inverse(actor, task, event, now)


def _read(token: str) -> tuple[UUID, int, int]:
    try:
        task_id, event_id, version = token.split(".")
        return UUID(task_id), int(event_id), int(version)
    except ValueError as unreadable:
        raise Task.DoesNotExist from unreadable


def _inverse(event: TaskEvent) -> Inverse | None:
    if event.kind == "move":
        moves = {TaskStatus.COMPLETED.value: _undo_done, TaskStatus.ON_HOLD.value: _undo_hold}
        return moves.get(event.after)
    return {"due": _undo_due, "assigned": undo_assigned}.get(event.kind)


def _undo_done(actor: Actor, task: Task, event: TaskEvent, now: datetime) -> Task:
    written = task.events.filter(kind="evidence", at=event.at, user=event.user)
    void_evidence(task, now, [int(pk) for pk in written.values_list("after", flat=True)])
    minutes = task.events.filter(kind="minutes", at=event.at, user=event.user)
    TimeEntry.objects.filter(
        source_kind="worklist.taskevent", source_id__in=minutes.values("pk")
    ).update(void_at=now)
    return reopen(actor, task.public_id, None, now, why=UNDONE)


def _undo_hold(actor: Actor, task: Task, _event: TaskEvent, now: datetime) -> Task:
    return end_hold(actor, task.public_id, None, now, why=UNDONE)


def _undo_due(actor: Actor, task: Task, event: TaskEvent, now: datetime) -> Task:
    at, due_event, by = event.before.split("|")
    was = task.due_at
    amend(
        task,
        due_at=datetime.fromisoformat(at) if at else None,
        due_event=due_event,
        due_set_by_id=int(by) if by else None,
    )
    task.write_event("undo", actor, now, before=event.after, after=event.before, why=UNDONE)
    told(actor, task, now, "task.undo", TaskMoved, before=was, due_at=task.due_at)
    tell_if_late([task], now)
    return task


def undo_assigned(actor: Actor, task: Task, event: TaskEvent, now: datetime) -> Task:
    """Give a locked task back to whoever had it before one event."""
    team, assignee, status = event.before.split("|")
    amend(task, team_id=int(team), assignee_id=int(assignee) if assignee else None, status=status)
    task.write_event("undo", actor, now, before=event.after, after=event.before, why=UNDONE)
    told(
        actor, task, now, "task.undo", TaskAssigned, team_id=task.team_id,
        assignee_id=task.assignee_id,
    )  # fmt: skip
    return task
