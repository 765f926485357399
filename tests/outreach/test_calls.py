"""Logging a call: what it writes, what it proves, what it moves."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from coordination.outreach.actions import NextIn, PartyIn, StopIn, log_call
from coordination.outreach.models import Call, CallParty
from coordination.outreach.queries import parties, recent_calls
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.worklist.models import Evidence, Task, TimeEntry
from patients.models import ContactPreference, DisclosurePermission, Patient, TimelineEntry
from tests.conftest import actor_of, member
from tests.outreach.factories import NOW, CallFactory, CallPartyFactory, reachable
from tests.patients.factories import ContactFactory, CoverageFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
PATIENT = PartyIn(kind="patient")
DANA = PartyIn(
    kind="outside", name="Dana Whitfield", role="admissions", organization_name="Maple Court",
    phone="(555) 010-4421",
)  # fmt: skip
DONE = NextIn(kind="done")


def log(actor, patient, **fields):
    given = {
        "party": PATIENT, "outcome": "reached-two-way", "occurred_at": NOW, "now": NOW, **fields,
    }  # fmt: skip
    return log_call(actor, patient=patient, **given)


def task_of(team, coordinator, **fields):
    given = {"evidence_required": "contact", "assignee": coordinator, **fields}
    return TaskFactory(team=team, **given)


def kinds(task) -> list[str]:
    return list(Evidence.objects.filter(task=task).order_by("pk").values_list("kind", flat=True))


def test_a_call_without_a_task_is_on_the_timeline(team, actor):
    patient = reachable(team)
    call = log(actor, patient, note="Told her the hour.", minutes=9)
    assert (call.status, call.logged_at, call.logged_by) == ("closed", NOW, actor.user)
    assert TimelineEntry.objects.get(kind="call.logged").sentence == "Phone, the patient: reached"


def test_the_minutes_of_a_call_without_a_task_count_once(team, actor):
    patient, key = reachable(team), uuid.uuid4()
    for _turn in range(2):
        call = log(actor, patient, minutes=9, create_key=key)
    entry = TimeEntry.objects.get()
    assert (entry.minutes, entry.task, entry.source_id) == (9, None, call.pk)
    log(actor, patient)
    assert TimeEntry.objects.count() == 1


def test_reaching_the_patient_closes_a_task_that_asks_for_a_contact(team, actor, coordinator):
    task = task_of(team, coordinator)
    call = log(actor, task.patient, task=task, task_version=task.version, what_next=DONE, minutes=4)
    task.refresh_from_db()
    assert task.status == "completed"
    proof = Evidence.objects.get(task=task)
    assert (proof.kind, proof.subject_kind, proof.subject_id) == ("contact", "call", call.pk)


def test_reaching_somebody_outside_is_a_call_and_no_contact(team, actor, coordinator):
    task = task_of(team, coordinator)
    with pytest.raises(Refused, match="two-way contact"):
        log(actor, task.patient, party=DANA, task=task, task_version=1, what_next=DONE)
    assert not Call.objects.exists()
    bed = task_of(team, coordinator, evidence_required="call")
    log(actor, bed.patient, party=DANA, task=bed, task_version=1, what_next=DONE)
    bed.refresh_from_db()
    assert (bed.status, kinds(bed)) == ("completed", ["call"])


@pytest.mark.parametrize("outcome", ["left-voicemail", "no-answer", "asked-callback", "refused"])
def test_what_did_not_reach_anybody_cannot_close_it(outcome, team, actor, coordinator):
    task = task_of(team, coordinator)
    with pytest.raises(Refused):
        log(actor, task.patient, outcome=outcome, task=task, task_version=1, what_next=DONE)


def test_two_attempts_close_a_task_that_asks_for_two(team, actor, coordinator):
    task = task_of(team, coordinator, evidence_required="attempts", evidence_count=2)
    log(actor, task.patient, outcome="no-answer", task=task)
    log(actor, task.patient, outcome="left-voicemail", task=task, task_version=1, what_next=DONE)
    task.refresh_from_db()
    assert (task.status, kinds(task)) == ("completed", ["attempts", "attempts"])


def test_no_answer_moves_the_task_and_waits_for_the_next_attempt(team, actor, coordinator):
    task = task_of(team, coordinator, due_at=NOW)
    at = NOW + timedelta(hours=3)
    call = log(
        actor, task.patient, outcome="no-answer", task=task, task_version=task.version,
        what_next=NextIn(kind="again", at=at),
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.due_at, task.status, kinds(task)) == (at, "ready", ["attempts"])
    assert (call.status, call.next_attempt_at) == ("queued", at)


def test_the_next_call_takes_up_the_one_that_waited(team, actor, coordinator):
    task = task_of(team, coordinator)
    again = NextIn(kind="again", at=NOW + timedelta(hours=3))
    first = log(actor, task.patient, outcome="busy", task=task, task_version=1, what_next=again)
    log(actor, task.patient, task=task, what_next=NextIn())
    first.refresh_from_db()
    assert first.status == "attempted"


def test_a_colleagues_task_gets_its_proof_but_is_not_closed(team, actor):
    task = task_of(team, member(team, "nurse"))
    log(actor, task.patient, task=task)
    assert kinds(task) == ["contact"]
    with pytest.raises(NotPermitted):
        log(actor, task.patient, task=task, task_version=1, what_next=DONE)


def test_a_task_somebody_changed_meanwhile_refuses_and_logs_nothing(team, actor, coordinator):
    task = task_of(team, coordinator, version=2)
    with pytest.raises(StaleRecord):
        log(actor, task.patient, task=task, task_version=1, what_next=DONE)
    assert not Call.objects.exists()


def test_sent_twice_it_is_logged_once(team, actor, coordinator):
    task = task_of(team, coordinator)
    key = uuid.uuid4()
    calls = {
        log(actor, task.patient, task=task, task_version=1, what_next=DONE, create_key=key).pk
        for _ in range(2)
    }
    assert len(calls) == Call.objects.count() == 1


def test_a_family_meeting_holds_several_people(team, actor):
    patient = reachable(team)
    ngozi = ContactFactory(patient=patient, name="Ngozi Okafor", relation="daughter")
    call = log(
        actor, patient, channel="family-meeting", outcome="reached-caregiver", minutes=25,
        party=[PartyIn(kind="contact", contact=ngozi.public_id), PATIENT, DANA],
    )  # fmt: skip
    (row,) = recent_calls(actor, patient)
    assert row.call == call
    assert row.parties == (
        "Ngozi Okafor, daughter", patient.full_name, "Dana Whitfield, admissions, Maple Court",
    )  # fmt: skip


def test_somebody_elses_contact_and_task_are_not_there(team, actor, coordinator):
    patient = reachable(team)
    other = ContactFactory(patient=reachable(team))
    with pytest.raises(type(other).DoesNotExist):
        log(actor, patient, party=PartyIn(kind="contact", contact=other.public_id))
    task = task_of(team, coordinator)
    with pytest.raises(Task.DoesNotExist):
        log(actor, patient, task=task)
    assert not Call.objects.exists()


def test_a_patient_out_of_scope_is_not_there(actor):
    with pytest.raises(Patient.DoesNotExist):
        log(actor, CallFactory().patient)


def test_a_role_without_the_permission_logs_nothing(team):
    auditor = actor_of(member(team, "auditor"))
    with pytest.raises(NotPermitted):
        log(auditor, reachable(team))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"occurred_at": NOW + timedelta(minutes=1)}, "before it took place"),
        ({"what_next": NextIn(kind="again", at=NOW)}, "still to come"),
        ({"what_next": NextIn(kind="again")}, "still to come"),
        ({"party": []}, "whom you spoke with"),
        ({"party": PartyIn(kind="outside")}, "whom you spoke with"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(fields, said, team, actor):
    with pytest.raises(Refused, match=said):
        log(actor, reachable(team), **fields)
    assert not Call.objects.exists()


def test_a_confirmed_death_is_recorded_and_an_unconfirmed_one_is_not(team, actor):
    patient = reachable(team)
    nora = ContactFactory(patient=patient, name="Nora Abbott")
    party = PartyIn(kind="contact", contact=nora.public_id)
    log(actor, patient, party=party, outcome="deceased", direction="in")
    patient.refresh_from_db()
    assert patient.deceased_at is None
    died = NOW - timedelta(days=1)
    log(actor, patient, party=party, outcome="deceased", stop=StopIn(died_at=died))
    patient.refresh_from_db()
    assert patient.deceased_at == died


def test_an_opt_out_is_recorded_for_whoever_said_it(team, actor):
    patient = reachable(team)
    log(actor, patient, outcome="opted-out", stop=StopIn(channels=("text",)))
    wish = ContactPreference.objects.get(patient=patient, channel="text")
    assert (wish.contact, wish.opt_out_at) == (None, NOW)


def test_whom_to_call_stands_in_the_order_one_would(team, actor):
    patient = reachable(team)
    task = TaskFactory(
        team=team, patient=patient, waiting_on_kind="facility", waiting_on_person="Dana Whitfield",
        waiting_on_role="Maple Court", waiting_on_phone="(555) 010-4421",
    )  # fmt: skip
    chidi = ContactFactory(patient=patient, name="Chidi Okafor", rank=2, must_not_be_told=True)
    ngozi = ContactFactory(patient=patient, name="Ngozi Okafor", rank=1)
    doctor = ContactFactory(patient=patient, name="Dr. Reyes", kind="professional")
    CoverageFactory(
        patient=patient, payer="Aetna Medicare", payer_class="medicare_advantage", phone="1"
    )
    DisclosurePermission.objects.create(
        organization=patient.organization, patient=patient, contact=ngozi, status="active",
        topics=["diagnosis", "leaving"], ends_at=NOW + timedelta(days=9), document="page 1",
    )  # fmt: skip
    found = parties(actor, patient, task, NOW)
    assert [party.name or party.organization_name for party in found] == [
        "Dana Whitfield", patient.full_name, "Ngozi Okafor", "Chidi Okafor", "Dr. Reyes",
        "Aetna Medicare",
    ]  # fmt: skip
    assert found[2].may_be_told.startswith("May be told diagnosis, the plan for leaving, until")
    assert "can't confirm whether anyone by that name is here" in found[3].neutral
    assert found[3].may_be_told == ""
    assert (chidi.must_not_be_told, doctor.kind) == (True, "professional")


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_whom_to_call_and_past_calls_cost_the_same(rows, team, actor, django_assert_num_queries):
    patient = reachable(team)
    ContactFactory.create_batch(rows, patient=patient)
    for _ in range(rows):
        CallPartyFactory(call=CallFactory(patient=patient))
    with django_assert_num_queries(4):
        parties(actor, patient, None, NOW)
    with django_assert_num_queries(2):
        recent_calls(actor, patient, limit=50)


def test_logging_a_call_that_closes_a_task_is_cheap(team, actor, coordinator):
    task = task_of(team, coordinator)
    with CaptureQueriesContext(connection) as seen:
        log(actor, task.patient, task=task, task_version=1, what_next=DONE)
    statements = [q for q in seen if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= 24


WRONG = [
    pytest.param({"occurred_at": NOW + timedelta(days=1)}, "call_not_in_the_future", id="future"),
    pytest.param({"status": "queued"}, "call_queued_has_next_attempt", id="queued without a time"),
    pytest.param({"minutes": 601}, "call_minutes_sensible", id="a call of ten hours"),
]


@pytest.mark.parametrize(("fields", "name"), WRONG)
def test_the_database_refuses_an_impossible_call(fields, name, team):
    call = CallFactory(patient=reachable(team))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(**fields)


PARTIES = [
    pytest.param({"kind": "contact"}, "callparty_contact_named", id="a contact nobody named"),
    pytest.param({"kind": "outside"}, "callparty_outside_named", id="somebody without a name"),
]


@pytest.mark.parametrize(("fields", "name"), PARTIES)
def test_the_database_refuses_a_nameless_party(fields, name, team):
    call = CallFactory(patient=reachable(team))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CallPartyFactory(call=call, **fields)
    CallPartyFactory(call=call)
    with pytest.raises(IntegrityError, match="callparty_place_once"), transaction.atomic():
        CallPartyFactory(call=call)
    assert CallParty.objects.count() == 1
