"""The clock behind a task: met by its proof, run again when that is taken back."""

from __future__ import annotations

from datetime import datetime

from coordination.access.actor import Actor, system_actor
from coordination.clocks import actions as clocks
from coordination.clocks.models import Clock, ClockState
from coordination.worklist.models import Evidence, Task

CLOSABLE = {ClockState.RUNNING, ClockState.BREACHED, ClockState.EXPLAINED}


def _clock_of(task: Task) -> Clock | None:
    if task.clock_id is None:
        return None
    return Clock.objects.select_related("rule").get(pk=task.clock_id)


def meet_clock(actor: Actor, task: Task, now: datetime) -> None:
    """Close the clock a completed task serves by the proof that closed the task.

    When the proof happened decides whether it was in time. A clock at its end is left alone.
    """
    clock = _clock_of(task)
    if clock is None or clock.state not in CLOSABLE:
        return
    proofs = Evidence.objects.filter(task=task, void_at__isnull=True).order_by("id")
    kinds = clock.rule.evidence
    proof = next((one for one in proofs if one.kind in kinds), None) or proofs.last()
    if proof is None:
        return
    kind = proof.kind if proof.kind in kinds else task.evidence_required
    if kind not in kinds:
        return
    source = (proof.subject_kind, proof.subject_id) if proof.subject_id else ("evidence", proof.pk)
    stands = clocks.satisfy(
        _system(actor, task), clock, proof.happened_at, kind, now, source=source
    )
    _serve(task, stands)


def run_clock_again(actor: Actor, task: Task, why: str, now: datetime) -> None:
    """Take back what met the clock of a task that is open again."""
    clock = _clock_of(task)
    if clock is None or clock.state != ClockState.SATISFIED:
        return
    _serve(task, clocks.unsatisfy(_system(actor, task), clock, why, now))


def _serve(task: Task, clock: Clock) -> None:
    """Point the task at the version of its clock that stands; nobody's open form says otherwise."""
    if clock.pk != task.clock_id:
        Task.objects.filter(pk=task.pk).update(clock=clock)
        task.clock = clock


def _system(actor: Actor, task: Task) -> Actor:
    """Return the system on behalf of the actor: closing a clock is the system's move (rules 4)."""
    return system_actor("worklist.clock", task.organization, actor)
