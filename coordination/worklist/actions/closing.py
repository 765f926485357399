"""How a promise ends: done, cancelled, failed; and how it opens again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.records import NotPermitted, Refused, TransitionNotAllowed, label_of, move
from coordination.worklist.actions.clocked import meet_clock, run_clock_again
from coordination.worklist.actions.proving import EvidenceIn, prove, spend, void_evidence
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import is_owed, locked, still_open, told
from coordination.worklist.events import TaskCancelled, TaskCompleted, TaskFailed, TaskReopened
from coordination.worklist.models import Task, TaskStatus
from coordination.worklist.rules import UNDONE, WAYS_TO_DONE, needs_reopen_old

HOLDS_UP = "SELECT EXISTS (SELECT 1 FROM worklist_task_blocked_by WHERE to_task_id = %s)"
UNBLOCKED = """
INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, user_id)
SELECT t.organization_id, t.id, 'unblocked', %(now)s, %(user)s
FROM worklist_task_blocked_by b JOIN worklist_task t ON t.id = b.from_task_id AND t.is_open
WHERE b.to_task_id = %(task)s AND NOT EXISTS (
  SELECT 1 FROM worklist_task_blocked_by o JOIN worklist_task k ON k.id = o.to_task_id AND k.is_open
  WHERE o.from_task_id = t.id)
"""


@transaction.atomic
def complete(  # noqa: PLR0913  what a closing says, each part named at the call
    actor: Actor,
    task_id: UUID,
    version: int | None,
    now: datetime,
    *,
    evidence: EvidenceIn | None = None,
    outcome: str = "",
    result_code: str = "",
    result_fields: Mapping[str, Any] | None = None,
    minutes: int | None = None,
) -> Task:
    """Close a task as done, with the proof it asks for; meets the clock it serves.

    evidence: None uses what is on file, or the owner's word where that suffices. minutes: what it
    took, counted once. Raises NotPermitted, Task.DoesNotExist, StaleRecord, TransitionNotAllowed
    (also *already done by ...*) or ProofMissing; then nothing is written.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    way = _way_to_done(task)
    answer = {
        "outcome": outcome, "result_code": result_code, "result_fields": dict(result_fields or {}),
    }  # fmt: skip
    prove(actor, task, evidence, now)
    for status in way[:-1]:
        move(task, status, actor=actor, now=now)
    move(
        task, way[-1], actor=actor, now=now, why=outcome, **answer | {"outcome": outcome[:300]},
        completed_at=task.completed_at or now, closed_at=now,
    )  # fmt: skip
    done_event = task.last_event
    spend(actor, task, minutes, now)
    unblock(actor, task, now)
    meet_clock(actor, task, now)
    told(actor, task, now, "task.complete", TaskCompleted, **answer)
    task.last_event = done_event
    return task


def _way_to_done(task: Task) -> tuple[str, ...]:
    """Return the moves that end in *done* from where the task stands; refuse if there are none."""
    way = WAYS_TO_DONE.get(task.status)
    if way is None:
        raise TransitionNotAllowed(
            _("This is “%(status)s” now. Take it up again first, then close it.")
            % {"status": label_of(task, task.status)}
        )
    return way


def unblock(actor: Actor, task: Task, now: datetime) -> None:
    """Note on the tasks that waited for this one alone that they wait no longer."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDS_UP, [task.pk])
        if cursor.fetchone()[0]:  # few do, and planning the rest costs more than asking
            cursor.execute(UNBLOCKED, {"task": task.pk, "now": now, "user": actor.user_id})


@transaction.atomic
def fail(actor: Actor, task_id: UUID, version: int | None, now: datetime, *, why: str) -> Task:
    """End a task that was begun and could not be done. Raises as `cancel` does."""
    task = locked(actor, task_id, version)
    still_open(task, actor)
    _needs(why)
    if task.status == TaskStatus.READY:
        move(task, TaskStatus.IN_PROGRESS, actor=actor, now=now)
    move(task, TaskStatus.FAILED, actor=actor, now=now, why=why, outcome=why[:300], closed_at=now)
    unblock(actor, task, now)
    told(actor, task, now, "task.fail", TaskFailed, why=why)
    return task


@transaction.atomic
def cancel(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, reason: str, words: str = ""
) -> Task:
    """Cancel an open task. reason: a code of rules.CANCEL_REASONS; words: needed for "other".

    One that serves a regulatory clock needs a supervisor. Raises NotPermitted, Task.DoesNotExist,
    StaleRecord, TransitionNotAllowed or Refused.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    if is_owed(task) and not actor.may("task.cancel_regulatory"):
        raise NotPermitted(
            _("A deadline of the law stands behind this task. Ask the supervisor to cancel it: the"
              " task’s menu leads there.")
        )  # fmt: skip
    labels = dict(cancel_labels())
    if reason not in labels:
        raise Refused(_("Choose a reason from the list."))
    if reason == "other":
        _needs(words)
    why = f"{labels[reason]}. {words}" if words else str(labels[reason])
    move(
        task, TaskStatus.CANCELLED, actor=actor, now=now, why=why, hold_until=None,
        status_before_hold="", outcome=why[:300], result_code=reason, closed_at=now,
    )  # fmt: skip
    unblock(actor, task, now)
    told(actor, task, now, "task.cancel", TaskCancelled, why=why)
    return task


def cancel_labels() -> list[tuple[str, str]]:
    """Return the reasons for canceling, as people read them."""
    return [
        ("no-longer-needed", _("No longer needed")),
        ("patient-declined", _("The patient does not want it")),
        ("done-elsewhere", _("Done by somebody else")),
        ("duplicate", _("There are two of it")),
        ("readmitted", _("Back in hospital")),
        ("moved-away", _("Moved away")),
        ("died", _("The patient died")),
        ("opted-out", _("Wants no more calls or messages")),
        ("other", _("Another reason")),
    ]


@transaction.atomic
def reopen(actor: Actor, task_id: UUID, version: int | None, now: datetime, *, why: str) -> Task:
    """Open a done task again; what closed it no longer counts, its first completion is kept.

    why: "undone" is an undo. After 30 days only a supervisor may. The clock it met runs again.
    Raises NotPermitted, Task.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    task = locked(actor, task_id, version)
    _needs(why)
    if task.completed_at is not None and needs_reopen_old(task.completed_at, now):
        require(actor, "task.reopen_old")
    move(
        task, TaskStatus.READY, actor=actor, now=now, why=why, closed_at=None, outcome="",
        result_code="", result_fields={},
    )  # fmt: skip
    if why != UNDONE:
        void_evidence(task, now)
    run_clock_again(actor, task, why, now)
    told(actor, task, now, "task.reopen", TaskReopened, why=_("Undone") if why == UNDONE else why)
    tell_if_late([task], now)
    return task


def _needs(why: str) -> None:
    if not why.strip():
        raise Refused(_("Say why, in a few words."))
