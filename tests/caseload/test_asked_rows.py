"""A row of one's day says that the supervisor was asked about its task, while that waits."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from coordination.access.models import User
from coordination.worklist import actions
from coordination.worklist.models import ApprovalRequest, Task
from tests.conftest import actor_of
from tests.worklist.factories import TaskFactory

SAID = "Asked the supervisor"


def test_the_row_says_asked_until_there_is_an_answer(
    signed_in: Client, coordinator: User, supervisor: User, team
) -> None:
    task: Task = TaskFactory(
        team=team, assignee=coordinator, title="Give the notice", next_step="Find the form",
        due_set_by=coordinator, due_at=timezone.now(),
    )  # fmt: skip
    assert SAID not in signed_in.get("/").text
    asked = ApprovalRequest.objects.create(
        organization=team.organization, patient=task.patient, act="cancel-owed-task",
        subject_kind="task", subject_id=task.pk, subject_public_id=task.public_id,
        title=task.title, team=team, asked_by=coordinator, asked_at=timezone.now(), why="moot",
    )  # fmt: skip
    assert f"{SAID} · Find the form" in signed_in.get("/").text
    now = timezone.now()
    actions.refuse(actor_of(supervisor), asked.public_id, None, now, words="It is owed.")
    assert SAID not in signed_in.get("/").text
