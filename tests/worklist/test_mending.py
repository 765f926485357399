"""A task on the wrong chart, or one that should not be there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access.actor import system_actor
from coordination.clocks.actions import fill_holidays, load_rules, open_clock
from coordination.clocks.models import Clock
from coordination.outreach.models import Call
from coordination.records import NotPermitted, TransitionNotAllowed
from coordination.worklist.actions import (
    EvidenceIn,
    complete,
    escalate_late,
    move_task,
    raise_task,
    void_task,
)
from coordination.worklist.models import Escalation, Evidence, Task, TimeEntry
from patients.models import TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.outreach.factories import CallFactory, CallPartyFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import PlaybookRunFactory, TaskFactory

pytestmark = pytest.mark.django_db
WHY = "the other Rosa"


@pytest.fixture
def rosas(team):
    """Return the patient whose chart was open, and the right one."""
    home = {"organization": team.organization, "team": team, "given": "Rosa"}
    return PatientFactory(**home, family="Martinez-Leal"), PatientFactory(**home, family="Martinez")


@pytest.fixture
def task(team, actor, rosas, now) -> Task:
    made = raise_task(
        actor, patient=rosas[0], title="Bring the crutches", kind="supply", team=team, now=now,
        assignee=actor.user,
    )  # fmt: skip
    Task.objects.filter(pk=made.pk).update(created_at=now)
    return Task.objects.get(pk=made.pk)


def two_days(team, patient, now) -> Clock:
    """Open the clock of the contact within two business days."""
    fill_holidays(range(2025, 2028))
    load_rules()
    clock = open_clock(
        system_actor("test", team.organization), rule="tcm-contact", patient=patient,
        subject=("stay", 1), anchor_event="stay.departed", anchor_at=now, now=now,
        facts={"disposition": "01"}, is_served=True,
    )  # fmt: skip
    assert clock is not None
    return clock


def lines(patient) -> list[str]:
    entries = TimelineEntry.objects.filter(patient=patient).order_by("pk")
    return list(entries.values_list("sentence", flat=True))


def test_a_task_moves_with_its_proof_its_minutes_and_its_calls(actor, rosas, task, now):
    wrong, right = rosas
    contact = ContactFactory(patient=wrong, name="Hector Martinez", relation="husband")
    call = CallFactory(patient=wrong, task=task)
    CallPartyFactory(call=call, kind="contact", contact=contact)
    proof = EvidenceIn(kind="call", subject=("call", call.pk), party="Hector")
    complete(actor, task.public_id, None, now, evidence=proof, minutes=5)
    moved = move_task(actor, task.public_id, None, to=right, why=WHY, now=now)
    assert (moved.patient, moved.status, moved.assignee) == (right, "completed", actor.user)
    assert Evidence.objects.get().void_at is None
    assert TimeEntry.objects.get().patient == right
    call = Call.objects.get()
    party = call.parties.get()
    assert (call.patient, party.kind, party.name, party.role) == (
        right, "outside", "Hector Martinez", "husband",
    )  # fmt: skip
    assert lines(wrong) == ["A task was moved: logged on the wrong patient"]
    assert "To do: Bring the crutches" in lines(right)


def test_it_goes_to_a_team_and_a_person_who_look_after_the_right_patient(
    hospital, supervisor, rosas, task, now
):
    there = TeamFactory(organization=hospital)
    boss = member(there, "supervisor")
    both = actor_of(supervisor)
    both.team_ids = (*both.team_ids, there.pk)
    elsewhere = PatientFactory(organization=hospital, team=there, team__user=boss)
    moved = move_task(both, task.public_id, None, to=elsewhere, why=WHY, now=now)
    assert (moved.team, moved.assignee) == (there, boss)


def test_a_step_of_a_playbook_stays_where_its_record_is(team, actor, rosas, task, now):
    Task.objects.filter(pk=task.pk).update(
        run=PlaybookRunFactory(team=team, patient=rosas[0]), step="one"
    )
    with pytest.raises(TransitionNotAllowed, match="open it again"):
        move_task(actor, task.public_id, None, to=rosas[1], why=WHY, now=now)


def test_a_task_in_error_leaves_the_lists_and_keeps_its_struck_line(actor, rosas, task, now):
    complete(actor, task.public_id, None, now, minutes=5)
    void_task(actor, task.public_id, None, why="raised twice", now=now)
    task.refresh_from_db()
    assert (task.status, task.is_open) == ("entered-in-error", False)
    assert not TimelineEntry.objects.filter(void_at=None).exists()
    assert not TimeEntry.objects.filter(void_at=None).exists()


@pytest.mark.parametrize(("days", "state"), [(1, "running"), (6, "breached")])
def test_the_clock_it_met_runs_again_and_a_late_one_is_put_on_a_list(
    days, state, team, supervisor, rosas, now
):
    clock = two_days(team, rosas[0], now)
    boss = actor_of(supervisor)
    task = TaskFactory(
        team=team, patient=rosas[0], clock=clock, evidence_required="contact",
        severity="regulatory", assignee=supervisor,
    )  # fmt: skip
    complete(boss, task.public_id, None, now, evidence=EvidenceIn(kind="contact"))
    at = now + timedelta(days=days)
    void_task(boss, task.public_id, None, why="nobody owes it", now=at)
    new = Clock.objects.order_by("-pk")[0]
    assert (new.state, new.supersedes.state) == (state, "superseded")
    alarms = Task.objects.filter(clock=new, is_open=True).count()
    assert alarms == (1 if state == "breached" else 0)


def test_what_the_law_asks_for_is_no_error_without_a_supervisor(team, actor, rosas, task, now):
    clock = two_days(team, rosas[0], now)
    Task.objects.filter(pk=task.pk).update(
        clock=clock, severity="regulatory", evidence_required="contact"
    )
    with pytest.raises(NotPermitted):
        void_task(actor, task.public_id, None, why="x", now=now)


def test_only_whoever_raised_it_for_a_day_then_a_supervisor(team, actor, rosas, task, now):
    for act in (void_task, move_task):
        more = {"to": rosas[1]} if act is move_task else {}
        with pytest.raises(NotPermitted, match="Maria Delgado"):
            act(actor_of(member(team)), task.public_id, None, why="x", now=now, **more)
        with pytest.raises(NotPermitted, match="24 hours"):
            act(actor, task.public_id, None, why="x", now=now + timedelta(hours=25), **more)


def test_a_late_task_that_opens_again_stands_where_the_ladder_had_it(
    team, actor, supervisor, task, now
):
    Task.objects.filter(pk=task.pk).update(due_at=now)
    escalate_late(now + timedelta(minutes=1))
    before = list(Escalation.objects.values_list("level", flat=True))
    move_task(
        actor, task.public_id, None, now=now + timedelta(minutes=5), why=WHY,
        to=PatientFactory(organization=team.organization, team=team),
    )  # fmt: skip
    assert list(Escalation.objects.values_list("level", flat=True)) == before


def test_the_pages_say_what_they_undo_and_the_row_leaves(team, signed_in, coordinator, rosas):
    actor, at = actor_of(coordinator), timezone.now()
    task = raise_task(
        actor, patient=rosas[0], title="Bring the crutches", kind="supply", team=team, now=at,
        assignee=coordinator,
    )  # fmt: skip
    CallFactory(patient=rosas[0], task=task)
    base = f"/tasks/{task.public_id}/"
    assert "Wrong patient" in signed_in.get(f"{base}menu/").content.decode()
    page = signed_in.get(f"{base}wrong-patient/", {"to": str(rosas[1].public_id)}).content.decode()
    assert "1 call that was logged for it goes with it" in page
    sent = {"to": rosas[1].public_id, "version": task.version, "why": WHY}
    answer = signed_in.post(f"{base}wrong-patient/", sent, headers={"HX-Request": "true"})
    assert '"gone": true' in answer["HX-Trigger"]
    task.refresh_from_db()
    assert task.patient == rosas[1]
    answer = signed_in.post(f"{base}in-error/", {"version": task.version, "why": "twice"})
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.status == "entered-in-error"
