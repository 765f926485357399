"""The tray: half-typed forms come back as they were typed, jots wait, what is sent is gone."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from coordination.access.actions import keep_draft
from coordination.access.models import AuditEvent, Draft
from coordination.caseload.queries import shell_numbers
from coordination.caseload.unfinished import FORMS, half_typed
from coordination.outreach.models import Call
from coordination.worklist.actions import jot_down
from coordination.worklist.models import Task
from patients.models import Patient
from tests.caseload.test_log import filled
from tests.conftest import actor_of
from tests.factories import PatientFactory, TeamFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

NOTE = "Bed 214B held until noon"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(team, coordinator) -> Task:
    return TaskFactory(team=team, assignee=coordinator, title="Confirm the bed")


def keep(actor, form, subject, **fields):
    return keep_draft(actor, form, subject, {k: [v] for k, v in fields.items()}, timezone.now())


def new_key() -> str:
    """Return what a page opened anew carries, so that its form makes one object."""
    return str(uuid.uuid4())


def test_the_tray_names_the_form_the_patient_the_field_and_since(
    signed_in: Client, actor, task
) -> None:
    keep(actor, "call", task.public_id, how="out", note=NOTE)
    page = signed_in.get("/unfinished/").text
    for said in ("Log a call: Grace Okafor", task.patient.mrn, "Confirm the bed", "Note:", NOTE):
        assert said in page
    assert f"/tasks/{task.public_id}/log/" in page
    assert AuditEvent.objects.get(action="list").patients == [task.patient_id]
    part = signed_in.get("/unfinished/", headers=HTMX).text
    assert "<html" not in part
    assert NOTE in part


def test_it_is_ones_own_and_leaves_out_what_is_older_than_seven_days(
    actor, supervisor, task, client
) -> None:
    old = timezone.now() - timedelta(days=7, minutes=1)
    keep_draft(actor, "task-move", task.public_id, {"why": ["old"]}, old)
    keep(actor, "call", task.public_id, note=NOTE)
    assert [one.draft.form for one in half_typed(actor)] == ["call"]
    assert half_typed(actor_of(supervisor)) == []
    client.force_login(supervisor)
    assert NOTE not in client.get("/unfinished/").text


def test_who_left_the_scope_is_not_named_and_the_draft_can_be_dropped(
    signed_in: Client, actor, task
) -> None:
    keep(actor, "call", task.public_id, note="x")
    other = TeamFactory(organization=task.organization)
    task.patient.assignments.update(team=other)
    page = signed_in.get("/unfinished/").text
    assert "Okafor" not in page
    assert "no longer on your lists" in page
    sent = {"form": "call", "subject_id": str(task.public_id)}
    assert signed_in.post("/unfinished/", sent).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_tray_costs_the_same(rows, actor, team, django_assert_num_queries) -> None:
    for one in TaskFactory.create_batch(rows, team=team):
        keep(actor, "task-move", one.public_id, why="later")
    with django_assert_num_queries(2):
        assert len(half_typed(actor)) == rows


def test_the_count_of_the_bar_is_forms_and_jots(actor, now) -> None:
    keep(actor, "patient-new", None, family="Wilk")
    jot_down(actor, "x", now)
    assert shell_numbers(actor, timezone.now()).unfinished == 2


def test_every_form_that_keeps_drafts_is_in_the_table() -> None:
    named = {"sample"}  # the style guide's
    root = Path(settings.BASE_DIR)
    for path in (root / "templates").rglob("*.html"):
        named |= set(re.findall(r'data-draft="([a-z-]+)"', path.read_text()))
    for path in (root / "patients" / "views").glob("*.py"):
        named |= set(re.findall(r'"((?:patient|contact|permission|coverage|stay|visit)-[a-z]+)"',
                                path.read_text()))  # fmt: skip
    assert {"clock-start", "turn-down", "cover"} <= named
    assert named - {"sample"} <= set(FORMS)


def test_every_entry_of_the_table_leads_somewhere(actor, team) -> None:
    contact = ContactFactory(patient=PatientFactory(organization=team.organization, team=team))
    keep(actor, "caller", contact.public_id, note="x")
    keep(actor, "contact-edit", contact.public_id, name="x")
    keep(actor, "task-new", contact.patient.public_id, line="x")
    keep(actor, "task-new", None, line="y")
    keep(actor, "something-else", uuid.uuid4(), note="x")
    urls = {(one.draft.form, one.url) for one in half_typed(actor)}
    patient = contact.patient.public_id
    assert urls == {
        ("caller", f"/patients/{patient}/log/?who=contact-{contact.public_id}&how=in"),
        ("contact-edit", f"/patients/contacts/{contact.public_id}/"),
        ("task-new", f"/tasks/new/?patient={patient}"),
        ("task-new", "/tasks/new/"),
        ("something-else", ""),
    }


def test_a_drawer_comes_back_as_it_was_typed_and_is_forgotten_when_sent(
    signed_in: Client, actor, task
) -> None:
    url = f"/tasks/{task.public_id}/log/"
    sent = filled(task, outcome="no-answer", note=NOTE)
    signed_in.post("/drafts/call/", {**sent, "subject_id": str(task.public_id)})
    page = signed_in.get(url).text
    assert NOTE in page
    assert 'value="no-answer" data-choice-key="3" checked' in page
    assert "Brought back, as you typed it" in page
    assert NOTE not in signed_in.get(f"{url}?fresh=1").text
    assert signed_in.post(url, sent).status_code == 302
    assert not Draft.objects.exists()
    signed_in.post("/drafts/call/", {**sent, "subject_id": str(task.public_id)})
    assert not Draft.objects.exists(), "what comes after its own form was sent is not kept"
    assert Call.objects.count() == 1


def test_a_form_brought_back_under_a_new_key_is_forgotten_when_sent(
    signed_in: Client, actor, task
) -> None:
    patient = task.patient.public_id
    new = {"family": "Wilk", "given": "Tomasz", "sex": "unknown",
           "team": str(Task.objects.get().team_id)}  # fmt: skip
    sent = [
        ("call", task.public_id, f"/tasks/{task.public_id}/log/", filled(task, note=NOTE)),
        ("task-new", patient, f"/tasks/new/?patient={patient}",
         {"mrn": task.patient.mrn, "line": "call the son", "create_key": new_key()}),
        ("jot", None, "/jots/new/", {"text": "ask about the oxygen", "create_key": new_key()}),
        ("patient-new", None, "/patients/new/", {**new, "create_key": new_key()}),
    ]  # fmt: skip
    for form, subject, url, typed in sent:
        keep(actor, form, subject, **{**typed, "create_key": new_key()})
        answer = signed_in.post(url, typed)
        assert (form, answer.status_code) == (form, 302), answer.text
        assert not Draft.objects.exists(), form


def test_a_question_about_a_task_comes_back_and_is_forgotten(
    signed_in: Client, actor, task
) -> None:
    url = f"/tasks/{task.public_id}/hold/"
    keep(actor, "task-hold", task.public_id, why="waits for the lab", until="", version="1")
    page = signed_in.get(url).text
    assert 'value="waits for the lab"' in page
    assert 'data-draft="task-hold"' in page
    sent = {"version": task.version, "until": "tomorrow 9", "why": "waits for the lab"}
    assert signed_in.post(url, sent).status_code == 302
    assert not Draft.objects.exists()


def test_a_patient_form_comes_back_with_the_version_it_was_typed_over(
    signed_in: Client, actor, team
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    url = f"/patients/{patient.public_id}/edit/"
    keep(actor, "patient-edit", patient.public_id, family="Okafor-Lund", given="Grace",
         sex="unknown", version="1", **{"base:family": "Okafor", "base:phone": ""})  # fmt: skip
    Patient.objects.filter(pk=patient.pk).update(version=2, phone="(555) 010-9999")
    page = signed_in.get(url).text
    assert 'value="Okafor-Lund"' in page
    assert 'name="version" value="1"' in page
    assert 'name="base:phone" value=""' in page, "the panel must know what stood there then"
    sent = {"family": "Okafor-Lund", "given": "Grace", "sex": "unknown", "version": "1"}
    assert signed_in.post(url, sent).status_code == 409, "nobody is overwritten in silence"
    assert Draft.objects.exists()
    assert signed_in.post(url, {**sent, "version": "2"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_box_that_was_unticked_comes_back_unticked(signed_in: Client, actor, team) -> None:
    contact = ContactFactory(
        patient=PatientFactory(organization=team.organization, team=team), must_not_be_told=True
    )
    keep(actor, "contact-edit", contact.public_id, name="Ngozi")
    page = signed_in.get(f"/patients/contacts/{contact.public_id}/").text
    box = re.search(r"<input[^>]*must_not_be_told[^>]*>", page)
    assert box is not None
    assert "checked" not in box[0]


def test_jots_wait_in_the_tray(signed_in: Client, actor, now) -> None:
    jot = jot_down(actor, "ask about the oxygen", now)
    page = signed_in.get("/unfinished/").text
    assert "ask about the oxygen" in page
    assert f"/jots/{jot.public_id}/" in page
    assert "1" in signed_in.get("/shell/").text


def test_the_end_of_a_shift_asks_about_what_is_unfinished(
    signed_in: Client, actor, task, now
) -> None:
    jot_down(actor, "ask about the oxygen", now)
    keep(actor, "call", task.public_id, note=NOTE)
    page = signed_in.get("/unfinished/ending/").text
    for said in ("Before your shift ends", "ask about the oxygen", NOTE, 'action="/duty/end/"'):
        assert said in page
    assert "End my shift" in page
