"""Whom I cover for stands in my list, and in nobody's once it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import Cover, Team, User
from coordination.caseload import queries
from coordination.caseload.rules import day_of
from coordination.worklist import actions
from tests.conftest import actor_of, member
from tests.factories import CoverFactory, PatientFactory
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def sana(team: Team) -> User:
    return member(team, first_name="Sana")


def cover(away: User, covering: User, team: Team, **fields: Any) -> Cover:
    now = timezone.now()
    return CoverFactory(
        away=away, covering=covering, team=team, starts_at=now - HOUR, ends_at=now + HOUR, **fields
    )


def titles(user: User) -> list[str]:
    actor = actor_of(user)
    page = queries.my_day(actor, day_of(timezone.now(), actor.zone), queries.Filters())
    return [row.title for row in page.rows]


def test_the_list_holds_own_and_covered_work_in_one_order(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    now = timezone.now()
    TaskFactory(team=team, assignee=sana, title="own, second", due_at=now + HOUR)
    first = TaskFactory(team=team, assignee=coordinator, title="covered, first", due_at=now)
    TaskFactory(team=team, assignee=member(team), title="somebody else's", due_at=now)
    assert titles(sana) == ["own, second"]
    standing = cover(coordinator, sana, team)
    assert titles(sana) == ["covered, first", "own, second"]
    assert titles(coordinator) == ["covered, first"]
    actor = actor_of(sana)
    day = day_of(timezone.now(), actor.zone)
    assert queries.my_summary(actor, day).overdue == 1
    assert queries.shell_numbers(actor, day.now).late == 1
    assert queries.next_of_mine(actor, None, None) == first.public_id
    assert queries.one_of_mine(actor, day, first.public_id).owner_id == coordinator.pk
    client.force_login(sana)
    page = client.get("/").content.decode()
    assert "For Maria Delgado" in page
    assert "You cover for Maria Delgado until" in page
    Cover.objects.filter(pk=standing.pk).update(ended_at=timezone.now())
    assert titles(sana) == ["own, second"]


def test_of_a_shared_list_stands_ones_own_part(team: Team, coordinator: User, sana: User) -> None:
    mine = TaskFactory(team=team, assignee=coordinator, title="mine for now")
    TaskFactory(team=team, assignee=coordinator, title="another colleague's")
    cover(coordinator, sana, team, patients=[mine.patient_id])
    assert titles(sana) == ["mine for now"]


def test_the_patients_of_whom_i_cover_for_are_mine_to_log_with(
    team: Team, coordinator: User, sana: User
) -> None:
    patient = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    assert queries.my_patients(actor_of(sana), timezone.now()) == []
    cover(coordinator, sana, team)
    found = queries.my_patients(actor_of(sana), timezone.now())
    assert [one.pk for one in found] == [patient.pk]


def test_the_trail_of_the_chart_says_on_whose_behalf(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    task = TaskFactory(team=team, assignee=coordinator)
    cover(coordinator, sana, team)
    actions.complete(actor_of(sana), task.public_id, 1, timezone.now())
    client.force_login(coordinator)
    page = client.get(f"/patients/{task.patient.public_id}/looked/").content.decode()
    assert "for Maria Delgado" in page


def test_a_nurse_finds_the_patients_of_the_assignment_sheet(team: Team) -> None:
    nurse = member(team, "nurse")
    patient = PatientFactory(organization=team.organization, team=team)
    fields = {"organization": team.organization, "team": team, "starts_at": timezone.now()}
    patient.assignments.create(user=nurse, kind="nurse", **fields)
    actor = actor_of(nurse)
    assert [one.pk for one in queries.my_patients(actor, timezone.now())] == [patient.pk]
    assert queries.my_summary(actor, day_of(timezone.now(), actor.zone)).patients == 1
