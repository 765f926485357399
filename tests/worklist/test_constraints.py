"""What must always be true of a task is the database's business."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from coordination.access.models import Team, User
from coordination.worklist.models import (
    OPEN_STATUSES,
    Escalation,
    Evidence,
    Playbook,
    Proposal,
    Task,
    TaskStatus,
    TimeEntry,
)
from tests.conftest import member
from tests.worklist.factories import PlaybookFactory, PlaybookRunFactory, TaskFactory


def breaks(name: str, **fields: object) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TaskFactory(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in TaskStatus if s is not TaskStatus.ON_HOLD])
def test_open_is_derived_from_the_status(status: TaskStatus, now: datetime) -> None:
    task = TaskFactory(status=status, completed_at=now)
    assert task.is_open is (status in OPEN_STATUSES)


@pytest.mark.django_db
def test_nobody_can_write_open_by_hand() -> None:
    task = TaskFactory()
    with pytest.raises(Exception, match="is_open"), connection.cursor() as cursor:
        cursor.execute("UPDATE worklist_task SET is_open = false WHERE id = %s", [task.pk])


@pytest.mark.django_db
def test_every_status_has_its_moves() -> None:
    assert set(Task.MOVES) == set(TaskStatus)


@pytest.mark.django_db
def test_a_held_task_has_a_return_date_and_a_status_to_return_to(now: datetime) -> None:
    breaks("task_hold_has_return", status="on-hold")
    breaks("task_hold_has_return", status="on-hold", hold_until=now)
    breaks("task_hold_has_return", status="ready", hold_until=now)


@pytest.mark.django_db
def test_a_done_task_has_its_instant() -> None:
    breaks("task_done_has_instant", status="completed")


@pytest.mark.django_db
def test_a_task_that_waits_says_on_whom(now: datetime) -> None:
    breaks("task_waits_on_somebody", waiting_since=now)


@pytest.mark.django_db
def test_a_task_has_a_title() -> None:
    breaks("task_has_title", title="")


@pytest.mark.django_db
def test_one_step_of_one_run_is_raised_once_closed_ones_included(team: Team, now: datetime) -> None:
    run = PlaybookRunFactory(team=team)
    done = {"status": "completed", "completed_at": now}
    TaskFactory(team=team, patient=run.patient, run=run, step="first-contact", **done)
    breaks("task_step_once", team=team, patient=run.patient, run=run, step="first-contact")


@pytest.mark.django_db
def test_one_playbook_starts_once_for_one_event_of_one_subject(team: Team) -> None:
    run = PlaybookRunFactory(team=team)
    with pytest.raises(IntegrityError, match="playbookrun_once"):
        PlaybookRunFactory(team=team, patient=run.patient, playbook=run.playbook)


@pytest.mark.django_db
def test_one_version_of_a_shipped_playbook_exists_once() -> None:
    PlaybookFactory(slug="a", is_current=False)
    with pytest.raises(IntegrityError, match="playbook_version_once"):
        PlaybookFactory(slug="a")


@pytest.mark.django_db
def test_one_playbook_has_one_current_version() -> None:
    PlaybookFactory(slug="a")
    with pytest.raises(IntegrityError, match="playbook_current_once"):
        PlaybookFactory(slug="a", version=2)


@pytest.mark.django_db
def test_a_teams_own_playbook_belongs_to_its_organization(team: Team, now: datetime) -> None:
    book: dict[str, Any] = {"slug": "a", "title": "A", "definition": {}, "loaded_at": now}
    shipped = Playbook.objects.create(**book)
    copied = {"shipped": shipped, "published_by": member(team, "supervisor"), "why": "ours"}
    with pytest.raises(IntegrityError, match="playbook_team_in_organization"), transaction.atomic():
        Playbook.objects.create(team=team, **copied, **book)
    with pytest.raises(IntegrityError, match="playbook_copy_says_who_and_why"):
        Playbook.objects.create(
            team=team, organization=team.organization, **copied | {"why": ""}, **book
        )


@pytest.mark.django_db
def test_one_task_has_one_notice_a_level_and_there_are_four_levels(now: datetime) -> None:
    task = TaskFactory()
    row = {"organization": task.organization, "task": task, "fired_at": now}
    Escalation.objects.create(level=1, **row)
    with pytest.raises(IntegrityError, match="escalation_once"), transaction.atomic():
        Escalation.objects.create(level=1, **row)
    with pytest.raises(IntegrityError, match="escalation_level_known"):
        Escalation.objects.create(level=4, **row)


@pytest.mark.django_db
def test_an_acknowledgment_names_who(now: datetime) -> None:
    task = TaskFactory()
    with pytest.raises(IntegrityError, match="escalation_acked_by_somebody"):
        Escalation.objects.create(
            organization=task.organization, task=task, level=0, fired_at=now, acked_at=now
        )


@pytest.mark.django_db
def test_one_call_proves_one_task_once(now: datetime) -> None:
    task = TaskFactory()
    row = {
        "organization": task.organization, "task": task, "kind": "call", "happened_at": now,
        "subject_kind": "call", "subject_id": 7,
    }  # fmt: skip
    Evidence.objects.create(**row)
    with pytest.raises(IntegrityError, match="evidence_once"):
        Evidence.objects.create(**row)


@pytest.mark.django_db
def test_a_minute_counts_once_and_is_a_possible_number(coordinator: User, now: datetime) -> None:
    task = TaskFactory()
    row = {
        "organization": task.organization, "user": coordinator, "patient": task.patient, "at": now,
        "month": now.date().replace(day=1), "source_kind": "call", "source_id": 7,
    }  # fmt: skip
    TimeEntry.objects.create(minutes=5, **row)
    with pytest.raises(IntegrityError, match="timeentry_counts_once"), transaction.atomic():
        TimeEntry.objects.create(minutes=5, **row)
    with pytest.raises(IntegrityError, match="timeentry_minutes_possible"):
        TimeEntry.objects.create(minutes=0, **{**row, "source_id": 8})


@pytest.mark.django_db
def test_one_fact_proposes_to_close_a_task_once_and_an_answer_has_its_instant(
    now: datetime,
) -> None:
    task = TaskFactory()
    row = {
        "organization": task.organization, "task": task, "patient": task.patient, "fact": "died",
        "sentence": "The patient has died.", "proposed_at": now,
    }  # fmt: skip
    Proposal.objects.create(**row)
    with pytest.raises(IntegrityError, match="proposal_once"), transaction.atomic():
        Proposal.objects.create(**row)
    with pytest.raises(IntegrityError, match="proposal_answer_has_instant"):
        Proposal.objects.create(**{**row, "fact": "moved"}, is_taken=True)
