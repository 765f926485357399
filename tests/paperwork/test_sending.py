"""Paper that goes out: the line, the receipt that proves, the failure that becomes a task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.models import FacilitySetting
from coordination.paperwork import actions
from coordination.paperwork.actions import SendIn, move_document
from coordination.paperwork.models import Dispatch, Document
from coordination.paperwork.queries import dispatch_queue, open_counts
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.models import Evidence, Proposal, Task, TaskStatus
from patients.models import Assignment, Patient, TimelineEntry
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import PatientFactory, TeamFactory
from tests.paperwork.factories import DocumentFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return PatientFactory(organization=team.organization, team=team)


def planned(actor, patient, **more):
    documents = more.pop("documents", None) or [DocumentFactory(patient=patient).public_id]
    what = SendIn(
        to_name="Dana Whitfield, Maple Court", channel="fax", to_address="(555) 010-4422",
        purpose="Bed request", documents=tuple(documents), **more,
    )  # fmt: skip
    return actions.plan_dispatch(actor, patient, what, now=timezone.now())


def sent(actor, patient, **more):
    row, now = planned(actor, patient, **more), timezone.now()
    return actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)


def test_it_waits_in_the_line_until_it_was_sent(actor, patient):
    row = planned(actor, patient)
    assert dispatch_queue(actor, "preparation").rows == [row]
    now = timezone.now()
    actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)
    assert open_counts(actor) == {
        "preparation": 0, "in-progress": 1, "not-done": 0, "sign": 0,
    }  # fmt: skip
    lines = TimelineEntry.objects.filter(patient=patient).order_by("pk")
    assert [line.sentence for line in lines] == [
        "To be sent to Dana Whitfield, Maple Court: fax",
        "Sent to Dana Whitfield, Maple Court: fax",
    ]


def test_a_receipt_proves_and_closes_the_task_it_was_sent_for(actor, patient, team, coordinator):
    task = TaskFactory(
        team=team, patient=patient, assignee=coordinator, evidence_required="transfer"
    )
    row, now = sent(actor, patient, task=task.public_id), timezone.now()
    actions.note_arrival(
        actor, row.public_id, row.version, receipt="OK 2 pages 10:41", arrived_at=now, now=now,
        closes=True,
    )  # fmt: skip
    assert Task.objects.get(pk=task.pk).status == TaskStatus.COMPLETED
    proof = Evidence.objects.get(task=task)
    assert (proof.kind, proof.reference) == ("transfer", "OK 2 pages 10:41")
    assert (proof.subject_kind, proof.subject_id) == ("dispatch", row.pk)


def test_a_receipt_of_something_else_does_not_close_a_call(actor, patient, team):
    task = TaskFactory(team=team, patient=patient, evidence_required="call")
    row, now = sent(actor, patient, task=task.public_id), timezone.now()
    with pytest.raises(Refused, match="two-way call"):
        actions.note_arrival(
            actor, row.public_id, row.version, receipt="OK", arrived_at=now, now=now, closes=True
        )
    row.refresh_from_db()
    assert row.status == "in-progress"


def test_what_did_not_arrive_becomes_a_task_that_ends_when_it_is_sent_again(actor, patient):
    row, now = sent(actor, patient), timezone.now()
    actions.mark_failed(actor, row.public_id, row.version, why="No answer tone", now=now)
    task = Task.objects.get(patient=patient)
    assert task.next_step == "Dana Whitfield, Maple Court: No answer tone"
    assert patient.family not in task.title
    assert task.due_at is None  # the facility has not settled within what time
    row.refresh_from_db()
    assert row.failure_task == task
    actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)
    assert Proposal.objects.get(task=task).sentence == "It was sent again."
    row.refresh_from_db()
    assert (row.status, row.failed_why) == ("in-progress", "")


def test_the_facility_says_within_what_time_it_is_sent_again(actor, patient, team):
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="dispatch_again_by",
        value="90 min", set_at=timezone.now(),
    )  # fmt: skip
    row, now = sent(actor, patient), timezone.now()
    actions.mark_failed(actor, row.public_id, row.version, why="Engaged", now=now)
    assert Task.objects.get(patient=patient).due_at == now + timedelta(minutes=90)


def test_a_failure_that_is_nobodys_waits_in_the_teams_pool(supervisor, patient):
    who = actor_of(supervisor)
    row = sent(who, patient)
    Assignment.objects.filter(patient=patient).update(user=None)
    actions.mark_failed(who, row.public_id, None, why="Engaged", now=timezone.now())
    assert Task.objects.get(patient=patient).assignee is None


def test_a_document_of_somebody_else_is_neither_sent_nor_named(signed_in, actor, patient, team):
    right = PatientFactory(organization=team.organization, team=team)
    paper = DocumentFactory(patient=patient, title="Rosas hip film", filed_by=actor.user)
    row, now = planned(actor, patient, documents=[paper.public_id]), timezone.now()
    move_document(actor, paper.public_id, None, to=right, why="It is hers", now=now)
    with pytest.raises(Refused, match="taken off this chart"):
        actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)
    for address in (
        f"/paperwork/sent/{row.public_id}/",
        "/paperwork/?show=preparation",
        f"/patients/{patient.public_id}/documents/",
    ):
        page = signed_in.get(address).content.decode()
        assert "Rosas hip film" not in page
        assert "a document that was on this chart by mistake" in page


def test_an_error_is_not_sent_and_a_replaced_version_is(actor, patient):
    paper = DocumentFactory(patient=patient, filed_by=actor.user)
    row, now = planned(actor, patient, documents=[paper.public_id]), timezone.now()
    Document.objects.filter(pk=paper.pk).update(status="superseded")
    other = planned(actor, patient)
    Document.objects.filter(dispatches=other).update(status="entered-in-error")
    actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)
    with pytest.raises(Refused, match="taken off this chart"):
        actions.mark_sent(actor, other.public_id, other.version, sent_at=now, now=now)


def test_many_are_counted_up_to_a_thousand(signed_in, actor, patient, monkeypatch):
    monkeypatch.setattr("coordination.paperwork.views.sending.CAP", 1)
    for _ in range(2):
        planned(actor, patient)
    assert open_counts(actor) == {
        "preparation": 2, "in-progress": 0, "not-done": 0, "sign": 0,
    }  # fmt: skip
    assert "To send 1+" in signed_in.get("/paperwork/").content.decode()


def test_the_counts_are_of_ones_own_patients(actor, hospital):
    other = TeamFactory(organization=hospital)
    theirs = PatientFactory(organization=hospital, team=other)
    planned(actor_of(member(other, "coordinator")), theirs)
    assert sum(open_counts(actor).values()) == 0


def test_what_was_called_off_is_not_sent(actor, patient):
    row, now = planned(actor, patient), timezone.now()
    actions.call_off(actor, row.public_id, row.version, why="They have it", now=now)
    with pytest.raises(TransitionNotAllowed):
        actions.mark_sent(actor, row.public_id, None, sent_at=now, now=now)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_time_out_of_order_is_refused(actor, patient, hours):
    row, now = sent(actor, patient), timezone.now()
    at = now + timedelta(hours=hours)
    with pytest.raises(Refused, match="before it was sent"):
        actions.note_arrival(
            actor, row.public_id, row.version, receipt="OK", arrived_at=at, now=now
        )


def test_only_documents_of_this_chart_that_count_are_sent(actor, patient, team):
    other = DocumentFactory(patient=PatientFactory(organization=team.organization, team=team))
    old = DocumentFactory(patient=patient, status="superseded")
    for wrong in (other, old):
        with pytest.raises(Refused, match="not on this chart"):
            planned(actor, patient, documents=[wrong.public_id])
    with pytest.raises(Refused, match="at least one"):
        actions.plan_dispatch(
            actor, patient, SendIn(to_name="x", channel="fax", purpose="x", documents=()),
            now=timezone.now(),
        )  # fmt: skip


def test_out_of_scope_and_without_the_permission_nothing_is_sent(actor, hospital, team, patient):
    theirs = PatientFactory(organization=hospital, team=TeamFactory(organization=hospital))
    with pytest.raises(Patient.DoesNotExist):
        planned(actor, theirs)
    with pytest.raises(NotPermitted):
        planned(actor_of(member(team, "auditor")), patient)


def test_two_people_at_once_and_an_old_form(actor, patient):
    row, now = planned(actor, patient), timezone.now()
    actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)
    with pytest.raises(StaleRecord):
        actions.mark_sent(actor, row.public_id, row.version, sent_at=now, now=now)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "in-progress"},
        {"status": "completed", "sent_at": True},
        {"status": "not-done", "sent_at": True},
        {"sent_at": True, "arrived_at": timedelta(hours=-1)},
    ],
)
def test_the_database_refuses_a_sending_that_says_too_little(actor, patient, broken):
    row, now = planned(actor, patient), timezone.now()
    values = {
        name: now if value is True else now + value if isinstance(value, timedelta) else value
        for name, value in broken.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=row.pk).update(**values)


def test_the_pages_carry_one_sending_from_line_to_receipt(signed_in, patient):
    paper = DocumentFactory(patient=patient, title="Transfer form")
    address = f"/patients/{patient.public_id}/documents/send/"
    said = {
        "create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f20", "documents": [paper.public_id],
        "to_name": "Dana Whitfield", "channel": "fax", "to_address": "", "purpose": "Bed request",
    }  # fmt: skip
    wrong = signed_in.post(address, said)
    assert wrong.status_code == 422
    assert "A fax needs its number" in wrong.content.decode()
    there = signed_in.post(address, {**said, "to_address": "(555) 010-4422"})["Location"]
    row = Dispatch.objects.get()
    assert "Transfer form" in signed_in.get(there).content.decode()
    assert "Dana Whitfield" in signed_in.get("/paperwork/?show=preparation").content.decode()
    ahead = signed_in.post(f"{there}went/", {"version": row.version, "sent_at": "2099-01-01T10:00"})
    assert ahead.status_code == 422
    assert "This is still to come" in ahead.content.decode()
    signed_in.post(f"{there}went/", {"version": row.version, "sent_at": "2020-01-01T10:00"})
    row.refresh_from_db()
    assert row.status == "in-progress"
    none = signed_in.post(
        f"{there}arrived/",
        {"version": row.version, "receipt": "", "arrived_at": "2020-01-01T11:00"},
    )
    assert none.status_code == 422
    signed_in.post(
        f"{there}arrived/",
        {"version": row.version, "receipt": "OK 2/2", "arrived_at": "2020-01-01T11:00"},
    )
    row.refresh_from_db()
    assert (row.status, row.receipt) == ("completed", "OK 2/2")
    listed = signed_in.get(f"/patients/{patient.public_id}/documents/").content.decode()
    assert "OK 2/2" in listed


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_line_costs_the_same_however_long(rows, signed_in, actor, patient):
    for _ in range(rows):
        planned(actor, patient)
    signed_in.get("/paperwork/")
    with statements(6):
        page = signed_in.get("/paperwork/?show=preparation").content.decode()
    assert page.count('id="dispatch-') == rows


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("theme", "width"), [*LOOKS, ("light", 320)])
def test_every_page_of_sending_is_clean(theme, width, page_as, coordinator, team, patient):
    actor = actor_of(coordinator)
    task = TaskFactory(team=team, patient=patient)
    waits = planned(actor, patient, task=task.public_id)
    failed = sent(actor, patient, task=task.public_id)
    actions.mark_failed(actor, failed.public_id, None, why="No answer tone", now=timezone.now())
    for address in (
        "/paperwork/?show=preparation",
        "/paperwork/?show=not-done",
        f"/patients/{patient.public_id}/documents/",
        f"/patients/{patient.public_id}/documents/send/",
        f"/paperwork/sent/{waits.public_id}/",
        f"/paperwork/sent/{failed.public_id}/",
    ):
        page = page_as(coordinator, address, theme=theme, width=width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        page.close()
