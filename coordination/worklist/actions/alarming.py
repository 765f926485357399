"""Tasks for clocks that ran out: what nobody had on a list must not be late in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.clocks.models import Clock, ClockState, Whose
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.models import EvidenceKind, Task, TaskEvent, TaskKind, TaskStatus
from patients.models import Assignment, AssignmentKind

PASSED = "deadline-passed"
PAYER_LATE = "payer-late"
ALARMS = (PASSED, PAYER_LATE)


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who looks after a patient: the team assigned last, and its primary person if it has one."""

    team_id: int
    user_id: int | None


@transaction.atomic
def raise_for_late(actor: Actor, clock_ids: Iterable[int], now: datetime) -> list[Task]:
    """Raise one task for each late clock that no open task serves, all in one go.

    A payer's late clock gets its *escalate* task even where somebody waits for the answer: their
    breach is our ground to act. Once: a clock that has its task gets no other. The dead are left
    alone, and so is a patient no team looks after. 6 statements and the notices, however many.
    """
    require(actor, "task.create")
    clocks = list(
        Clock.objects.filter(
            pk__in=list(clock_ids), state=ClockState.BREACHED, patient__deceased_at__isnull=True,
            organization_id=actor.organization_id,
        ).select_related("rule").order_by("due_at", "pk")
    )  # fmt: skip
    patients = {clock.patient_id for clock in clocks}
    served: set[tuple[int | None, str]] = set(
        Task.objects.filter(
            patient_id__in=patients, is_open=True, clock_id__in=[clock.pk for clock in clocks]
        ).values_list("clock_id", "step")
    )
    holders = _holders(patients)
    wanted = [
        _task(clock, holders[clock.patient_id])
        for clock in clocks
        if clock.patient_id in holders and not _has_its_task(clock, served)
    ]
    if wanted:
        _write(actor, wanted, now)
    return wanted


def _has_its_task(clock: Clock, served: set[tuple[int | None, str]]) -> bool:
    if clock.rule.whose == Whose.PAYER:
        return (clock.pk, PAYER_LATE) in served
    return any(clock_id == clock.pk for clock_id, _step in served)


def _holders(patients: set[int]) -> dict[int, _Holder]:
    """Return who looks after each of these patients. 1 statement."""
    rows = (
        Assignment.objects.filter(patient_id__in=patients, ends_at__isnull=True)
        .exclude(kind=AssignmentKind.BACKUP)
        .order_by("starts_at", "pk")
        .values_list("patient_id", "team_id", "user_id", "kind", "user__is_active")
    )
    teams = {patient_id: team_id for patient_id, team_id, *_rest in rows}  # the last one wins
    primary = {
        (patient_id, team_id): user_id
        for patient_id, team_id, user_id, kind, is_active in rows
        if kind == AssignmentKind.PRIMARY and is_active
    }
    return {pk: _Holder(team_id, primary.get((pk, team_id))) for pk, team_id in teams.items()}


def _task(clock: Clock, holder: _Holder) -> Task:
    rule = clock.rule
    task = Task(
        organization_id=clock.organization_id, patient_id=clock.patient_id,
        team_id=holder.team_id, assignee_id=holder.user_id, due_at=clock.due_at, clock=clock,
        severity=rule.severity, subject_kind=clock.subject_kind, subject_id=clock.subject_id,
        status=TaskStatus.READY,
    )  # fmt: skip
    if rule.whose == Whose.PAYER:
        task.title, task.kind, task.step = (
            _("The payer is late: escalate"), TaskKind.CALL, PAYER_LATE
        )  # fmt: skip
        task.evidence_required = EvidenceKind.CALL
        task.next_step = _("Name the rule and the date to the plan’s supervisor")
    else:
        task.title = _("%(clock)s: the deadline has passed") % {"clock": rule.title}
        task.kind, task.step = TaskKind.CHECK, PASSED
        task.evidence_required = rule.evidence[0]
        task.next_step = _("Do it now if it still helps; a supervisor explains the delay")
    return task


def _write(actor: Actor, tasks: list[Task], now: datetime) -> None:
    """Write the tasks, their first events, one audit row and the notices."""
    Task.objects.bulk_create(tasks)
    TaskEvent.objects.bulk_create(
        TaskEvent(
            organization_id=task.organization_id, task=task, kind="raised", at=now,
            user_id=actor.user_id, after=task.status,
        )
        for task in tasks
    )  # fmt: skip
    record(
        actor, "task.create", now=now, patients={task.patient_id for task in tasks},
        detail={"late_clocks": len(tasks)},
    )  # fmt: skip
    tell_if_late(tasks, now)
