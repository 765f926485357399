"""Escalation reads shifts and cover: a rung whose holder is off shift or away is skipped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from coordination.access.models import FacilitySetting, Team, Unit, User
from coordination.worklist import actions
from coordination.worklist.models import Task
from tests.conftest import member
from tests.factories import (
    CoverFactory,
    PatientFactory,
    ShiftFactory,
    TeamFactory,
    UnitFactory,
)
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db(transaction=True)
STEPS = (timedelta(minutes=1), HOUR, 4 * HOUR, 24 * HOUR)


@pytest.fixture(autouse=True)
def steps(team: Team, now: datetime) -> None:
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="escalation_steps",
        value="60 min / 4 h / 24 h", set_at=now,
    )  # fmt: skip


@pytest.fixture
def deputy(team: Team) -> User:
    user = member(team, first_name="Sana")
    user.memberships.update(is_deputy=True)
    return user


def on(user: User, place: Team | Unit, now: datetime, role: str = "coordinator") -> None:
    where = {"unit": place} if isinstance(place, Unit) else {"team": place}
    ShiftFactory(user=user, role_id=role, starts_at=now - HOUR, ends_at=now + 48 * HOUR, **where)


def away(user: User, covering: User, team: Team, now: datetime, **fields: Any) -> None:
    CoverFactory(
        away=user, covering=covering, team=team, starts_at=now - HOUR, ends_at=now + 48 * HOUR,
        **fields,
    )  # fmt: skip


def climb(task: Task, level: int, now: datetime) -> str | None:
    """Return who hears when the task stands at this level, the sweep having slept until then."""
    actions.escalate_late(now + STEPS[level])
    notice = task.escalations.select_related("to").get(level=level)
    return notice.to.username if notice.to else None


def test_where_nobody_keeps_shifts_every_live_membership_counts(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 1, now) == deputy.username


def test_a_shift_of_another_team_says_nothing_about_this_one(
    team: Team, coordinator: User, deputy: User, now: datetime
) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    on(member(other), other, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 1, now) == deputy.username


def test_a_deputy_off_shift_is_skipped(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    on(coordinator, team, now)
    on(supervisor, team, now, "supervisor")
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 1, now) == supervisor.username


def test_a_deputy_on_shift_hears(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    on(deputy, team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 1, now) == deputy.username


def test_a_patients_backup_off_shift_leaves_it_to_the_deputy(
    team: Team, coordinator: User, deputy: User, now: datetime
) -> None:
    backup = member(team)
    on(deputy, team, now)
    patient = PatientFactory(organization=team.organization, team=team)
    patient.assignments.create(
        organization=team.organization, team=team, user=backup, kind="backup", starts_at=now
    )
    task = TaskFactory(team=team, assignee=coordinator, patient=patient, due_at=now)
    assert climb(task, 1, now) == deputy.username


def test_the_charge_nurse_on_shift_on_the_teams_unit_hears_of_a_nurses_task(
    team: Team, supervisor: User, now: datetime
) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility)
    team.units.add(unit)
    member(team, "charge")  # at home
    in_charge, nurse = member(team, "charge"), member(team, "nurse")
    on(in_charge, unit, now, "charge")
    on(nurse, unit, now, "nurse")
    task = TaskFactory(team=team, assignee=nurse, due_at=now)
    assert climb(task, 2, now) == in_charge.username


def test_without_a_charge_nurse_on_shift_the_supervisor_hears(
    team: Team, supervisor: User, now: datetime
) -> None:
    member(team, "charge")
    nurse = member(team, "nurse")
    on(nurse, team, now, "nurse")
    on(supervisor, team, now, "supervisor")
    task = TaskFactory(team=team, assignee=nurse, due_at=now)
    assert climb(task, 2, now) == supervisor.username


def test_a_float_in_charge_of_the_unit_hears(team: Team, supervisor: User, now: datetime) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility)
    team.units.add(unit)
    other = TeamFactory(organization=team.organization, facility=team.facility)
    nurse, floating = member(team, "nurse"), member(other, "charge")
    ShiftFactory(
        user=floating, unit=unit, role_id="charge", is_float=True, starts_at=now - HOUR,
        ends_at=now + 48 * HOUR,
    )  # fmt: skip
    task = TaskFactory(team=team, assignee=nurse, due_at=now)
    assert climb(task, 2, now) == floating.username


def test_with_every_supervisor_at_home_one_still_answers(
    team: Team, coordinator: User, supervisor: User, now: datetime
) -> None:
    on(coordinator, team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 2, now) == supervisor.username


def test_the_supervisor_on_shift_comes_before_the_one_at_home(
    team: Team, coordinator: User, supervisor: User, now: datetime
) -> None:
    second = member(team, "supervisor")
    on(second, team, now, "supervisor")
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 2, now) == second.username


def test_who_covers_for_the_owner_is_told_in_their_place(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    colleague = member(team)
    away(coordinator, colleague, team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 0, now) == colleague.username
    task.refresh_from_db()
    assert task.assignee == coordinator


def test_a_deputy_who_covers_for_the_owner_is_not_told_twice(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    away(coordinator, deputy, team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 0, now) == deputy.username
    assert climb(task, 1, now) == supervisor.username


def test_a_shared_list_tells_whoever_has_the_patient(
    team: Team, coordinator: User, now: datetime
) -> None:
    first, second = member(team), member(team)
    one, two = (TaskFactory(team=team, assignee=coordinator, due_at=now) for _ in range(2))
    away(coordinator, first, team, now, patients=[one.patient_id])
    away(coordinator, second, team, now, patients=[two.patient_id])
    assert climb(one, 0, now) == first.username
    assert two.escalations.get().to == second


def test_a_deputy_who_is_away_is_skipped(
    team: Team, coordinator: User, deputy: User, supervisor: User, now: datetime
) -> None:
    away(deputy, member(team), team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 1, now) == supervisor.username


def test_the_cover_of_the_only_supervisor_answers_for_the_team(
    team: Team, coordinator: User, supervisor: User, now: datetime
) -> None:
    stand_in = member(TeamFactory(organization=team.organization), "supervisor")
    away(supervisor, stand_in, team, now)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 2, now) == stand_in.username


def test_a_cover_that_is_asked_only_or_over_changes_nothing(
    team: Team, coordinator: User, now: datetime
) -> None:
    away(coordinator, member(team), team, now, accepted_at=None)
    CoverFactory(
        away=coordinator, covering=member(team), team=team, starts_at=now - 9 * HOUR,
        ends_at=now - 2 * HOUR,
    )  # fmt: skip
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 0, now) == coordinator.username


def test_a_cover_by_somebody_who_left_leaves_it_to_the_owner(
    team: Team, coordinator: User, now: datetime
) -> None:
    gone = member(team)
    away(coordinator, gone, team, now)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    assert climb(task, 0, now) == coordinator.username
