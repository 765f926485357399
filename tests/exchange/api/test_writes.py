"""What makes a write safe to send again: versions and keys."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from coordination.exchange.api.answers import LOCK
from coordination.exchange.jobs import tidy
from coordination.exchange.models import ApiAnswer, ApiUse
from coordination.worklist.models import Task
from patients.models import Assignment, ContactPerson
from tests.exchange.api.conftest import Caller, caller_for
from tests.worklist.factories import TaskFactory


@pytest.fixture
def body(patient, team) -> dict[str, str]:
    return {"patient": str(patient.public_id), "title": "Call", "team": str(team.public_id)}


def test_a_post_sent_again_makes_one_and_answers_the_same(program: Caller, body) -> None:
    key = str(uuid.uuid4())
    first, *others = [program.post("/api/tasks/", body, key=key) for _ in range(4)]
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first
    for other in others:
        assert (other.status_code, other.json()) == (201, first.json())
        assert other["ETag"] == first["ETag"]
        assert other["Location"] == first["Location"]
        assert other["Idempotency-Replayed"] == "true"
    assert Task.objects.count() == 1


def test_the_same_key_with_another_request_is_refused(program: Caller, body) -> None:
    key = str(uuid.uuid4())
    program.post("/api/tasks/", body, key=key)
    other = program.post("/api/tasks/", body | {"title": "Another"}, key=key)
    assert (other.status_code, Task.objects.count()) == (422, 1)
    assert "Idempotency-Key" in other.json()["detail"]


def test_keys_of_two_callers_are_two_keys(program: Caller, boss: Caller, body) -> None:
    key = str(uuid.uuid4())
    assert program.post("/api/tasks/", body, key=key).status_code == 201
    assert boss.post("/api/tasks/", body, key=key).status_code == 201
    assert Task.objects.count() == 2


def test_what_was_refused_may_be_sent_again(program: Caller, body) -> None:
    key = str(uuid.uuid4())
    assert program.post("/api/tasks/", body | {"title": ""}, key=key).status_code == 400
    assert program.post("/api/tasks/", body, key=key).status_code == 201


def test_a_key_is_forgotten_after_a_day(program: Caller, body) -> None:
    key = str(uuid.uuid4())
    program.post("/api/tasks/", body, key=key)
    ApiAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert program.post("/api/tasks/", body, key=key).status_code == 201
    assert Task.objects.count() == 2
    ApiAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    ApiUse.objects.update(minute=timezone.now() - timedelta(hours=2))
    tidy()
    assert (ApiAnswer.objects.count(), ApiUse.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", [None, "short", "with space in it", "x" * 81])
def test_a_post_needs_a_key(key, program: Caller, body) -> None:
    answer = program.post("/api/tasks/", body, key=key)
    assert (answer.status_code, Task.objects.count()) == (400, 0)
    assert "Idempotency-Key" in answer.json()["detail"]


def test_a_kept_answer_is_not_shown_to_whom_it_is_hidden_from_since(
    program: Caller, body, patient
) -> None:
    key = str(uuid.uuid4())
    program.post("/api/tasks/", body, key=key)
    Assignment.objects.update(ends_at=timezone.now())
    assert program.post("/api/tasks/", body, key=key).status_code == 404


def test_one_key_is_one_row(program: Caller, body) -> None:
    program.post("/api/tasks/", body)
    kept = ApiAnswer.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()
    use = ApiUse.objects.first()
    assert use is not None
    use.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        use.save()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_so(program: Caller, body, coordinator) -> None:
    key = str(uuid.uuid4())
    holds, may_go = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            name = f"{coordinator.pk}:{key}"
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, name])
            holds.set()
            may_go.wait(10)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    holds.wait(10)
    busy = program.post("/api/tasks/", body, key=key)
    may_go.set()
    thread.join()
    assert (busy.status_code, Task.objects.count()) == (409, 0)
    assert "still under way" in busy.json()["detail"]
    assert program.post("/api/tasks/", body, key=key).status_code == 201


@pytest.mark.parametrize(("sent", "status"), [
    (None, 428), ("", 428), ('"2"', 412), ('W/"1"', 412), ("*", 412), ('"x"', 412), ("1", 412),
    ('"1"', 200),
])  # fmt: skip
def test_a_change_names_the_version_it_was_made_from(sent, status, program, patient) -> None:
    headers = {} if sent is None else {"If-Match": sent}
    url = f"/api/patients/{patient.public_id}/"
    answer = program.send("PATCH", url, {"city": "Troy"}, key=None, **headers)
    assert answer.status_code == status
    task = TaskFactory(team=Assignment.objects.get().team, patient=patient)
    act = program.post(f"/api/tasks/{task.public_id}/complete/", {}, **headers)
    assert act.status_code == status


def test_the_loser_of_two_changes_is_told(program: Caller, boss: Caller, patient) -> None:
    url = f"/api/patients/{patient.public_id}/"
    assert program.patch(url, {"city": "Troy"}, version=1).status_code == 200
    lost = boss.patch(url, {"city": "Utica"}, version=1)
    assert (lost.status_code, lost["Content-Type"]) == (412, "application/problem+json")
    assert "since you read it" in lost.json()["detail"]
    assert boss.get(url).json()["city"] == "Troy"


def test_a_form_is_no_json(program: Caller, body) -> None:
    answer = program.client.post(
        "/api/tasks/", body, headers={**program.headers(), "Idempotency-Key": str(uuid.uuid4())}
    )
    assert answer.status_code == 415
    page = program.client.get("/api/tasks/", headers={**program.headers(), "Accept": "text/html"})
    assert page.status_code == 406


def test_every_refusal_is_a_problem(program: Caller, patient) -> None:
    for answer in (
        program.get("/api/tasks/?nothing=1"), program.get("/api/patients/x/"),
        program.client.get("/api/tasks/?after=%00", headers=program.headers()),
        program.send("PUT", f"/api/patients/{patient.public_id}/", {}),
        program.send("OPTIONS", "/api/patients/"),
        program.post("/api/tasks/", "{"), program.post("/api/tasks/", b" " * (1024 * 1024 + 1)),
    ):  # fmt: skip
        assert answer["Content-Type"] == "application/problem+json", answer.status_code
        assert json.loads(answer.content)["status"] == answer.status_code


def test_contacts_keep_their_own_key_too(program: Caller, patient) -> None:
    key = str(uuid.uuid4())
    new = {"patient": str(patient.public_id), "name": "Nora", "phone": "(555) 010-7730"}
    for _ in range(3):
        assert program.post("/api/contacts/", new, key=key).status_code == 201
    assert ContactPerson.objects.count() == 1


def test_a_program_may_be_two_tokens_of_one_account(coordinator, body) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert caller_for(coordinator).post("/api/tasks/", body, key=key).status_code == 201
    assert Task.objects.count() == 1
