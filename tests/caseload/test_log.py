"""The call drawer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from coordination.outreach.models import Call
from coordination.worklist.models import Task
from patients.models import ContactPerson, Patient
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory


@pytest.fixture
def task(team, coordinator):
    return TaskFactory(
        team=team, assignee=coordinator, due_at=timezone.now() - timedelta(hours=1),
        evidence_required="contact", title="Call daughter back",
    )  # fmt: skip


def filled(task: Task | None = None, **fields):
    return {
        "create_key": str(uuid4()), "version": task.version if task else "", "how": "out",
        "who": "patient", "outcome": "reached-two-way", "note": "Bed held", "what_next": "",
        **fields,
    }  # fmt: skip


def test_the_drawer_names_the_patient_twice_and_whom_one_may_call(signed_in: Client, task) -> None:
    shown = signed_in.get(f"/tasks/{task.public_id}/log/").content.decode()
    assert "Grace Okafor" in shown
    assert task.patient.mrn in shown
    assert "Call daughter back" in shown
    assert 'data-choice-key="4"' in shown


def test_a_reached_call_closes_the_task_with_its_proof(signed_in: Client, task) -> None:
    answer = signed_in.post(f"/tasks/{task.public_id}/log/", filled(task, what_next="done"))
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.status == "completed"
    assert task.evidence.get().kind == "contact"
    assert Call.objects.get().note == "Bed held"


def test_an_unanswered_call_cannot_close_it(signed_in: Client, task) -> None:
    fields = filled(task, outcome="no-answer", what_next="done", note="Kept words")
    answer = signed_in.post(f"/tasks/{task.public_id}/log/", fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose when to go on instead" in page
    assert "Kept words" in page
    assert not Call.objects.exists()


def test_an_unanswered_call_moves_the_task_to_the_next_attempt(signed_in: Client, task) -> None:
    before = timezone.now()
    signed_in.post(
        f"/tasks/{task.public_id}/log/", filled(task, outcome="no-answer", what_next="hour")
    )
    task.refresh_from_db()
    assert task.is_open
    assert task.due_at is not None
    assert task.due_at >= before + timedelta(minutes=59)


def test_five_posts_make_one_call(signed_in: Client, task) -> None:
    fields = filled(task, what_next="done")
    for _ in range(5):
        signed_in.post(f"/tasks/{task.public_id}/log/", fields)
    assert Call.objects.count() == 1


def test_somebody_else_needs_a_name(signed_in: Client, task) -> None:
    answer = signed_in.post(f"/tasks/{task.public_id}/log/", filled(task, who="somebody"))
    assert answer.status_code == 422
    assert "Write who it was" in answer.content.decode()


def test_a_death_asks_for_its_day_and_is_recorded(signed_in: Client, task) -> None:
    url = f"/tasks/{task.public_id}/log/"
    assert signed_in.post(url, filled(task, outcome="deceased")).status_code == 422
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    answer = signed_in.post(url, filled(task, outcome="deceased", died_on=day))
    assert answer.status_code == 302
    assert Patient.objects.get(pk=task.patient_id).deceased_at is not None


def test_save_and_next_brings_the_next_drawer(signed_in: Client, task, team, coordinator) -> None:
    TaskFactory(team=team, assignee=coordinator, title="Then this", due_at=timezone.now())
    answer = signed_in.post(
        f"/tasks/{task.public_id}/log/",
        filled(task, what_next="done", save_next="1"),
        headers={"HX-Request": "true", "HX-Target": "dialog"},
    )
    assert answer.status_code == 200
    assert "Then this" in answer.content.decode()
    assert '"gone": true' in answer["HX-Trigger"]


def test_a_call_without_a_task_is_logged_on_the_patient(signed_in: Client, team) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    answer = signed_in.post(f"/patients/{patient.public_id}/log/", filled(how="bedside"))
    assert answer.status_code == 302
    assert Call.objects.get().channel == "bedside"


def test_another_teams_patient_is_not_there(signed_in: Client) -> None:
    patient = PatientFactory()
    assert signed_in.get(f"/patients/{patient.public_id}/log/").status_code == 404
    assert signed_in.post(f"/patients/{patient.public_id}/log/", filled()).status_code == 404


def test_reaching_a_relative_is_reaching_the_caregiver(signed_in: Client, task) -> None:
    daughter = ContactPerson.objects.create(
        organization=task.organization, patient=task.patient, name="Ngozi", relation="daughter"
    )
    who = f"contact-{daughter.public_id}"
    signed_in.post(f"/tasks/{task.public_id}/log/", filled(task, who=who, what_next="done"))
    assert Call.objects.get().outcome == "reached-caregiver"
    task.refresh_from_db()
    assert task.status == "completed"


@pytest.mark.parametrize("how", ["voicemail-heard", "message", "letter"])
def test_what_was_only_heard_or_read_is_logged_and_proves_nothing(
    signed_in: Client, task, how
) -> None:
    url = f"/tasks/{task.public_id}/log/"
    claimed = signed_in.post(url, filled(task, how=how))
    assert claimed.status_code == 422
    assert "Nobody was spoken with" in claimed.text
    closing = signed_in.post(url, filled(task, how=how, outcome="noted", what_next="done"))
    assert "This task closes with" in closing.text
    at = timezone.localtime(timezone.now() - timedelta(days=1), timezone.get_fixed_timezone(-300))
    sent = filled(
        task, how=how, outcome="noted", who="somebody", somebody_name="Dr. Reyes",
        occurred_at=at.strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    assert signed_in.post(url, sent).status_code == 302
    call = Call.objects.get()
    assert (call.channel, call.direction, call.outcome) == (how, "in", "noted")
    assert call.occurred_at < timezone.now() - timedelta(hours=20)
    assert call.parties.get().name == "Dr. Reyes"
    task.refresh_from_db()
    assert task.is_open
    assert not task.evidence.exists()


def test_the_corridor_is_a_way_to_speak_and_a_time_ahead_is_refused(
    signed_in: Client, task
) -> None:
    url = f"/tasks/{task.public_id}/log/"
    ahead = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = signed_in.post(url, filled(task, how="corridor", occurred_at=ahead))
    assert answer.status_code == 422
    assert "This is still to come" in answer.text
    assert '<details class="rest" open data-open-when' in answer.text
    signed_in.post(url, filled(task, how="corridor", what_next="done"))
    task.refresh_from_db()
    assert (Call.objects.get().channel, task.status) == ("corridor", "completed")
