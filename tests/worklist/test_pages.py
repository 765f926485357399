"""The worklist's pages: with and without scripts, each wrong field said, nothing typed lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.access.models import AuditEvent, Team, User
from coordination.worklist import actions, queries
from coordination.worklist.models import Escalation, Evidence, Playbook, Task
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import PlaybookRunFactory, TaskFactory

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def task(team: Team, coordinator: User) -> Task:
    return TaskFactory(team=team, assignee=coordinator, due_at=timezone.now() + timedelta(hours=2))


def trigger(response: Any) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(response["HX-Trigger"])["tasks-changed"]
    return detail


def url(task: Task, name: str = "") -> str:
    return f"/tasks/{task.public_id}/{name + '/' if name else ''}"


def test_d_closes_at_once_where_a_word_suffices(signed_in: Client, task: Task) -> None:
    response = signed_in.post(url(task, "done"), {"version": 1}, **HTMX)
    assert response.status_code == 200
    assert trigger(response) == {"task": str(task.public_id), "gone": True}
    assert "Task closed." in response.text
    task.refresh_from_db()
    assert task.status == "completed"


def test_d_opens_the_one_missing_field_where_proof_is_asked(signed_in: Client, task: Task) -> None:
    Task.objects.update(evidence_required="call")
    response = signed_in.post(url(task, "done"), {"version": 1}, **HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#dialog")
    assert "with whom" in response.text
    said = {"version": 1, "proof": "Dana Whitfield", "outcome": "held until tonight", "minutes": 4}
    response = signed_in.post(url(task, "done"), said, **HTMX)
    assert response.status_code == 200
    assert (Evidence.objects.get().party, Evidence.objects.get().kind) == ("Dana Whitfield", "call")


def test_a_steps_answers_are_asked_and_kept(
    signed_in: Client, team: Team, coordinator: User
) -> None:
    actions.load_playbooks(timezone.now())
    book = Playbook.objects.get(slug="inpatient-admission")
    run = PlaybookRunFactory(team=team, playbook=book)
    task = TaskFactory(
        team=team, patient=run.patient, assignee=coordinator, run=run, step="important-message",
        evidence_required="notice",
    )  # fmt: skip
    page = signed_in.get(url(task, "done"))
    assert "Refused, witnessed: Witness" in page.text
    said = {"version": 1, "proof": "the patient", "outcome": "", "result": "refused",
            "refused:witness": "S. Ali", "verbal:copy": "not kept"}  # fmt: skip
    signed_in.post(url(task, "done"), said)
    task.refresh_from_db()
    assert (task.result_code, task.result_fields) == ("refused", {"witness": "S. Ali"})


def test_undo_takes_it_back(signed_in: Client, task: Task) -> None:
    response = signed_in.post(url(task, "done"), {"version": 1}, **HTMX)
    token = response.text.split('name="token" value="')[1].split('"')[0]
    response = signed_in.post("/tasks/undo/", {"token": token}, **HTMX)
    assert trigger(response) == {"task": str(task.public_id), "gone": False}
    task.refresh_from_db()
    assert task.status == "ready"


def test_without_scripts_each_act_is_a_page_and_a_way_back(signed_in: Client, task: Task) -> None:
    for name in ("done", "move", "assign", "escalate", "hold", "wait", "cancel", "fail", "menu",
                 "why", ""):  # fmt: skip
        page = signed_in.get(url(task, name))
        assert page.status_code == 200, name
        assert "<html" in page.text
        assert "Okafor" not in page.text.split("</title>")[0]
    response = signed_in.post(url(task, "done"), {"version": 1, "outcome": "", "next": "/?lane=x"})
    assert (response.status_code, response["Location"]) == (302, "/?lane=x")


def test_a_way_back_out_of_the_house_is_not_taken(signed_in: Client, task: Task) -> None:
    said = {"version": 1, "outcome": "", "next": "https://elsewhere.invalid/"}
    response = signed_in.post(url(task, "done"), said)
    assert response["Location"] == url(task)


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        ("move", {"when": "soonish"}, "This is not a time"),
        ("move", {}, "Choose a time"),
        ("hold", {"until": ""}, "required"),
        ("cancel", {"reason": "other"}, "Say why"),
        ("assign", {"to": "nobody"}, "valid choice"),
    ],
)
def test_a_wrong_field_is_said_and_nothing_is_lost(
    name: str, said: dict[str, str], sentence: str, signed_in: Client, task: Task
) -> None:
    response = signed_in.post(url(task, name), {"version": 1, "why": "kept", **said}, **HTMX)
    assert response.status_code == 422
    assert sentence in response.text
    task.refresh_from_db()
    assert task.version == 1


def test_the_due_time_moves_to_what_was_typed(signed_in: Client, task: Task) -> None:
    response = signed_in.post(url(task, "move"), {"version": 1, "when": "tomorrow 9"}, **HTMX)
    assert trigger(response) == {"task": str(task.public_id), "gone": False}
    task.refresh_from_db()
    assert task.due_at is not None
    assert task.due_at.astimezone(actor_of(member(task.team)).zone).hour == 9
    signed_in.post(url(task, "move"), {"version": 2, "quick": "before leaving"}, **HTMX)
    task.refresh_from_db()
    assert (task.due_at, task.due_event) == (None, "before-leaving")


def test_an_old_version_gets_both_sides(signed_in: Client, task: Task) -> None:
    Task.objects.update(version=2)
    response = signed_in.post(url(task, "move"), {"version": 1, "when": "tomorrow 9"}, **HTMX)
    assert response.status_code == 409
    assert "tomorrow 9" in response.text


def test_each_other_act_does_what_it_says(signed_in: Client, task: Task) -> None:
    signed_in.post(url(task, "wait"), {"version": 1, "kind": "payer", "person": "Ms. Reed"})
    signed_in.post(url(task, "hold"), {"version": 2, "until": "tomorrow 9", "why": "closed"})
    task.refresh_from_db()
    assert (task.waiting_on_person, task.status) == ("Ms. Reed", "on-hold")
    signed_in.post(url(task, "end-hold"), {"version": 3, "why": "they called"})
    signed_in.post(url(task, "start"), {"version": 4})
    signed_in.post(url(task, "assign"), {"version": 5, "to": "pool", "why": "leave"})
    task.refresh_from_db()
    assert (task.status, task.assignee) == ("in-progress", None)
    signed_in.post(url(task, "cancel"), {"version": 6, "reason": "duplicate"})
    task.refresh_from_db()
    assert task.status == "cancelled"


def test_a_hand_over_is_accepted_or_declined_on_its_page(
    signed_in: Client, team: Team, coordinator: User
) -> None:
    for name, said in (("accept", {}), ("reject", {"why": "on leave"})):
        task = TaskFactory(team=team, assignee=coordinator, status="requested")
        assert "Accept" in signed_in.get(url(task)).text
        signed_in.post(url(task, name), {"version": 1, **said})
        task.refresh_from_db()
        assert task.status == {"accept": "ready", "reject": "rejected"}[name]


def test_a_line_is_read_back_before_it_is_saved(signed_in: Client, team: Team) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    said = {"mrn": patient.mrn, "line": "call son tomorrow 9 @4West"}
    heard = signed_in.post("/tasks/line/", said, **HTMX)
    assert "Call son" in heard.text
    assert "4 West coordinators" in heard.text
    assert not Task.objects.exists()
    key = str(patient.public_id)
    for _twice in range(2):
        response = signed_in.post("/tasks/new/", {**said, "create_key": key}, **HTMX)
        assert response.status_code == 200
    task = Task.objects.get()
    assert (task.title, task.team, task.assignee) == ("Call son", team, None)


def test_a_line_that_cannot_be_saved_says_why(signed_in: Client, team: Team) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    page = signed_in.get(f"/tasks/new/?patient={patient.public_id}")
    assert patient.mrn in page.text
    said = {"mrn": patient.mrn, "line": "call son @zzz", "create_key": str(patient.public_id)}
    response = signed_in.post("/tasks/new/", said)
    assert response.status_code == 422
    assert "called “zzz”" in response.text
    response = signed_in.post("/tasks/new/", {**said, "mrn": "no such", "line": "call son"})
    assert "No patient of yours" in response.text


def test_one_verb_over_several_rows_says_what_became_of_each(
    signed_in: Client, team: Team, task: Task
) -> None:
    other = TaskFactory(team=team, assignee=member(team))
    items = [f"{task.public_id}:1", f"{other.public_id}:1"]
    asked = signed_in.get("/tasks/bulk/", {"verb": "move", "task": items}, **HTMX)
    assert "Move 2 due times" in asked.text
    said = {"verb": "move", "task": items, "when": "tomorrow 9"}
    response = signed_in.post("/tasks/bulk/", said, **HTMX)
    assert trigger(response) == {"task": str(task.public_id), "gone": False}
    assert "colleague" in response.text
    said = {"verb": "complete", "task": [f"{task.public_id}:2"]}
    response = signed_in.post("/tasks/bulk/", said, **HTMX)
    assert trigger(response)["gone"] is True


@pytest.mark.parametrize("verb", ["assign", "escalate", "hold", "cancel", "complete"])
def test_every_verb_can_be_asked_for_several_rows(verb: str, signed_in: Client, task: Task) -> None:
    asked = signed_in.get("/tasks/bulk/", {"verb": verb, "task": f"{task.public_id}:1"})
    assert asked.status_code == 200
    assert signed_in.get("/tasks/bulk/", {"verb": "dance"}).status_code == 422


def test_the_bell_lists_what_climbed_until_it_was_seen(client: Client, team: Team) -> None:
    boss = member(team, "supervisor")
    client.force_login(boss)
    assert "Nothing has climbed" in client.get("/notices/").text
    task = TaskFactory(team=team)
    Escalation.objects.create(
        organization=team.organization, task=task, level=2, fired_at=timezone.now(), to=boss
    )
    page = client.get("/notices/")
    assert task.title in page.text
    assert AuditEvent.objects.filter(action="list", patients=[task.patient_id]).exists()
    client.post(url(task, "seen"), {"level": 2})
    assert "Nothing has climbed" in client.get("/notices/").text


def test_a_proposal_is_answered_on_the_tasks_page(
    signed_in: Client, team: Team, task: Task, coordinator: User
) -> None:
    now = timezone.now()
    actions.propose_close(
        actor_of(coordinator), task, fact="readmitted", sentence="Back in hospital.", now=now
    )
    assert "Back in hospital." in signed_in.get(url(task)).text
    signed_in.post(url(task, "answer"), {"fact": "readmitted", "answer": "yes"})
    task.refresh_from_db()
    assert (task.status, task.result_code) == ("cancelled", "readmitted")


def test_playbooks_are_read_and_started_by_hand(signed_in: Client, team: Team) -> None:
    actions.load_playbooks(timezone.now())
    patient = PatientFactory(organization=team.organization, team=team)
    page = signed_in.get("/playbooks/")
    assert "Leaving for home" in page.text
    book = queries.playbooks(actor_of(member(team)))[0][0].public_id
    assert "Sources" in signed_in.get(f"/playbooks/{book}/").text
    address = f"/playbooks/start/{patient.public_id}/"
    assert signed_in.get(address).status_code == 200
    said = {"playbook": "discharge-home", "started": "2026-11-20 09:00", "disposition": "01",
            "create_key": str(patient.public_id)}  # fmt: skip
    wrong = signed_in.post(address, {**said, "started": "yesterday"})
    assert (wrong.status_code, "This is not a time" in wrong.text) == (422, True)
    response = signed_in.post(address, said, **HTMX)
    assert "Book the first visit" in response.text
    assert Task.objects.filter(run__slug="discharge-home").count() == 2


def test_another_teams_task_is_not_found(signed_in: Client, team: Team) -> None:
    task = TaskFactory(team=TeamFactory(organization=team.organization))
    for name in ("", "done", "move", "menu", "why"):
        assert signed_in.get(url(task, name)).status_code == 404


@pytest.mark.database
def test_marking_done_costs_at_most_fourteen_statements(signed_in: Client, task: Task) -> None:
    with CaptureQueriesContext(connection) as captured:
        signed_in.post(url(task, "done"), {"version": 1}, **HTMX)
    sent = [
        one["sql"] for one in captured
        if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]  # fmt: skip
    assert len(sent) <= 14, "\n".join(sent)


@pytest.mark.database
@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_tasks_page_costs_the_same_however_long_its_history(
    rows: int, signed_in: Client, team: Team, task: Task, coordinator: User
) -> None:
    now = timezone.now()
    for _row in range(rows):
        task.write_event("evidence", actor_of(coordinator), now, before="call", after="1")
    with CaptureQueriesContext(connection) as captured:
        signed_in.get(url(task), **HTMX)
    sent = [
        one for one in captured if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVE", "REL"))
    ]
    assert len(sent) == 10
