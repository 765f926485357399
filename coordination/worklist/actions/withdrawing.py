"""Taking back what a record proved: it was logged on the wrong patient, or entered in error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from coordination.access.actor import Actor, system_actor
from coordination.clocks import actions as clocks
from coordination.clocks.models import Clock, ClockState
from coordination.records import amend, move
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import told
from coordination.worklist.events import ProofWithdrawn, TaskReopened
from coordination.worklist.models import Evidence, Task, TaskStatus, TimeEntry
from coordination.worklist.rules import is_proven


@transaction.atomic
def withdraw_proof(
    actor: Actor,
    task: Task,
    subject: tuple[str, int],
    *,
    why: str,
    now: datetime,
    acted_at: datetime,
    forgets: bool = False,
) -> Task:
    """Take back what one record did for a task: its proof, its minutes, the due time it moved.

    A task that is done and no longer proven opens again; the clock the record satisfied runs again
    in a new version, or is late. acted_at: when the record was logged, which is when it moved the
    due time. forgets: blank what the proof says of people, who are another patient's. Runs as the
    system on behalf of the actor: whoever may mend the record mends what it did.
    """
    system = system_actor("worklist.withdraw", task.organization, on_behalf_of=actor)
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    proofs = Evidence.objects.filter(
        task=task, subject_kind=subject[0], subject_id=subject[1], void_at__isnull=True
    )
    gone = list(proofs)
    blank = {"party": "", "words": "", "reference": ""} if forgets else {}
    proofs.update(void_at=now, **blank)
    if not gone:
        return task
    take_back_minutes(task, acted_at, now)
    if task.status == TaskStatus.COMPLETED and not still_proven(task):
        open_again(system, task, why, now)
    else:
        due_again(system, task, acted_at, why, now)
        told(system, task, now, "task.proof_withdrawn", ProofWithdrawn)
    clock_again(system, task, [subject, *(("evidence", one.pk) for one in gone)], why, now)
    tell_if_late([task] if task.is_open else [], now)
    return task


def open_again(actor: Actor, task: Task, why: str, now: datetime) -> None:
    """Open a done task whose proof no longer counts; its first completion is kept."""
    move(
        task, TaskStatus.READY, actor=actor, now=now, why=why, closed_at=None, outcome="",
        result_code="", result_fields={},
    )  # fmt: skip
    told(actor, task, now, "task.reopen", TaskReopened, why=why)


def due_again(actor: Actor, task: Task, acted_at: datetime, why: str, now: datetime) -> None:
    """Give a task the due time it had before the record moved it, unless it moved since."""
    event = task.events.filter(kind__in=["due", "undo"]).order_by("-id").first()
    if not task.is_open or event is None or event.kind != "due" or event.at != acted_at:
        return
    at, due_event, by = event.before.split("|")
    amend(
        task,
        due_at=datetime.fromisoformat(at) if at else None,
        due_event=due_event,
        due_set_by_id=int(by) if by else None,
    )
    task.write_event("undo", actor, now, before=event.after, after=event.before, why=why[:300])


def still_proven(task: Task) -> bool:
    """Say whether what is left on file would close the task."""
    kinds = Evidence.objects.filter(task=task, void_at__isnull=True).values_list("kind", flat=True)
    return is_proven(
        task.evidence_required, task.evidence_count, kinds, serves_clock=task.clock_id is not None
    )


def clock_again(
    actor: Actor, task: Task, sources: Iterable[tuple[str, int]], why: str, now: datetime
) -> None:
    """Take back what the record did to the clock the task serves, if it was this record."""
    if task.clock_id is None:
        return
    clock = Clock.objects.select_related("rule").get(pk=task.clock_id)
    if (clock.source_kind, clock.source_id) not in set(sources):
        return
    if clock.state == ClockState.SATISFIED:
        new = clocks.unsatisfy(actor, clock, why, now)
        Task.objects.filter(pk=task.pk).update(clock=new)
        task.clock = new
    else:
        clocks.unlink_late(actor, clock, now)


def take_back_minutes(task: Task, acted_at: datetime, now: datetime) -> None:
    """Let the minutes counted with the record count no more."""
    minutes = task.events.filter(kind="minutes", at=acted_at)
    TimeEntry.objects.filter(
        source_kind="worklist.taskevent", source_id__in=minutes.values("pk"), void_at__isnull=True
    ).update(void_at=now)
