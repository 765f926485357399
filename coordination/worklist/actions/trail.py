"""What every act on a task begins and ends with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.events import publish
from coordination.records import NotPermitted, StaleRecord, TransitionNotAllowed, label_of
from coordination.words import clock_words
from coordination.worklist.events import AboutTask
from coordination.worklist.models import OPEN_STATUSES, Severity, Task
from coordination.worklist.queries import locked_task
from coordination.worklist.rules import may_work_on


def locked(
    actor: Actor, task_id: UUID, version: int | None, permission: str = "task.change"
) -> Task:
    """Return the task locked for its owner, who covers for them, its pool, or by permission.

    version: the one the form was opened with; None for a reaction. Raises NotPermitted,
    Task.DoesNotExist, StaleRecord, or TransitionNotAllowed naming who has closed it already.
    """
    require(actor, permission)
    task = locked_task(actor, task_id)
    user_id = None if actor.kind == "system" else actor.user_id
    others = actor.may("task.change_others") or actor.owns_for(task.assignee_id, task.patient_id)
    if not may_work_on(task.assignee_id, user_id, may_change_others=others):
        raise NotPermitted(_("This is a colleague’s task. Ask them, or your supervisor."))
    if version is not None and task.version != version:
        still_open(task, actor)
        raise StaleRecord(task)
    actor.shown.add(task.patient_id)
    actor.stand_for(task.assignee_id, task.patient_id)
    return task


def still_open(task: Task, actor: Actor) -> None:
    """Raise TransitionNotAllowed, saying who ended the task and when, unless it is open."""
    if task.status in OPEN_STATUSES:
        return
    last = task.events.filter(kind="move").select_related("user").order_by("-id").first()
    if last is None:
        raise TransitionNotAllowed(
            _("This task is “%(status)s” already.") % {"status": label_of(task, task.status)}
        )
    who = last.user.display_name if last.user else _("the system")
    when = last.at.astimezone(actor.zone)
    raise TransitionNotAllowed(
        _("Already “%(status)s”: by %(who)s at %(when)s.")
        % {
            "status": label_of(task, task.status),
            "who": who,
            "when": f"{clock_words(when)}, {when.day} {when:%b}",
        }
    )


def is_owed(task: Task) -> bool:
    """Say whether a rule of law stands behind the task: only a supervisor ends it unproven."""
    return task.clock_id is not None and task.severity == Severity.REGULATORY


def about(
    event: type[AboutTask], actor: Actor, task: Task, now: datetime, **facts: Any
) -> AboutTask:
    """Return an event about the task."""
    return event(
        actor=actor,
        at=now,
        organization_id=task.organization_id,
        patient_id=task.patient_id,
        subject_kind="task",
        subject_id=task.pk,
        task_id=task.pk,
        title=task.title,
        run_id=task.run_id,
        step=task.step,
        is_owed=is_owed(task),
        **facts,
    )


def told(
    actor: Actor,
    task: Task,
    now: datetime,
    action: str,
    event: type[AboutTask] | None = None,
    **facts: Any,
) -> None:
    """Write the audit row of an act and publish its event."""
    record(actor, action, task, now)
    if event is not None:
        publish(about(event, actor, task, now, **facts))
