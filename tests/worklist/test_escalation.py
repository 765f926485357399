"""A late task climbs: one notice a level, to whoever holds the rung, at a cost that follows due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, FacilitySetting, Team, User
from coordination.records import NotPermitted, Refused
from coordination.worklist import actions
from coordination.worklist.actions.telling import JOB
from coordination.worklist.models import Escalation, Sweep, Task, TaskEvent
from patients.models import Assignment
from tests.conftest import actor_of, member
from tests.factories import LONG_AGO, MembershipFactory, PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steps(team: Team, now: datetime) -> FacilitySetting:
    return FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="escalation_steps",
        value="60 min / 4 h / 24 h", set_at=now,
    )  # fmt: skip


@pytest.fixture
def deputy(team: Team) -> User:
    user = member(team, first_name="Sana", last_name="Ali")
    user.memberships.update(is_deputy=True)
    return user


def told(task: Task) -> list[tuple[int, str | None]]:
    rows = task.escalations.order_by("level").select_related("to")
    return [(row.level, row.to.username if row.to else None) for row in rows]


def test_a_task_climbs_from_owner_to_deputy_to_supervisor(
    team: Team, coordinator: User, deputy: User, supervisor: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    counts = [
        actions.escalate_late(now + late)
        for late in (0 * HOUR, MINUTE, 2 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 5 * HOUR)
    ]
    assert counts == [0, 1, 0, 1, 0, 1, 0]
    assert told(task) == [
        (0, coordinator.username), (1, deputy.username), (2, supervisor.username),
    ]  # fmt: skip
    assert list(task.events.values_list("kind", "after")) == [
        ("escalated", "0"), ("escalated", "1"), ("escalated", "2"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="task.escalate").count() == 3


def test_a_worker_that_slept_two_hours_sends_one_notice_at_the_right_level(
    team: Team, coordinator: User, deputy: User, steps: object, now: datetime
) -> None:
    actions.escalate_late(now - MINUTE)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert actions.escalate_late(now + 2 * HOUR) == 1
    assert told(task) == [(1, deputy.username)]


def test_without_the_setting_only_the_owner_hears(
    team: Team, coordinator: User, supervisor: User, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now - 9 * HOUR)
    actions.escalate_late(now)
    assert told(task) == [(0, coordinator.username)]


def test_a_rung_nobody_holds_is_skipped(
    team: Team, coordinator: User, supervisor: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now - 2 * HOUR)
    actions.escalate_late(now)
    assert told(task) == [(1, supervisor.username)]


def test_somebody_whose_membership_has_ended_holds_no_rung(
    team: Team, coordinator: User, deputy: User, supervisor: User, steps: object, now: datetime
) -> None:
    deputy.memberships.update(ends_at=now - MINUTE)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now - 2 * HOUR)
    actions.escalate_late(now)
    assert told(task) == [(1, supervisor.username)]


def test_the_patients_backup_comes_before_the_teams_deputy(
    team: Team, coordinator: User, deputy: User, steps: object, now: datetime
) -> None:
    backup = member(team)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now - 2 * HOUR)
    Assignment.objects.create(
        organization=team.organization, patient=task.patient, team=team, user=backup,
        kind="backup", starts_at=LONG_AGO,
    )  # fmt: skip
    actions.escalate_late(now)
    assert told(task) == [(1, backup.username)]


def test_a_nurses_task_goes_to_the_charge_nurse_before_the_supervisor(
    team: Team, supervisor: User, steps: object, now: datetime
) -> None:
    nurse, charge = member(team, "nurse"), member(team, "charge")
    task = TaskFactory(team=team, assignee=nurse, due_at=now - 5 * HOUR)
    actions.escalate_late(now)
    actions.escalate_late(now + 20 * HOUR)
    assert told(task) == [(2, charge.username), (3, supervisor.username)]


def test_nobody_hears_of_one_task_more_than_twice(
    team: Team, coordinator: User, supervisor: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    for late in (MINUTE, HOUR, 4 * HOUR, 24 * HOUR):
        actions.escalate_late(now + late)
    assert told(task)[1:] == [(1, supervisor.username), (2, supervisor.username), (3, None)]


def test_what_is_set_aside_is_not_chased(
    team: Team, coordinator: User, steps: object, now: datetime
) -> None:
    TaskFactory(
        team=team, assignee=coordinator, due_at=now - HOUR, status="on-hold",
        status_before_hold="ready", hold_until=now + HOUR,
    )  # fmt: skip
    assert actions.escalate_late(now) == 0


def test_a_task_that_comes_back_late_is_told_of_at_once(
    team: Team, coordinator: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(
        team=team, assignee=coordinator, due_at=now - 10 * MINUTE, status="on-hold",
        status_before_hold="ready", hold_until=now,
    )  # fmt: skip
    actions.return_held(now)
    assert told(task) == [(0, coordinator.username)]


def test_the_owner_pushes_a_task_up_the_ladder(
    actor: Actor, team: Team, coordinator: User, supervisor: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now + HOUR)
    notice = actions.escalate(actor, task.public_id, 1, now, note="the plan hangs up on me")
    assert (notice.level, notice.to, notice.by) == (1, supervisor, actor.user)
    actions.escalate(actor, task.public_id, 1, now)
    with pytest.raises(Refused):
        actions.escalate(actor, task.public_id, 1, now)
    assert actions.escalate_late(now + 3 * HOUR) == 0


def test_a_push_to_nobody_says_so(actor: Actor, team: Team, now: datetime) -> None:
    task = TaskFactory(team=team)
    with pytest.raises(Refused, match="Nobody holds"):
        actions.escalate(actor, task.public_id, 1, now)
    assert not Escalation.objects.exists()


def test_a_notice_is_seen_by_its_receiver_or_a_supervisor(
    actor: Actor, team: Team, coordinator: User, supervisor: User, steps: object, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=member(team), due_at=now - MINUTE)
    actions.escalate_late(now)
    with pytest.raises(NotPermitted):
        actions.acknowledge(actor, task.public_id, 0, now)
    boss = actor_of(supervisor)
    first = actions.acknowledge(boss, task.public_id, 0, now)
    again = actions.acknowledge(boss, task.public_id, 0, now + HOUR)
    assert (first.acked_by, again.acked_at) == (supervisor, now)


@pytest.mark.database
def test_a_dead_worker_ends_in_one_notice_a_task_at_the_right_level(
    team: Team, coordinator: User, deputy: User, supervisor: User, steps: object, now: datetime
) -> None:
    """F21 at CI size: 600 tasks cross three levels while nothing sweeps."""
    patient = PatientFactory(organization=team.organization, team=team)
    actions.escalate_late(now - 5 * HOUR)
    Task.objects.bulk_create(
        Task(
            organization=team.organization, team=team, patient=patient, assignee=coordinator,
            title="Call", due_at=now - n * 30 * timedelta(seconds=1),
        )
        for n in range(1, 601)
    )  # fmt: skip
    assert actions.escalate_late(now) == 600
    levels = {(e.task.due_at, e.level) for e in Escalation.objects.select_related("task")}
    assert len(levels) == 600
    for due, level in levels:
        late = now - due
        assert level == (2 if late >= 4 * HOUR else 1 if late >= HOUR else 0)
    assert TaskEvent.objects.filter(kind="escalated").count() == 600


@pytest.mark.database
def test_the_sweep_costs_the_same_however_many_are_late(
    team: Team, coordinator: User, steps: object, now: datetime
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    costs = []
    for rows in (1, 50):
        Task.objects.bulk_create(
            Task(
                organization=team.organization, team=team, patient=patient, assignee=coordinator,
                title="Call", due_at=now - MINUTE,
            )
            for _ in range(rows)
        )  # fmt: skip
        Sweep.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            assert actions.escalate_late(now) == rows
        costs.append(len([q for q in captured if not q["sql"].startswith(("BEGIN", "COMMIT"))]))
    assert costs[0] == costs[1]


def test_a_finished_sweep_reads_no_old_due_time_again(
    team: Team, coordinator: User, steps: object, now: datetime
) -> None:
    actions.escalate_late(now)
    TaskFactory(team=team, assignee=coordinator, due_at=now - 30 * MINUTE)
    assert actions.escalate_late(now + MINUTE) == 0  # raised late by hand, past the window
    assert actions.escalate_late(now + 25 * HOUR) == 1  # the daily full pass finds it
    assert Sweep.objects.get(name=JOB).done_until == now + 25 * HOUR


def test_another_organizations_task_keeps_to_its_own_ladder(
    team: Team, coordinator: User, supervisor: User, steps: object, now: datetime
) -> None:
    other = TeamFactory()
    MembershipFactory(organization=other.organization, team=other, role_id="supervisor")
    task = TaskFactory(team=other, due_at=now - 2 * HOUR)
    actions.escalate_late(now)
    assert told(task) == [(0, None)]
