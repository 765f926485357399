"""A covering colleague acts as owner, on record as on behalf of; ownership returns by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent, Cover, Team, User
from coordination.records import NotPermitted
from coordination.worklist import actions
from coordination.worklist.models import Escalation, Task, TaskEvent
from tests.conftest import actor_of, member
from tests.factories import CoverFactory
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


def owners() -> dict[int, int | None]:
    return dict(Task.objects.order_by("pk").values_list("pk", "assignee_id"))


def test_who_covers_closes_the_owners_work_on_their_behalf(
    team: Team, coordinator: User, sana: User
) -> None:
    task = TaskFactory(team=team, assignee=coordinator)
    with pytest.raises(NotPermitted, match="colleague’s task"):
        actions.complete(actor_of(sana), task.public_id, 1, timezone.now())
    cover(coordinator, sana, team)
    actions.complete(actor_of(sana), task.public_id, 1, timezone.now())
    row = AuditEvent.objects.get(action="task.complete")
    assert (row.user_id, row.on_behalf_of) == (sana.pk, coordinator.pk)
    event = task.events.get(kind="move", after="completed")
    assert (event.user, event.on_behalf_of) == (sana, coordinator)


def test_ones_own_work_in_between_is_on_nobodys_behalf(
    team: Team, coordinator: User, sana: User
) -> None:
    theirs, own = (
        TaskFactory(team=team, assignee=coordinator),
        TaskFactory(team=team, assignee=sana),
    )
    cover(coordinator, sana, team)
    actor, now = actor_of(sana), timezone.now()
    for task in (theirs, own):
        actions.complete(actor, task.public_id, 1, now)
    rows = AuditEvent.objects.filter(action="task.complete").order_by("pk")
    assert list(rows.values_list("on_behalf_of", flat=True)) == [coordinator.pk, None]
    events = TaskEvent.objects.filter(after="completed").order_by("pk")
    assert list(events.values_list("on_behalf_of", flat=True)) == [coordinator.pk, None]


def test_the_history_of_a_task_says_for_whom_a_colleague_acted(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    task = TaskFactory(team=team, assignee=coordinator)
    cover(coordinator, sana, team)
    actions.complete(actor_of(sana), task.public_id, 1, timezone.now())
    client.force_login(sana)
    page = client.get(f"/tasks/{task.public_id}/").content.decode()
    assert f"{sana.display_name} for {coordinator.display_name}" in page


def test_a_shared_list_lets_each_colleague_act_on_their_part_alone(
    team: Team, coordinator: User, sana: User
) -> None:
    mine, other = (TaskFactory(team=team, assignee=coordinator) for _ in range(2))
    cover(coordinator, sana, team, patients=[mine.patient_id])
    actions.complete(actor_of(sana), mine.public_id, 1, timezone.now())
    with pytest.raises(NotPermitted):
        actions.complete(actor_of(sana), other.public_id, 1, timezone.now())


def test_who_covers_answers_a_hand_over_and_a_notice_for_the_owner(
    team: Team, coordinator: User, supervisor: User, sana: User
) -> None:
    now = timezone.now()
    task = TaskFactory(team=team, assignee=coordinator, status="requested", asked_by=supervisor)
    Escalation.objects.create(
        organization=team.organization, task=task, level=1, fired_at=now, to=coordinator
    )
    cover(coordinator, sana, team)
    actions.accept(actor_of(sana), task.public_id, 1, now)
    task.refresh_from_db()
    assert (task.status, task.assignee) == ("ready", coordinator)
    assert actions.acknowledge(actor_of(sana), task.public_id, 1, now).acked_by == sana


@pytest.mark.parametrize("ended", [True, False], ids=["ended early", "ran out"])
def test_after_any_cover_the_owners_list_is_what_it_would_have_been(
    team: Team, coordinator: User, sana: User, *, ended: bool
) -> None:
    kept = [TaskFactory(team=team, assignee=coordinator) for _ in range(3)]
    TaskFactory(team=team, assignee=sana)
    before = owners()
    standing = cover(coordinator, sana, team)
    actor = actor_of(sana)
    actions.complete(actor, kept[0].public_id, 1, timezone.now())
    raised = TaskFactory(team=team, assignee=coordinator)
    if ended:
        Cover.objects.filter(pk=standing.pk).update(ended_at=timezone.now())
    else:
        Cover.objects.filter(pk=standing.pk).update(ends_at=timezone.now())
    assert owners() == {**before, raised.pk: coordinator.pk}
    with pytest.raises(NotPermitted):
        actions.complete(actor_of(sana), kept[1].public_id, 1, timezone.now())
    actions.complete(actor_of(coordinator), kept[1].public_id, 1, timezone.now())
