"""A call on the wrong chart, or one that should not be there: moved or marked, and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access.actor import system_actor
from coordination.access.models import AuditEvent
from coordination.clocks.actions import load_rules, open_clock
from coordination.clocks.actions.packs import fill_holidays
from coordination.clocks.models import Clock
from coordination.outreach.actions import NextIn, PartyIn, StopIn, log_call, move_call, void_call
from coordination.outreach.models import Call
from coordination.outreach.queries import call_page, recent_calls
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.models import Evidence, Task, TimeEntry
from patients.models import ContactPreference, Patient, TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import TeamFactory
from tests.outreach.factories import NOW, reachable
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
DONE = NextIn(kind="done")
LATER = NOW + timedelta(minutes=22)
WHY = "Two patients named Rosa; I had the other chart open."


@pytest.fixture
def rosas(team) -> tuple[Patient, Patient]:
    """Two patients of one name; the first is the one whose chart was open."""
    return (
        reachable(team, given="Rosa", family="Martinez-Leal"),
        reachable(team, given="Rosa", family="Martinez"),
    )


def log(actor, patient, **fields):
    given = {
        "party": PartyIn(kind="patient"), "outcome": "reached-caregiver", "occurred_at": NOW,
        "now": NOW, "minutes": 8, "note": "Stairs: eleven, rail on the left.", **fields,
    }  # fmt: skip
    return log_call(actor, patient=patient, **given)


def lines(patient) -> list[str]:
    entries = TimelineEntry.objects.filter(patient=patient).order_by("pk")
    return list(entries.values_list("sentence", flat=True))


def test_a_moved_call_opens_the_task_it_closed_and_leaves_one_line(team, actor, rosas):
    wrong, right = rosas
    hector = ContactFactory(patient=right, name="Hector Martinez", relation="husband")
    task = TaskFactory(team=team, patient=wrong, evidence_required="contact", assignee=actor.user)
    call = log(actor, wrong, task=task, task_version=1, what_next=DONE)
    party = PartyIn(kind="contact", contact=hector.public_id)
    move_call(actor, call.public_id, call.version, to=right, why=WHY, now=LATER, parties={0: party})
    task.refresh_from_db()
    assert (task.status, task.completed_at, task.closed_at) == ("ready", NOW, None)
    proof = Evidence.objects.get(task=task)
    assert (proof.void_at, proof.party, proof.words) == (LATER, "", "")
    assert [row.call.pk for row in recent_calls(actor, right)] == [call.pk]
    assert recent_calls(actor, wrong) == []
    assert lines(right) == [
        "Phone, Hector Martinez: reached the caregiver",
        f"A call was moved here from another chart. {WHY}",
    ]
    assert lines(wrong)[-1] == "A call was moved: logged on the wrong patient"
    assert not any(WHY in line for line in lines(wrong))
    told = TimelineEntry.objects.filter(patient=wrong)
    assert not any("Hector" in f"{row.sentence} {row.detail}" for row in told)
    assert not any("Stairs" in row.detail for row in told)
    (audit,) = AuditEvent.objects.filter(action="call.wrong_patient")
    assert audit.patients == sorted([wrong.pk, right.pk])


def test_the_minutes_of_a_moved_call_count_once_and_for_the_right_patient(team, actor, rosas):
    wrong, right = rosas
    task = TaskFactory(team=team, patient=wrong, evidence_required="contact", assignee=actor.user)
    served = log(actor, wrong, task=task, task_version=1, what_next=DONE)
    alone = log(actor, wrong, minutes=5)
    for call in (served, alone):
        move_call(actor, call.public_id, None, to=right, why=WHY, now=LATER)
    counted = TimeEntry.objects.filter(void_at=None).values_list("patient", "minutes")
    assert sorted(counted) == [(right.pk, 5), (right.pk, 8)]


def test_a_moved_call_can_close_a_task_of_the_right_patient(team, actor, rosas):
    wrong, right = rosas
    call = log(actor, wrong)
    task = TaskFactory(team=team, patient=right, evidence_required="contact", assignee=actor.user)
    move_call(
        actor, call.public_id, None, to=right, why=WHY, now=LATER, task=task.public_id, closes=True
    )
    task.refresh_from_db()
    assert task.status == "completed"
    assert Evidence.objects.get(task=task).happened_at == NOW
    assert TimeEntry.objects.filter(void_at=None).count() == 1


def test_the_task_may_not_be_the_other_patients(team, actor, rosas):
    wrong, right = rosas
    call, task = log(actor, wrong), TaskFactory(team=team, patient=wrong)
    with pytest.raises(Task.DoesNotExist):
        move_call(actor, call.public_id, None, to=right, why=WHY, now=LATER, task=task.public_id)


def clocked(team, actor, patient, left_at):
    """Give the patient a task that serves the two-day contact clock."""
    fill_holidays(range(2025, 2028))
    load_rules()
    clock = open_clock(
        system_actor("test", patient.organization), rule="tcm-contact", patient=patient,
        subject=("stay", patient.pk), anchor_event="stay.departed", anchor_at=left_at, now=left_at,
        facts={"disposition": "01"}, is_served=True,
    )  # fmt: skip
    return TaskFactory(
        team=team, patient=patient, evidence_required="contact", assignee=actor.user, clock=clock,
        due_at=clock.due_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "state"), [(1, "running"), (6, "breached")], ids=["still in time", "late by now"]
)
def test_the_clock_it_met_runs_again_in_a_new_version(days, state, team, supervisor, rosas):
    actor, (wrong, right) = actor_of(supervisor), rosas
    task = clocked(team, actor, wrong, NOW - timedelta(hours=2))
    call = log(actor, wrong, task=task, task_version=1, what_next=DONE)
    task.clock.refresh_from_db()
    assert task.clock.state == "satisfied"
    move_call(actor, call.public_id, None, to=right, why=WHY, now=NOW + timedelta(days=days))
    old, new = Clock.objects.filter(patient=wrong).order_by("pk")
    assert (old.state, new.state, new.supersedes, new.due_at) == (
        "superseded", state, old, old.due_at,
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.clock, task.status) == (new, "ready")


def test_a_late_call_that_was_linked_to_a_missed_clock_is_unlinked(team, actor, rosas):
    task = clocked(team, actor, rosas[0], NOW - timedelta(days=9))
    call = log(actor, rosas[0], task=task, task_version=1, what_next=DONE)
    assert Clock.objects.get().satisfied_at == NOW
    void_call(actor, call.public_id, None, why="logged twice", now=LATER)
    clock = Clock.objects.get()
    assert (clock.state, clock.satisfied_at, clock.source_id) == ("breached", None, None)


def test_the_due_time_a_call_moved_goes_back(team, actor, rosas):
    task = TaskFactory(team=team, patient=rosas[0], assignee=actor.user, due_at=LATER)
    again = NextIn(kind="again", at=NOW + timedelta(hours=5))
    call = log(actor, rosas[0], outcome="no-answer", task=task, task_version=1, what_next=again)
    void_call(actor, call.public_id, None, why="logged twice", now=LATER)
    task.refresh_from_db()
    assert task.due_at == LATER
    call.refresh_from_db()
    assert (call.status, call.next_attempt_at) == ("entered-in-error", None)


def test_one_proof_less_leaves_a_task_done_that_has_another(team, actor, rosas):
    task = TaskFactory(
        team=team, patient=rosas[0], evidence_required="contact", assignee=actor.user
    )
    first = log(actor, rosas[0], task=task)
    log(actor, rosas[0], task=task, task_version=1, what_next=DONE, now=LATER)
    void_call(actor, first.public_id, None, why="logged twice", now=LATER)
    task.refresh_from_db()
    assert task.status == "completed"


def test_a_call_in_error_leaves_the_lists_and_keeps_its_struck_line(team, actor, rosas):
    call = log(actor, rosas[0])
    void_call(actor, call.public_id, call.version, why="logged twice", now=LATER)
    assert recent_calls(actor, rosas[0]) == []
    assert call_page(actor) == ([], False)
    entry = TimelineEntry.objects.get(kind="call.logged")
    assert (entry.void_at, entry.void_why, entry.void_by) == (LATER, "logged twice", actor.user)
    assert not TimeEntry.objects.filter(void_at=None).exists()
    with pytest.raises(TransitionNotAllowed):
        void_call(actor, call.public_id, None, why="again", now=LATER)


def test_a_death_and_an_opt_out_told_by_the_call_are_taken_back(team, actor, rosas):
    wrong, right = rosas
    dead = log(actor, wrong, outcome="deceased", stop=StopIn(died_at=NOW))
    out = log(actor, wrong, outcome="opted-out", stop=StopIn(channels=("text",)))
    for call in (dead, out):
        move_call(actor, call.public_id, None, to=right, why=WHY, now=LATER)
    wrong.refresh_from_db()
    assert wrong.deceased_at is None
    assert not ContactPreference.objects.filter(opt_out_at__isnull=False).exists()


def test_only_its_creator_within_a_day_and_then_a_supervisor(team, actor, rosas):
    call = log(actor, rosas[0])
    colleague = actor_of(member(team))
    boss = actor_of(member(team, "supervisor"))
    with pytest.raises(NotPermitted, match="Maria Delgado"):
        void_call(colleague, call.public_id, None, why="x", now=LATER)
    late = NOW + timedelta(hours=24, seconds=1)
    with pytest.raises(NotPermitted, match="24 hours"):
        move_call(actor, call.public_id, None, to=rosas[1], why="x", now=late)
    void_call(boss, call.public_id, None, why="x", now=late)
    assert Call.objects.get().status == "entered-in-error"


def test_what_is_refused_changes_nothing(team, hospital, actor, rosas):
    call = log(actor, rosas[0])
    elsewhere = reachable(TeamFactory(organization=hospital))
    with pytest.raises(Patient.DoesNotExist):
        move_call(actor, call.public_id, None, to=elsewhere, why="x", now=LATER)
    with pytest.raises(Refused, match="already"):
        move_call(actor, call.public_id, None, to=rosas[0], why="x", now=LATER)
    with pytest.raises(Refused, match="why"):
        void_call(actor, call.public_id, None, why=" ", now=LATER)
    with pytest.raises(StaleRecord):
        void_call(actor, call.public_id, 7, why="x", now=LATER)
    assert lines(rosas[0]) == ["Phone, the patient: reached the caregiver"]


def test_the_page_says_what_it_undoes_before_anything_changes(team, signed_in, actor, rosas):
    wrong, right = rosas
    task = TaskFactory(
        team=team, patient=wrong, evidence_required="contact", assignee=actor.user,
        title="Call the son",
    )  # fmt: skip
    at = timezone.now()
    call = log(actor, wrong, task=task, task_version=1, what_next=DONE, occurred_at=at, now=at)
    url = f"/calls/{call.public_id}/wrong-patient/"
    page = signed_in.get(url).content.decode()
    assert right.mrn in page
    page = signed_in.get(url, {"to": str(right.public_id)}).content.decode()
    assert "This opens again: “Call the son”" in page
    task.refresh_from_db()
    assert task.status == "completed"
    sent = {"to": right.public_id, "version": 1, "who_0": "patient", "task": "", "why": ""}
    assert signed_in.post(url, sent).status_code == 422
    assert signed_in.post(url, sent | {"why": "the other Rosa"}).status_code == 302
    task.refresh_from_db()
    assert task.status == "ready"
    error = f"/calls/{call.public_id}/in-error/"
    assert "nothing else changes" in signed_in.get(error).content.decode()
    assert signed_in.post(error, {"version": 2, "why": "twice"}).status_code == 302
    assert "Entered in error" in signed_in.get(f"/calls/{call.public_id}/").content.decode()


def test_a_colleague_reads_who_can_mend_it(team, signed_in, actor, rosas):
    call = log(actor_of(member(team, first_name="Sana", last_name="Ali")), rosas[0])
    for name in ("wrong-patient", "in-error"):
        answer = signed_in.get(f"/calls/{call.public_id}/{name}/")
        assert (answer.status_code, "Sana Ali" in answer.content.decode()) == (200, True)
    answer = signed_in.post(f"/calls/{call.public_id}/in-error/", {"version": 1, "why": "x"})
    assert answer.status_code == 403
