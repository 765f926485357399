"""Chasing what is late: the sweep, a person's own push, and the word *seen*."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.settings_of import VALUES_IN_USE
from coordination.records import NotPermitted, Refused
from coordination.worklist.actions.telling import (
    JOB,
    NOTHING,
    STEPS,
    Ladders,
    holds_any,
    ladders,
    tell_level,
    tell_windows,
)
from coordination.worklist.actions.trail import locked, still_open
from coordination.worklist.models import Escalation, Task
from coordination.worklist.queries import tasks_in_scope
from coordination.worklist.rules import TOP, rest_of, windows

OVERLAP = timedelta(minutes=2)
FULL_PASS_EVERY = timedelta(hours=24)
LAST = f"""
SELECT s.done_until, s.full_pass_at, ARRAY({VALUES_IN_USE})
FROM (SELECT) AS always LEFT JOIN worklist_sweep s ON s.name = %(name)s
"""  # noqa: S608  constants only
MARK = """
INSERT INTO worklist_sweep (name, done_until, full_pass_at) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE
SET done_until = excluded.done_until, full_pass_at = excluded.full_pass_at
"""


def escalate_late(now: datetime) -> int:
    """Give each late task the notice of the level it stands at now; return how many were new.

    Each batch of 5,000 commits by itself, so this must not run inside a transaction. Reads only
    due times that reached a level since the last finished sweep; everything once a day.
    3 statements for up to 5,000 tasks, also when nothing is due.
    """
    since, full_pass_at, steps = _where_it_stands(now)
    left = windows(since, now, steps.values())
    if since is not None and not holds_any(left):
        left = []
    count = 0
    while True:
        with transaction.atomic():
            batch = tell_windows(left, now, steps) if left else NOTHING
            left = rest_of(left, batch.last)
            if not left:
                _mark(now, full_pass_at)
        count += batch.fresh
        if not left:
            return count


def _where_it_stands(now: datetime) -> tuple[datetime | None, datetime, Ladders]:
    """Return since when to look (None: all), when all was looked at last, and the ladders."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, {"key": STEPS, "name": JOB})
        done_until, full_pass_at, texts = cursor.fetchone()
    if full_pass_at is None or now - full_pass_at >= FULL_PASS_EVERY:
        return None, now, ladders(texts)
    return done_until - OVERLAP, full_pass_at, ladders(texts)


def _mark(now: datetime, full_pass_at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MARK, [JOB, now, full_pass_at])


@transaction.atomic
def escalate(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, note: str = ""
) -> Escalation:
    """Tell the next rung of the ladder now, before the clock does. The task stays with its owner.

    Returns the notice, with who was told. Raises NotPermitted, Task.DoesNotExist, StaleRecord,
    TransitionNotAllowed, or Refused when everybody on the ladder has been told, or nobody holds it.
    """
    task = locked(actor, task_id, version, "task.escalate")
    still_open(task, actor)
    top = task.escalations.order_by("-level").values_list("level", flat=True).first()
    level = (top or 0) + 1
    if level > TOP:
        raise Refused(_("Everybody on the ladder has been told already."))
    tell_level([task.pk], level, now, by=actor.user_id, note=note)
    notice = task.escalations.select_related("to").filter(level=level).first()
    if notice is None or notice.to_id is None:
        raise Refused(_("Nobody holds the next step of the ladder in this team."))
    record(actor, "task.escalate_by_hand", task, now, detail={"level": level})
    return notice


@transaction.atomic
def acknowledge(actor: Actor, task_id: UUID, level: int, now: datetime) -> Escalation:
    """Say that a notice was seen. Twice is once.

    One's own and those of whom one covers for; a charge nurse's and a supervisor's also those of
    their teams. Raises NotPermitted, Task.DoesNotExist or Escalation.DoesNotExist.
    """
    require(actor, "escalation.acknowledge")
    task = tasks_in_scope(actor).get(public_id=task_id)
    notice = Escalation.objects.select_for_update(of=("self",)).get(task=task, level=level)
    if not (actor.owns_for(notice.to_id, task.patient_id) or _may_acknowledge(actor, task)):
        raise NotPermitted(_("This notice is for somebody else."))
    if notice.acked_at is None:
        notice.acked_at, notice.acked_by = now, actor.user
        notice.save(update_fields=["acked_at", "acked_by"])
        record(actor, "escalation.acknowledge", task, now, detail={"level": level})
    return notice


def _may_acknowledge(actor: Actor, task: Task) -> bool:
    if task.team_id not in actor.team_ids:
        return False
    return actor.may("escalation.acknowledge_any") or actor.may("escalation.acknowledge_unit")
