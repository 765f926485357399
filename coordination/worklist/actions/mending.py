"""Mending a task: it was about another patient, or it should not have been raised at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor
from coordination.access.audit import record
from coordination.access.models import Membership, Team, User
from coordination.clocks.models import ClockState
from coordination.events import publish
from coordination.records import Refused, TransitionNotAllowed, amend, lock, move
from coordination.worklist.actions.alarming import raise_for_late
from coordination.worklist.actions.closing import unblock
from coordination.worklist.actions.playing import who_looks_after
from coordination.worklist.actions.proving import void_evidence
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import about, is_owed, told
from coordination.worklist.actions.withdrawing import clock_again
from coordination.worklist.events import TaskChartMoved, TaskVoided
from coordination.worklist.models import Evidence, Task, TaskStatus, TimeEntry
from coordination.worklist.queries import tasks_in_scope
from patients.actions.mending import (
    allow_mending,
    give_reason,
    mending_refusal,
    move_lines,
    right_patient,
    strike_lines,
)
from patients.models import Assignment, Patient

TASK = "task"  # the subject kind of a task's lines


def void_problem(actor: Actor, task: Task, now: datetime) -> str:
    """Return why the actor may not mark the task as entered in error, or ""."""
    if task.status == TaskStatus.ENTERED_IN_ERROR:
        return _("This task is entered in error already.")
    if is_owed(task) and not actor.may("task.cancel_regulatory"):
        return _("A deadline of the law stands behind this task. Ask your supervisor.")
    return mending_refusal(actor, task.asked_by, task.created_at, now)


def move_problem(actor: Actor, task: Task, now: datetime) -> str:
    """Return why the task cannot go to another chart, or "".

    A playbook's step and what serves a deadline were raised by this patient's own record: they
    cannot be another's. What was done for somebody else is opened again; what is not owed is an
    error.
    """
    if task.status == TaskStatus.ENTERED_IN_ERROR:
        return _("This task is entered in error already.")
    if task.run_id is not None or task.clock_id is not None:
        return _(
            "This task belongs to this patient’s own record: a playbook or a deadline raised it."
            " If it was done for somebody else, open it again; if nobody owes it, mark it as"
            " entered in error."
        )
    return mending_refusal(actor, task.asked_by, task.created_at, now)


def locked_task(actor: Actor, task_id: UUID, version: int | None, now: datetime) -> Task:
    """Return the task locked, for whoever may mend it, with whoever raised it."""
    rows = tasks_in_scope(actor).select_related("patient", "asked_by", "organization")
    task = lock(rows, task_id, version)
    allow_mending(actor, task.asked_by, task.created_at, now)
    actor.shown.add(task.patient_id)
    return task


@transaction.atomic
def void_task(actor: Actor, task_id: UUID, version: int | None, *, why: str, now: datetime) -> Task:
    """Mark a task as entered in error, and undo what it closed. Its lines stay, struck through.

    The clock it satisfied runs again, or is late; a late clock nobody serves raises its own task.
    Raises NotPermitted, Task.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    task = locked_task(actor, task_id, version, now)
    if is_owed(task):
        require(actor, "task.cancel_regulatory")
    system = system_actor("worklist.mend", task.organization, on_behalf_of=actor)
    proofs = list(Evidence.objects.filter(task=task, void_at__isnull=True))
    void_evidence(task, now)
    TimeEntry.objects.filter(task=task, void_at__isnull=True).update(void_at=now)
    move(
        task, TaskStatus.ENTERED_IN_ERROR, actor=actor, now=now, why=why, closed_at=now,
        hold_until=None, status_before_hold="",
    )  # fmt: skip
    unblock(actor, task, now)
    give_clock_back(system, task, proofs, why, now)
    strike_lines(actor, (TASK, task.pk), task.patient_id, why, now)
    told(actor, task, now, "task.entered_in_error", TaskVoided)
    return task


def give_clock_back(
    actor: Actor, task: Task, proofs: list[Evidence], why: str, now: datetime
) -> None:
    """Let the clock the task met run again; one that is late by now is put on a list."""
    sources = [("evidence", one.pk) for one in proofs]
    sources += [(one.subject_kind, one.subject_id) for one in proofs if one.subject_id]
    clock_again(actor, task, sources, why, now)
    if task.clock is not None and task.clock.state == ClockState.BREACHED:
        raise_for_late(actor, [task.clock.pk], now)


@transaction.atomic
def move_task(
    actor: Actor, task_id: UUID, version: int | None, *, to: Patient, why: str, now: datetime
) -> Task:
    """Move a task to the chart it is about, with its proof, its minutes and its calls.

    It goes to a team that looks after the right patient, and stays with its owner where they work
    there. The old chart keeps a line without a word about the other person. Raises NotPermitted,
    Task.DoesNotExist, Patient.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    task = locked_task(actor, task_id, version, now)
    if problem := move_problem(actor, task, now):
        raise TransitionNotAllowed(problem)
    wrong, right = task.patient, right_patient(actor, task.patient, to)
    team, owner = new_owner(task, right, now)
    amend(
        task, patient_id=right.pk, team_id=team.pk, assignee_id=owner.pk if owner else None,
        subject_kind="", subject_id=None,
    )  # fmt: skip
    task.blocked_by.clear()
    task.blocks.clear()
    task.write_event("chart", actor, now, before=str(wrong.pk), after=str(right.pk), why=why[:300])
    TimeEntry.objects.filter(task=task).update(patient=right)
    task.proposals.update(patient=right)
    move_lines(actor, (TASK, task.pk), wrong, right, what=_("A task"), why=why, now=now)
    record(actor, "task.wrong_patient", task, now, patients=[wrong.pk])
    publish(about(TaskChartMoved, actor, task, now, from_id=wrong.pk))
    tell_if_late([task] if task.is_open else [], now)
    return task


def new_owner(task: Task, right: Patient, now: datetime) -> tuple[Team, User | None]:
    """Return whose the task is on the right chart: its team and owner where they look after it."""
    teams = Assignment.objects.filter(patient=right, ends_at__isnull=True)
    if teams.filter(team=task.team_id).exists():
        team, usual = task.team, task.assignee
    else:
        found, usual = who_looks_after(right)
        if found is None:
            raise Refused(_("No team looks after this patient. Assign the patient first."))
        team = found
    live = Membership.objects.filter(team=team, user=task.assignee_id, starts_at__lte=now)
    is_there = (live.filter(ends_at__isnull=True) | live.filter(ends_at__gt=now)).exists()
    return team, task.assignee if is_there else usual
