"""A clock that runs out unserved raises a task, once; a payer's late clock is ours to escalate."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team, User
from coordination.clocks.actions import breach_due, fill_holidays, load_rules, open_clock
from coordination.clocks.models import Clock
from coordination.worklist import actions
from coordination.worklist.models import Task, TaskEvent
from patients.models import Patient
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory

LEFT = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
LATE = LEFT + timedelta(days=6)


@pytest.fixture
def patient(team: Team, coordinator: User) -> Patient:
    load_rules()
    fill_holidays(range(2026, 2028))
    found: Patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator
    )
    return found


def clock_of(actor: Actor, patient: Patient, *, rule: str = "tcm-contact", n: int = 7,
             now: datetime = LEFT, **facts: str) -> Clock:  # fmt: skip
    clock = open_clock(
        actor, rule=rule, patient=patient, subject=("stay", n), anchor_event="stay.departed",
        anchor_at=LEFT, now=now, facts={"disposition": "01"} | facts,
    )  # fmt: skip
    assert clock is not None
    return clock


def test_a_late_clock_nobody_serves_raises_one_task_for_who_looks_after_the_patient(
    actor: Actor, patient: Patient, coordinator: User
) -> None:
    clock = clock_of(actor, patient)
    assert (breach_due(LATE), breach_due(LATE)) == (1, 0)
    task = Task.objects.get()
    assert task.title == f"{clock.rule.title}: the deadline has passed"
    assert (task.assignee, task.clock, task.due_at) == (coordinator, clock, clock.due_at)
    assert (task.evidence_required, task.severity) == ("contact", "regulatory")
    assert TaskEvent.objects.filter(task=task, kind="raised").count() == 1
    assert list(AuditEvent.objects.filter(action="task.create").values_list("patients")) == [
        ([patient.pk],)
    ]
    assert actions.raise_for_late(actor, [clock.pk], LATE) == []


def test_a_late_clock_somebody_serves_raises_nothing(
    actor: Actor, patient: Patient, team: Team
) -> None:
    clock = clock_of(actor, patient)
    TaskFactory(team=team, patient=patient, clock=clock, evidence_required="contact")
    breach_due(LATE)
    assert Task.objects.count() == 1


def test_a_payers_late_clock_is_our_ground_to_escalate_even_while_somebody_waits(
    actor: Actor, patient: Patient, team: Team
) -> None:
    clock = clock_of(actor, patient, rule="pa-standard", payer_class="medicare_advantage")
    TaskFactory(team=team, patient=patient, clock=clock, evidence_required="determination")
    breach_due(LATE + timedelta(days=7))
    raised = Task.objects.exclude(evidence_required="determination").get()
    assert (raised.title, raised.kind) == ("The payer is late: escalate", "call")
    assert actions.raise_for_late(actor, [clock.pk], LATE) == []


@pytest.mark.parametrize(("served", "count"), [(False, 1), (True, 0)])
def test_a_clock_born_late_raises_its_alert_unless_it_comes_with_a_task(
    actor: Actor, patient: Patient, *, served: bool, count: int
) -> None:
    open_clock(
        actor, rule="tcm-contact", patient=patient, subject=("stay", 7), is_served=served,
        anchor_event="stay.departed", anchor_at=LEFT, now=LATE, facts={"disposition": "01"},
    )  # fmt: skip
    assert Task.objects.count() == count


def test_nobody_is_asked_to_do_it_for_the_dead(actor: Actor, patient: Patient) -> None:
    clock_of(actor, patient)
    Patient.objects.update(deceased_at=LEFT)
    breach_due(LATE)
    assert not Task.objects.exists()


def test_the_pool_gets_what_nobody_looks_after_in_person(actor: Actor, team: Team) -> None:
    load_rules()
    fill_holidays(range(2026, 2028))
    clock_of(actor, PatientFactory(organization=team.organization, team=team))
    breach_due(LATE)
    assert list(Task.objects.values_list("team", "assignee")) == [(team.pk, None)]


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_tasks_of_a_batch_cost_the_same_however_many(
    rows: int, actor: Actor, patient: Patient, django_assert_num_queries
) -> None:
    clocks = [clock_of(actor, patient, n=n) for n in range(1, rows + 1)]
    Clock.objects.update(state="breached")
    with django_assert_num_queries(10):
        assert len(actions.raise_for_late(actor, [one.pk for one in clocks], LATE)) == rows
