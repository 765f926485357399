"""My last acts: what, whom, when, and either the way back or the right way out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.caseload.acts import EXITS, act
from coordination.caseload.queries import my_acts
from coordination.caseload.rules import exit_of_line, exit_of_task_event
from coordination.caseload.rules.acts import BY_LINE
from coordination.outreach import actions as outreach
from coordination.outreach.actions.calls import PartyIn
from coordination.worklist import actions
from coordination.worklist.models import Task
from patients import actions as people
from tests.conftest import actor_of
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory


@pytest.fixture
def task(team, coordinator) -> Task:
    return TaskFactory(team=team, assignee=coordinator, title="Confirm the bed")


def shown(actor):
    return [act(row, timezone.now()) for row in my_acts(actor)]


@pytest.mark.parametrize(
    ("kind", "after", "status", "is_open", "way"),
    [
        ("move", "completed", "completed", False, "reopen"),
        ("move", "completed", "ready", True, "changed"),
        ("move", "on-hold", "on-hold", True, "end-hold"),
        ("move", "cancelled", "cancelled", False, "raise-anew"),
        ("move", "failed", "failed", False, "raise-anew"),
        ("move", "in-progress", "in-progress", True, "open"),
        ("due", "x", "ready", True, "move-back"),
        ("due", "x", "completed", False, "changed"),
        ("assigned", "x", "requested", True, "assign-back"),
        ("raised", "ready", "ready", True, "cancel"),
        ("waiting", "payer", "ready", True, "wait"),
        ("escalated", "", "ready", True, "tell-them"),
        ("undo", "", "ready", True, "none"),
    ],
)
def test_each_act_on_a_task_has_its_way(kind, after, status, is_open, way, now) -> None:
    found = exit_of_task_event(kind, after, status, is_open=is_open, at=now, now=now)
    assert found == way
    assert way == "none" or way in EXITS


def test_what_was_done_long_ago_is_a_supervisors_to_open(now) -> None:
    for days, way in ((30, "reopen"), (31, "too-old")):
        at = now - timedelta(days=days)
        found = exit_of_task_event("move", "completed", "completed", is_open=False, at=at, now=now)
        assert found == way


def test_every_way_out_of_a_line_is_known() -> None:
    assert {way for _prefix, way in BY_LINE} - {"none"} <= set(EXITS)
    assert exit_of_line("call.logged") == "call-error"
    assert exit_of_line("something.new") == "chart"


def test_the_list_names_what_whom_and_the_way_back(actor, task, team) -> None:
    now = timezone.now()
    patient = task.patient
    actions.complete(actor, task.public_id, task.version, now, outcome="")
    outreach.log_call(
        actor, patient=patient, party=PartyIn(kind="patient"), outcome="no-answer",
        occurred_at=now, now=now + timedelta(seconds=1),
    )  # fmt: skip
    people.correct_patient(
        actor, patient.public_id, None, phone="(555) 010-1", now=now + timedelta(seconds=2)
    )
    actions.jot_down(actor, "ask", now + timedelta(seconds=3))
    found = shown(actor)
    assert [(one.what, one.verb, one.is_undoable) for one in found] == [
        ("Jotted: ask", "Whose is it?", False),
        ("Corrected: telephone", "Correct", False),
        ("Phone, the patient: no answer", "Entered in error", False),
        ("Done: Confirm the bed", "Open again", True),
    ]
    assert found[2].why.startswith("A call is corrected by entered in error")
    assert found[3].url == f"/tasks/{task.public_id}/reopen/"
    assert actor.shown == {patient.pk}


def test_one_press_is_one_act(actor, task) -> None:
    Task.objects.filter(pk=task.pk).update(status="requested")
    actions.complete(actor, task.public_id, task.version, timezone.now(), outcome="said")
    assert [one.what for one in shown(actor)] == ["Done: Confirm the bed"]


def test_what_was_taken_back_offers_nothing_more(actor, task) -> None:
    now = timezone.now()
    done = actions.complete(actor, task.public_id, task.version, now, outcome="")
    actions.undo(actor, actions.undo_token(done), now + timedelta(seconds=3))
    assert [(one.what, one.verb) for one in shown(actor)] == [
        ("To do: Confirm the bed", "Open the task"), ("Done: Confirm the bed", "Open the task"),
    ]  # fmt: skip


def test_it_is_ones_own_and_in_scope_only(actor, supervisor, task, team) -> None:
    actions.complete(actor, task.public_id, task.version, timezone.now(), outcome="")
    assert my_acts(actor_of(supervisor)) == []
    other = TeamFactory(organization=team.organization)
    task.patient.assignments.update(team=other)
    assert my_acts(actor) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_it_shows_twenty_at_most_and_costs_one_statement(
    rows, actor, team, coordinator, django_assert_num_queries
) -> None:
    for number, one in enumerate(TaskFactory.create_batch(rows, team=team, assignee=coordinator)):
        at = timezone.now() + timedelta(seconds=number)
        actions.complete(actor, one.public_id, one.version, at, outcome="")
    with django_assert_num_queries(1):
        assert len(my_acts(actor)) == min(rows, 20)


def test_the_page_and_the_popup_list_them(signed_in: Client, actor, task) -> None:
    assert "You have changed nothing yet" in signed_in.get("/acts/").text
    actions.complete(actor, task.public_id, task.version, timezone.now(), outcome="")
    page = signed_in.get("/acts/").text
    assert "Done: Confirm the bed" in page
    assert f"/tasks/{task.public_id}/reopen/" in page
    assert AuditEvent.objects.filter(action="list", patients=[task.patient_id]).exists()
    assert "<html" not in signed_in.get("/acts/", headers={"HX-Request": "true"}).text


def test_a_note_leads_to_itself_and_a_dropped_jot_is_taken_up(actor, team) -> None:
    now = timezone.now()
    patient = PatientFactory(organization=team.organization, team=team)
    note = actions.jot_down(actor, "said hello", now, about=patient.public_id)
    jot = actions.jot_down(actor, "later", now + timedelta(seconds=1))
    actions.drop_jot(actor, jot.public_id, None, "settled", now + timedelta(seconds=2))
    found = shown(actor)
    assert (found[0].what, found[0].verb) == ("Jot dropped: later", "Take it up again")
    assert (found[1].what, found[1].url) == (
        "Note: said hello", f"/notes/{note.public_id}/in-error/",
    )  # fmt: skip
