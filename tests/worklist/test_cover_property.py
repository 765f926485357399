"""Whatever happens under cover, the owner's list afterwards is what it would have been without."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access.models import Cover, Team, User
from coordination.worklist import actions
from coordination.worklist.models import Task
from tests.conftest import actor_of, member
from tests.factories import CoverFactory, PatientFactory
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)


def act(user: User, owner: User, rng: random.Random) -> None:
    """Let a person do one thing, any that they may, to one of the owner's open tasks."""
    now = timezone.now()
    tasks = list(Task.objects.filter(assignee=owner, status="ready").order_by("pk"))
    task = rng.choice(tasks)
    actor = actor_of(user)
    match rng.randrange(4):
        case 0:
            actions.complete(actor, task.public_id, None, now)
        case 1:
            later = now + timedelta(hours=rng.randint(1, 99))
            actions.move_due(actor, task.public_id, None, now, due_at=later)
        case 2:
            actions.hold(actor, task.public_id, None, now, until=now + 24 * HOUR, why="asked")
        case _:
            TaskFactory(team=task.team, assignee=owner, patient=task.patient)


@pytest.mark.parametrize("seed", range(8))
def test_under_cover_and_without_it_the_owner_keeps_the_same_list(
    seed: int, team: Team, coordinator: User
) -> None:
    """The same acts by whoever covers and by the owner leave every task with the same owner."""
    colleague, twin = member(team), member(team)
    now = timezone.now()
    covered, own = random.Random(seed), random.Random(seed)  # noqa: S311  dice of a test
    parts = seed % 2 == 0
    lists = []
    for owner in (coordinator, twin):
        patients = [PatientFactory(organization=team.organization, team=team) for _ in range(3)]
        for patient in patients:
            TaskFactory.create_batch(2, team=team, assignee=owner, patient=patient)
        lists.append([patient.pk for patient in patients])
    cover = CoverFactory(
        away=coordinator, covering=colleague, team=team, starts_at=now - HOUR, ends_at=now + HOUR,
        patients=lists[0] if parts else [],
    )  # fmt: skip
    for _ in range(5):
        act(colleague, coordinator, covered)
        act(twin, twin, own)
    Cover.objects.filter(pk=cover.pk).update(ended_at=timezone.now())

    def shape(owner: User) -> list[tuple[str, bool]]:
        rows = Task.objects.filter(assignee=owner).order_by("pk")
        return list(rows.values_list("status", "is_open"))

    assert shape(coordinator) == shape(twin)
    assert not Task.objects.filter(assignee=colleague).exists()
    assert actor_of(colleague).acts_for == (colleague.pk,)
    assert actor_of(colleague).acts_for_patients == ()
