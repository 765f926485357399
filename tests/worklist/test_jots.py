"""A line jotted down: one person's alone, then a note, a task, or dropped with a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from coordination.access.models import AuditEvent, StatusEvent
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist import actions, queries
from coordination.worklist.models import Jot, Task
from patients.models import Patient, TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory

LINE = "Okafor's daughter asks about the oxygen"


@pytest.fixture
def grace(team):
    return PatientFactory(organization=team.organization, team=team)


@pytest.fixture
def jot(actor, now):
    return actions.jot_down(actor, LINE, now)


def test_a_jot_is_its_writers_alone(actor, supervisor, jot, now, grace) -> None:
    other = actor_of(supervisor)
    assert queries.open_jots(actor) == [jot]
    assert queries.open_jots(other) == []
    for act in (
        lambda: actions.attach_jot(other, jot.public_id, 1, grace.public_id, now),
        lambda: actions.drop_jot(other, jot.public_id, 1, "x", now),
        lambda: actions.take_up_jot(other, jot.public_id, 1, now),
    ):
        with pytest.raises(Jot.DoesNotExist):
            act()
    assert LINE not in str(list(AuditEvent.objects.values()))


def test_attached_it_is_a_note_at_the_time_it_was_jotted(actor, jot, grace, now) -> None:
    later = now + timedelta(hours=2)
    actions.attach_jot(actor, jot.public_id, 1, grace.public_id, later)
    entry = TimelineEntry.objects.get()
    assert (entry.patient, entry.at, entry.recorded_at) == (grace, now, later)
    assert (entry.kind, entry.sentence) == ("note.written", f"Note: {LINE}")
    assert AuditEvent.objects.get(action="jot.attach").patients == [grace.pk]
    assert StatusEvent.objects.get().after == "note"
    assert queries.open_jots(actor) == []
    with pytest.raises(TransitionNotAllowed):
        actions.drop_jot(actor, jot.public_id, None, "x", later)


def test_a_long_note_stands_under_its_line(actor, grace, now) -> None:
    long = "word " * 50
    actions.jot_down(actor, long.strip(), now, about=grace.public_id)
    entry = TimelineEntry.objects.get()
    assert (entry.sentence, entry.detail) == ("Note", long.strip())


def test_made_a_task_it_is_settled_with_it_once(actor, jot, grace, team, now) -> None:
    promise = {"title": "Ask about the oxygen", "kind": "call", "team": team, "create_key": uuid4()}
    for _again in range(2):
        task = actions.make_task_of_jot(actor, jot.public_id, patient=grace, now=now, **promise)
    jot.refresh_from_db()
    assert (jot.status, jot.task, jot.patient) == ("task", task, grace)
    assert Task.objects.count() == 1
    with pytest.raises(TransitionNotAllowed):
        actions.make_task_of_jot(
            actor, jot.public_id, patient=grace, now=now, **{**promise, "create_key": uuid4()}
        )
    assert Task.objects.count() == 1


def test_dropped_with_a_word_it_may_be_taken_up_again(actor, jot, now) -> None:
    with pytest.raises(Refused):
        actions.drop_jot(actor, jot.public_id, 1, "  ", now)
    with pytest.raises(StaleRecord):
        actions.drop_jot(actor, jot.public_id, 9, "done", now)
    actions.drop_jot(actor, jot.public_id, 1, "she called herself", now)
    assert queries.open_jots(actor) == []
    actions.take_up_jot(actor, jot.public_id, 2, now)
    assert [one.pk for one in queries.open_jots(actor)] == [jot.pk]


def test_a_patient_out_of_scope_is_not_there(actor, jot, now, team) -> None:
    other = TeamFactory(organization=team.organization)
    hidden = PatientFactory(organization=team.organization, team=other)
    with pytest.raises(Patient.DoesNotExist):
        actions.attach_jot(actor, jot.public_id, 1, hidden.public_id, now)
    with pytest.raises(Patient.DoesNotExist):
        actions.jot_down(actor, "x", now, about=hidden.public_id)
    assert queries.named_in(actor, "Okafor") == []
    assert Jot.objects.count() == 1


def test_an_auditor_jots_nothing_and_an_empty_line_is_none(team, actor, now) -> None:
    with pytest.raises(NotPermitted):
        actions.jot_down(actor_of(member(team, "auditor")), "x", now)
    with pytest.raises(Refused):
        actions.jot_down(actor, " ", now)


@pytest.mark.parametrize(
    "wrong",
    [{"status": "note"}, {"status": "dropped"}, {"status": "task"}, {"dropped_why": "x"},
     {"settled_at": datetime(2026, 11, 23, 9, tzinfo=UTC)}, {"text": ""}],
    ids=str,
)  # fmt: skip
def test_the_database_refuses_a_jot_settled_by_half(jot, wrong) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Jot.objects.filter(pk=jot.pk).update(**wrong)


def test_whose_name_stands_in_a_line_is_suggested(actor, grace, team) -> None:
    twin = PatientFactory(organization=team.organization, team=team, family="Okafo")
    assert queries.named_in(actor, LINE) == [grace]
    assert queries.named_in(actor, "call Okafor, re oxygen") == [grace]
    assert queries.named_in(actor, "a b") == []
    assert actor.shown == {grace.pk}
    assert twin.pk not in actor.shown


def test_one_line_is_saved_and_five_posts_make_one(signed_in: Client, actor) -> None:
    sent = {"text": LINE, "create_key": str(uuid4())}
    for _again in range(5):
        assert signed_in.post("/jots/new/", sent).status_code == 302
    assert Jot.objects.get().text == LINE
    assert signed_in.post("/jots/new/", {"text": "", "create_key": str(uuid4())}).status_code == 422
    part = signed_in.post(
        "/jots/new/", {"text": "x", "create_key": str(uuid4())}, headers={"HX-Request": "true"}
    )
    assert "Jotted down." in part.text
    assert "tray-changed" in part["HX-Trigger"]


def test_opened_for_a_patient_it_goes_on_the_timeline_at_once(signed_in: Client, grace) -> None:
    url = f"/jots/new/?patient={grace.public_id}"
    assert "Grace Okafor" in signed_in.get(url).text
    signed_in.post(url, {"text": LINE, "create_key": str(uuid4()), "attach": "1"})
    assert Jot.objects.get().patient == grace
    signed_in.post(url, {"text": LINE, "create_key": str(uuid4())})
    assert Jot.objects.order_by("pk").last().status == "open"


def test_the_page_asks_whose_it_is_and_settles_it(signed_in: Client, actor, grace, now) -> None:
    jot = actions.jot_down(actor, "Okafor asks about the oxygen", now)
    url = f"/jots/{jot.public_id}/"
    page = signed_in.get(url).text
    assert "Named in it" in page
    assert grace.mrn in page
    assert AuditEvent.objects.filter(action="search", patients=[grace.pk]).exists()
    assert "Nobody on your lists fits" in signed_in.post(url, {"text": "zzz"}).text
    assert grace.mrn in signed_in.post(url, {"text": grace.mrn}).text
    assert signed_in.post(f"{url}attach/", {"version": 1}).status_code == 422
    sent = {"version": 1, "patient": str(grace.public_id)}
    assert signed_in.post(f"{url}attach/", sent).status_code == 302
    assert "A note on the timeline" in signed_in.get(url).text
    assert f"Note: {jot.text}" in signed_in.get(f"/patients/{grace.public_id}/?group=calls").text


def test_the_page_drops_and_takes_up_again(signed_in: Client, actor, now) -> None:
    jot = actions.jot_down(actor, LINE, now)
    url = f"/jots/{jot.public_id}/"
    assert signed_in.post(f"{url}drop/", {"version": 1, "why": ""}).status_code == 422
    assert signed_in.post(f"{url}drop/", {"version": 1, "why": "settled"}).status_code == 302
    assert "Dropped: settled" in signed_in.get(url).text
    assert signed_in.post(f"{url}again/").status_code == 302
    jot.refresh_from_db()
    assert jot.status == "open"


def test_the_task_form_takes_the_line_of_the_jot(signed_in: Client, actor, grace, now) -> None:
    jot = actions.jot_down(actor, "call daughter tomorrow 9", now)
    url = f"/tasks/new/?patient={grace.public_id}&jot={jot.public_id}"
    page = signed_in.get(url).text
    assert 'value="call daughter tomorrow 9"' in page
    sent = {"mrn": grace.mrn, "line": "call daughter tomorrow 9", "create_key": str(uuid4())}
    assert signed_in.post(url, sent).status_code == 302
    jot.refresh_from_db()
    assert jot.task is not None
    assert (jot.task.title, jot.task.due_at is not None) == ("Call daughter", True)


def test_another_persons_jot_is_not_there(client: Client, supervisor, actor, now) -> None:
    jot = actions.jot_down(actor, LINE, now)
    client.force_login(supervisor)
    assert client.get(f"/jots/{jot.public_id}/").status_code == 404
    for act in ("attach", "drop", "again"):
        sent = {"version": 1, "why": "x", "patient": str(uuid4())}
        assert client.post(f"/jots/{jot.public_id}/{act}/", sent).status_code == 404
    page = client.get(f"/tasks/new/?jot={jot.public_id}").text
    assert LINE not in page
