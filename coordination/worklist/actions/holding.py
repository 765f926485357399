"""Setting a task aside until a date, and waiting on somebody outside the team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, system_actor
from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.records import Refused, amend, move
from coordination.worklist.actions.raising import WaitingIn
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import locked, still_open, told
from coordination.worklist.models import Task, TaskStatus
from coordination.worklist.rules import hold_problem

BATCH = 500
RETURN = """
WITH back AS (
  SELECT id, status_before_hold FROM worklist_task
  WHERE hold_until <= %(now)s ORDER BY hold_until LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
up AS (
  UPDATE worklist_task t SET status = back.status_before_hold, status_before_hold = '',
    hold_until = NULL, version = t.version + 1
  FROM back WHERE t.id = back.id
  RETURNING t.id, t.organization_id, t.patient_id, t.status),
said AS (
  INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, before, after)
  SELECT organization_id, id, 'move', %(now)s, 'on-hold', status FROM up)
SELECT id, organization_id, patient_id FROM up
"""


@transaction.atomic
def hold(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, until: datetime, why: str
) -> Task:
    """Set an open task aside until a date within 120 days. Its clock runs on.

    Raises NotPermitted, Task.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    if not why.strip():
        raise Refused(_("Say why, in a few words."))
    problem = hold_problem(until, now)
    if problem:
        raise Refused(
            _("This date has passed. Choose one still to come.")
            if problem == "past"
            else _("The longest hold is 120 days. Choose an earlier date.")
        )
    move(
        task, TaskStatus.ON_HOLD, actor=actor, now=now, why=why, hold_until=until,
        status_before_hold=task.status,
    )  # fmt: skip
    told(actor, task, now, "task.hold")
    return task


@transaction.atomic
def end_hold(actor: Actor, task_id: UUID, version: int | None, now: datetime, *, why: str) -> Task:
    """Take a task up again before its date; it stands as it did before. Raises as `hold` does."""
    task = locked(actor, task_id, version)
    still_open(task, actor)
    if not why.strip():
        raise Refused(_("Say why, in a few words."))
    back = task.status_before_hold or task.status
    move(task, back, actor=actor, now=now, why=why, hold_until=None, status_before_hold="")
    told(actor, task, now, "task.end_hold")
    tell_if_late([task], now)
    return task


def return_held(now: datetime) -> int:
    """Bring back every task whose return date has come; returns how many.

    Batches of 500, each committed by itself. One that is late by now is told of at once.
    """
    count = 0
    while True:
        returned = _return_batch(now)
        count += returned
        if returned < BATCH:
            return count


@transaction.atomic
def _return_batch(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(RETURN, {"now": now, "batch": BATCH})
        rows = cursor.fetchall()
    for organization in Organization.objects.filter(pk__in={row[1] for row in rows}):
        record(
            system_actor("worklist.return_held", organization), "task.return", now=now,
            patients={row[2] for row in rows if row[1] == organization.pk},
        )  # fmt: skip
    if rows:
        late = Task.objects.filter(pk__in=[row[0] for row in rows], due_at__lt=now)
        tell_if_late(late, now)
    return len(rows)


@transaction.atomic
def wait_on(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, waiting: WaitingIn
) -> Task:
    """Note whom outside the team the task waits for; it stays with its owner, due as before.

    Raises NotPermitted, Task.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    task = locked(actor, task_id, version)
    still_open(task, actor)
    before = task.waiting_on_kind
    amend(task, **waiting.columns(now))
    task.write_event("waiting", actor, now, before=before, after=waiting.kind)
    told(actor, task, now, "task.wait_on")
    return task


@transaction.atomic
def stop_waiting(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, why: str = ""
) -> Task:
    """Note that nobody outside is waited for any more. Raises as `wait_on` does."""
    task = locked(actor, task_id, version)
    still_open(task, actor)
    before = task.waiting_on_kind
    amend(
        task, waiting_on_kind="", waiting_on_person="", waiting_on_role="", waiting_on_phone="",
        waiting_since=None, promised_by=None,
    )  # fmt: skip
    task.write_event("waiting", actor, now, before=before, why=why[:300])
    told(actor, task, now, "task.stop_waiting")
    return task
