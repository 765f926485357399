"""Every resource, read and written: the same records the pages show, by the same actions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.clocks.actions import fill_holidays, load_rules, open_clock
from coordination.clocks.models import Clock
from coordination.worklist.models import Evidence, Task
from patients.models import Assignment, ContactPerson, FieldChange, Patient, Stay
from tests.conftest import actor_of, member
from tests.exchange.api.conftest import Caller, caller_for
from tests.factories import FacilityFactory, StayFactory, UnitFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory


def ago(**length: float) -> str:
    return (timezone.now() - timedelta(**length)).isoformat()


def ahead(**length: float) -> str:
    return (timezone.now() + timedelta(**length)).isoformat()


@pytest.fixture
def unit(team):
    house = FacilityFactory(organization=team.organization, slug="main")
    return UnitFactory(organization=team.organization, facility=house, code="4W", name="4 West")


@pytest.fixture
def stay(patient, unit):
    return StayFactory(patient=patient, unit=unit, facility=unit.facility)


@pytest.fixture
def task(team, patient):
    return TaskFactory(team=team, patient=patient)


def test_a_patient_is_registered_read_and_corrected(program: Caller, team) -> None:
    made = program.post(
        "/api/patients/",
        {"family": "O'Neil", "given": "Ada", "birth_date": "1948-03-14", "mrn": "004 777 01",
         "phone": "555 010 7730", "team": str(team.public_id)},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["family"], body["birth_date"], body["phone"]) == (
        "O'Neil", "1948-03-14", "(555) 010-7730",
    )  # fmt: skip
    assert Assignment.objects.get(patient__public_id=body["id"]).team == team
    url = made["Location"]
    read = program.get(url)
    assert read.json() == body
    changed = program.send("PATCH", url, {"city": "Troy", "why": "moved"}, key=None,
                           **{"If-Match": read["ETag"]})  # fmt: skip
    assert changed.status_code == 200, changed.content
    assert (changed.json()["city"], changed["ETag"]) == ("Troy", '"2"')
    assert FieldChange.objects.get().why == "moved"
    found = program.post("/api/patients/search/", {"text": "00477701"}, key=None)
    assert [hit["id"] for hit in found.json()["results"]] == [body["id"]]
    assert "00477701" not in str(list(AuditEvent.objects.values()))


def test_a_patient_field_left_out_stays_as_it_was(program: Caller, patient) -> None:
    Patient.objects.update(phone="as it came: 12", language="es-MX", city="Utica")
    url = f"/api/patients/{patient.public_id}/"
    answer = program.patch(url, {"phone": "", "state": "ny"}, version=1)
    assert answer.status_code == 200, answer.content
    patient.refresh_from_db()
    assert (patient.phone, patient.language, patient.city, patient.state) == (
        "", "es-MX", "Utica", "NY",
    )  # fmt: skip


def test_the_pages_own_sentences_say_what_is_wrong(program: Caller, patient) -> None:
    answer = program.post("/api/patients/", {"family": "A", "phone": "12", "mrn": "??"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert errors["phone"] == [
        "Enter ten digits, such as (555) 010-7730, or + and the country code."
    ]
    assert errors["mrn"] == ["An MRN has letters and digits only, such as 004 118 27."]
    taken = program.post("/api/patients/", {"family": "A", "mrn": patient.mrn})
    assert taken.status_code == 409
    assert "belongs to another patient" in taken.json()["detail"]


def test_a_stay_from_admission_to_leaving(program: Caller, patient, unit) -> None:
    made = program.post(
        "/api/stays/",
        {"patient": str(patient.public_id), "unit": "main/4W", "bed": "12", "at": ago(hours=30),
         "reason": "Hip fracture"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    url, body = made["Location"], made.json()
    assert (body["unit"], body["status"]) == ("main/4W", "in-progress")
    moved = program.post(
        f"{url}move/", {"unit": "main/4W", "bed": "14", "at": ago(hours=2)}, version=1
    )
    assert (moved.status_code, moved.json()["bed"], moved["ETag"]) == (200, "14", '"2"')
    expected = program.post(f"{url}expected/", {"expected_at": ahead(days=2)}, version=2)
    assert expected.json()["expected_at"] is not None, expected.content
    planned = program.post(f"{url}plan/", {"disposition": "06"}, version=3)
    assert planned.json()["planned_disposition"] == "06"
    left = program.post(
        f"{url}depart/", {"disposition": "06", "departed_at": ago(minutes=5)}, version=4
    )
    assert (left.status_code, left.json()["status"]) == (200, "finished")
    ahead_of_now = program.post(
        f"{url}depart/", {"disposition": "06", "departed_at": ahead(days=1)}, version=5
    )
    assert ahead_of_now.json()["errors"]["departed_at"] == [
        "This is still to come. Enter when it really happened."
    ]


def test_a_contact_is_added_changed_and_ended(program: Caller, patient) -> None:
    nothing = program.post("/api/contacts/", {"patient": str(patient.public_id), "name": "Nora"})
    assert "Enter a number or an e-mail" in nothing.json()["errors"]["phone"][0]
    made = program.post(
        "/api/contacts/",
        {"patient": str(patient.public_id), "name": "Nora", "phone": "(555) 010-7730"},
    )
    assert (made.status_code, made.json()["rank"]) == (201, 1)
    url = made["Location"]
    changed = program.patch(url, {"relation": "daughter"}, version=1)
    assert changed.json()["relation"] == "daughter"
    ended = program.post(f"{url}end/", {"why": "moved away"}, version=2)
    assert ended.json()["ended_at"] is not None
    again = program.post(f"{url}end/", {"why": "moved away"}, version=3)
    assert again.status_code == 409


def test_a_task_is_raised_and_done(program: Caller, patient, team, coordinator) -> None:
    made = program.post(
        "/api/tasks/",
        {"patient": str(patient.public_id), "title": "Call the son", "kind": "call",
         "team": str(team.public_id), "due_at": ahead(hours=3)},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    url = made["Location"]
    assert made.json()["assignee"] is None
    moved = program.post(f"{url}move/", {"due_at": ahead(hours=5), "why": "busy"}, version=1)
    assert moved.status_code == 200
    mine = {"assignee": str(coordinator.public_id)}
    taken = program.post(f"{url}assign/", mine, version=2)
    assert taken.json()["assignee"] == str(coordinator.public_id), taken.content
    held = program.post(f"{url}hold/", {"until": ahead(days=2), "why": "weekend"}, version=3)
    assert held.json()["status"] == "on-hold"
    task = Task.objects.get()
    assert program.post(f"{url}complete/", {}, version=task.version).status_code == 409
    cancelled = program.post(f"{url}cancel/", {"reason": "duplicate"}, version=task.version)
    assert cancelled.json()["status"] == "cancelled"


def test_a_task_closes_with_the_proof_it_asks_for(program: Caller, team, patient) -> None:
    task = TaskFactory(team=team, patient=patient, evidence_required="filing")
    url = f"/api/tasks/{task.public_id}/"
    missing = program.post(f"{url}complete/", {}, version=1)
    assert (missing.status_code, missing.json()["detail"]) == (
        409, "This closes with: a filing, with its receipt.",
    )  # fmt: skip
    happened = ago(hours=1)
    done = program.post(
        f"{url}complete/", {"proof": "R-77", "happened_at": happened, "outcome": "sent"}, version=1
    )
    assert (done.status_code, done.json()["status"]) == (200, "completed"), done.content
    proof = Evidence.objects.get()
    assert (proof.reference, proof.happened_at.isoformat()) == ("R-77", happened)
    late = program.post(f"{url}complete/", {"proof": "R-78"}, version=1)
    assert (late.status_code, "Already “Done”" in late.json()["detail"]) == (409, True)
    opened = program.post(f"{url}reopen/", {"why": "sent to the wrong fax"}, version=2)
    assert opened.json()["status"] == "ready", opened.content


def test_a_colleagues_task_is_theirs_by_the_api_too(program: Caller, team, patient) -> None:
    task = TaskFactory(team=team, patient=patient, assignee=member(team))
    answer = program.post(f"/api/tasks/{task.public_id}/complete/", {}, version=1)
    assert (answer.status_code, answer.json()["detail"]) == (
        403, "This is a colleague’s task. Ask them, or your supervisor.",
    )  # fmt: skip


@pytest.fixture
def clock(patient, stay, coordinator) -> Clock:
    fill_holidays(range(2025, 2031))
    load_rules()
    left = timezone.now() - timedelta(hours=3)
    Stay.objects.update(status="finished", disposition="01", departed_at=left, discharged_at=left)
    opened = open_clock(
        actor_of(coordinator), rule="tcm-contact", patient=patient, subject=("stay", stay.pk),
        anchor_event="stay.departed", anchor_at=left, now=timezone.now(),
        facts={"disposition": "01"},
    )  # fmt: skip
    assert opened is not None
    return opened


def test_a_clocks_start_is_corrected_and_its_new_version_answered(program, clock, stay) -> None:
    url = f"/api/clocks/{clock.public_id}/"
    assert program.get(url).json()["rule"] == "tcm-contact"
    start = (clock.anchor_at - timedelta(days=1)).replace(microsecond=0)
    body = {"start": start.isoformat(), "why": "the bed board was late"}
    moved = program.post(f"{url}anchor/", body, version=1)
    assert moved.status_code == 200, moved.content
    assert moved.json()["id"] != str(clock.public_id)
    stay.refresh_from_db()
    assert stay.departed_at == start
    future = {"start": ahead(days=1), "why": "x"}
    there = f"/api/clocks/{moved.json()['id']}/anchor/"
    assert program.post(there, future, version=1).json()["errors"]["start"] == [
        "This lies ahead. Type when it happened."
    ]


KINDS = {
    "patients": lambda patient, _team: patient,
    "stays": lambda patient, _team: StayFactory(patient=patient),
    "contacts": lambda patient, _team: ContactFactory(patient=patient),
    "tasks": lambda patient, team: TaskFactory(patient=patient, team=team),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("role", "status"),
    [("coordinator", 200), ("nurse", 200), ("charge", 200), ("supervisor", 200),
     ("auditor", 200), ("admin", 403)],
)  # fmt: skip
def test_each_role_reads_what_its_pages_show(kind, role, status, team, patient) -> None:
    record = KINDS[kind](patient, team)
    caller = caller_for(member(team, role))
    assert caller.get(f"/api/{kind}/").status_code == status
    assert caller.get(f"/api/{kind}/{record.public_id}/").status_code == status


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_in_scope_is_not_there(kind, program, hidden) -> None:
    record = KINDS[kind](hidden, Assignment.objects.get(patient=hidden).team)
    nobodys = program.get(f"/api/{kind}/00000000-0000-4000-8000-000000000000/")
    answer = program.get(f"/api/{kind}/{record.public_id}/")
    assert (answer.status_code, answer.content) == (404, nobodys.content)
    assert program.get(f"/api/{kind}/").json() == {"results": [], "next": None}
    assert AuditEvent.objects.filter(action="refusal", outcome="not-found").count() == 2


def test_an_auditor_changes_nothing(team, patient, auditor_of) -> None:
    caller = caller_for(auditor_of)
    contact = ContactFactory(patient=patient, phone="(555) 010-7730")
    url = f"/api/contacts/{contact.public_id}/"
    assert caller.patch(url, {"note": "x"}, version=1).status_code == 403
    assert caller.post(f"{url}end/", {"why": "x"}, version=1).status_code == 403
    assert caller.post("/api/patients/", {"family": "New"}).status_code == 403
    assert ContactPerson.objects.get().version == 1


def test_whoever_a_list_shows_stands_in_the_trail(program: Caller, team, patient) -> None:
    TaskFactory(team=team, patient=patient)
    assert len(program.get("/api/tasks/").json()["results"]) == 1
    row = AuditEvent.objects.get(action="list")
    assert (row.patients, row.view) == ([patient.pk], "api:tasks")
