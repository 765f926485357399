"""Acts on up to 500 tasks: asked once, done by the worker one by one, with a result for each.

A row and its result are written in one transaction, so a killed worker loses none and doubles none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor, user_actor
from coordination.access.audit import record
from coordination.access.backend import load_user
from coordination.access.models import Team, User
from coordination.access.once import once
from coordination.records import NotPermitted, Refused, lock, move, wake
from coordination.worklist.actions.many import VERBS
from coordination.worklist.models import BulkItem, BulkRun, ItemOutcome, RunStatus, Task
from coordination.worklist.queries import bulk_runs_in_scope, tasks_in_scope

MOST_IN_RUN = 500
JOB = "worklist.run_bulk"


@transaction.atomic
def ask_bulk(
    actor: Actor,
    verb: str,
    items: Sequence[tuple[UUID, int]],
    now: datetime,
    create_key: UUID | None = None,
    **said: Any,
) -> BulkRun:
    """Ask for one act on many tasks; the worker does it, as this person. Returns the run.

    items: (task, version as seen), 500 at most; verb, said: as `bulk` takes them. Rows that are out
    of scope are not taken. Raises NotPermitted, KeyError for another verb, or Refused for none, for
    too many.
    """
    require(actor, "task.change")
    VERBS[verb]
    user = actor.user
    if user is None:
        raise NotPermitted(_("Only a person asks for this."))
    versions = dict(items)
    if not 1 <= len(versions) <= MOST_IN_RUN:
        raise Refused(_("Choose between 1 and 500 tasks."))
    found = tasks_in_scope(actor).filter(public_id__in=list(versions))
    by_id = {row.public_id: row for row in found.only("pk", "public_id", "team_id")}
    tasks = [by_id[task_id] for task_id in versions if task_id in by_id]
    if not tasks:
        raise Refused(_("None of these tasks is there any more."))

    def make() -> BulkRun:
        run = BulkRun.objects.create(
            organization_id=actor.organization_id, user=user, team_id=tasks[0].team_id,
            verb=verb, said=packed(said), asked_at=now,
        )  # fmt: skip
        BulkItem.objects.bulk_create(
            BulkItem(run=run, ordinal=at, task=task, seen_version=versions[task.public_id])
            for at, task in enumerate(tasks)
        )
        record(actor, "bulk.ask", run, now, detail={"verb": verb, "rows": len(tasks)})
        wake(JOB)
        return run

    return once(actor, create_key, BulkRun, make)


def packed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an act takes besides, as JSON keeps it: a person or team by its number."""
    return {
        name: value.isoformat() if isinstance(value, datetime)
        else value.pk if isinstance(value, User | Team) else value
        for name, value in said.items()
    }  # fmt: skip


def unpacked(run: BulkRun) -> dict[str, Any]:
    """Return what the act takes besides, as it takes it."""
    said: dict[str, Any] = dict(run.said)
    for name in ("due_at", "until"):
        if said.get(name):
            said[name] = datetime.fromisoformat(said[name])
    if said.get("team"):
        said["team"] = Team.objects.get(pk=said["team"])
    if said.get("assignee"):
        said["assignee"] = User.objects.get(pk=said["assignee"])
    return said


@transaction.atomic
def stop_bulk(actor: Actor, run_id: UUID, version: int | None, now: datetime) -> BulkRun:
    """Stop a run: what is done stays done, the rest is left as it is.

    Raises NotPermitted, BulkRun.DoesNotExist, StaleRecord, TransitionNotAllowed when it has ended.
    """
    require(actor, "task.change")
    run = lock(bulk_runs_in_scope(actor), run_id, version)
    move(run, RunStatus.CANCELLED, actor=actor, now=now, ended_at=now)
    BulkItem.objects.filter(run=run, outcome=ItemOutcome.WAITING).update(
        outcome=ItemOutcome.STOPPED
    )
    record(actor, "bulk.stop", run, now)
    return run


def run_bulk(now: datetime) -> int:
    """Do the runs that wait, oldest first; return how many rows were tried.

    Workers may run this side by side: each takes another row. Cut off, it goes on with the row it
    was at. Each row is done by whoever asked, with the rights they have now.
    """
    tried = 0
    for run in BulkRun.objects.filter(ended_at=None).order_by("asked_at", "pk"):
        tried += _run(run, now)
    return tried


def _run(run: BulkRun, now: datetime) -> int:
    user = load_user(run.user_id)
    if user is None:
        _end(run, RunStatus.CANCELLED, now)
        return 0
    actor = user_actor(user, purpose="treatment", request_id=f"bulk-{run.pk}")
    _begin(run, now)
    tried, said = 0, unpacked(run)
    while _next(run, actor, said, now):
        tried += 1
    _end(run, RunStatus.COMPLETED, now)
    return tried


@transaction.atomic
def _begin(run: BulkRun, now: datetime) -> None:
    here = BulkRun.objects.select_for_update().get(pk=run.pk)
    if here.status == RunStatus.REQUESTED:
        move(here, RunStatus.IN_PROGRESS, actor=system_actor(JOB, run.organization), now=now)


@transaction.atomic
def _next(run: BulkRun, actor: Actor, said: Mapping[str, Any], now: datetime) -> bool:
    """Do one row and keep its result. Says whether there was one."""
    waiting = BulkItem.objects.filter(run=run, outcome=ItemOutcome.WAITING).order_by("ordinal")
    item = waiting.select_for_update(of=("self",), skip_locked=True).select_related("task").first()
    if item is None:
        return False
    item.outcome, item.sentence = _one(run, actor, item, said, now)
    item.save(update_fields=["outcome", "sentence"])
    return True


def _one(
    run: BulkRun, actor: Actor, item: BulkItem, said: Mapping[str, Any], now: datetime
) -> tuple[str, str]:
    try:
        with transaction.atomic():
            VERBS[run.verb](actor, item.task.public_id, item.seen_version, now, **said)
    except Refused as refusal:
        return ItemOutcome.REFUSED, refusal.sentence[:300]
    except Task.DoesNotExist:
        return ItemOutcome.REFUSED, _("This task is not there.")
    return ItemOutcome.DONE, ""


@transaction.atomic
def _end(run: BulkRun, status: str, now: datetime) -> None:
    """End a run none of whose rows waits or is in another worker's hands."""
    here = BulkRun.objects.select_for_update().get(pk=run.pk)
    rows = BulkItem.objects.filter(run=here, outcome=ItemOutcome.WAITING)
    if here.ended_at is not None or (status == RunStatus.COMPLETED and rows.exists()):
        return
    rows.update(outcome=ItemOutcome.STOPPED)
    move(here, status, actor=system_actor(JOB, run.organization), now=now, ended_at=now)
