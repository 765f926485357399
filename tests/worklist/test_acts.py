"""What may be done with a task, by whom, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team, User
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist import actions
from coordination.worklist.models import Task, TaskEvent, TimeEntry
from coordination.worklist.queries import locked_task, tasks_in_scope
from patients.models import TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory

TOMORROW = timedelta(days=1)


@pytest.fixture
def task(team: Team, coordinator: User) -> Task:
    return TaskFactory(team=team, assignee=coordinator)


def stand(task: Task) -> str:
    task.refresh_from_db()
    return task.status


def kinds(task: Task) -> list[str]:
    return list(task.events.order_by("id").values_list("kind", flat=True))


def test_a_raised_task_is_on_the_list_the_trail_and_the_timeline(
    actor: Actor, team: Team, now: datetime
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    task = actions.raise_task(
        actor, patient=patient, title="Call son", kind="call", team=team, due_at=now + TOMORROW,
        now=now,
    )  # fmt: skip
    assert (task.status, task.is_open, task.due_set_by) == ("ready", True, actor.user)
    assert kinds(task) == ["raised"]
    assert AuditEvent.objects.get(action="task.create").patients == [patient.pk]
    assert TimelineEntry.objects.get().sentence == "To do: Call son"


@pytest.mark.parametrize("role", ["coordinator", "auditor", "admin"])
def test_an_act_reaches_the_tasks_of_the_scope_and_no_other(
    role: str, team: Team, now: datetime
) -> None:
    away = TeamFactory(organization=team.organization, facility=team.facility)
    tasks = [
        TaskFactory(team=team),
        TaskFactory(team=away),
        TaskFactory(team=TeamFactory()),
        TaskFactory(team=team, status="entered-in-error"),
        TaskFactory(team=team, status="completed", completed_at=now, closed_at=now),
    ]
    somebody = actor_of(member(team, role))
    reached = set()
    for task in tasks:
        try:
            with transaction.atomic():
                found = locked_task(somebody, task.public_id)
        except Task.DoesNotExist:
            continue
        assert (found.pk, found.result_fields, found.due_at) == (task.pk, {}, task.due_at)
        reached.add(found)
    assert reached == set(tasks_in_scope(somebody))


def test_one_create_form_sent_twice_makes_one_task(actor: Actor, team: Team, now: datetime) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    said = {"patient": patient, "title": "Call son", "kind": "call", "team": team, "now": now}
    key = patient.public_id
    first = actions.raise_task(actor, create_key=key, **said)
    assert actions.raise_task(actor, create_key=key, **said) == first
    assert Task.objects.count() == 1


def test_a_task_goes_only_to_a_team_that_looks_after_the_patient(
    actor: Actor, team: Team, now: datetime
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    other = TeamFactory(organization=team.organization, facility=team.facility)
    with pytest.raises(Refused, match="does not look after"):
        actions.raise_task(
            actor, patient=patient, title="Call son", kind="call", team=other, now=now
        )


def test_a_task_raised_for_a_colleague_is_a_hand_over(
    actor: Actor, team: Team, now: datetime
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    jonah = member(team)
    said = {"patient": patient, "title": "Call son", "kind": "call", "team": team, "now": now}
    task = actions.raise_task(actor, assignee=jonah, **said)
    assert task.status == "requested"
    seen = actions.see(actor_of(jonah), task.public_id, now)
    assert seen.status == "received"
    actions.accept(actor_of(jonah), task.public_id, seen.version, now)
    assert stand(task) == "ready"


def test_a_declined_hand_over_comes_back_to_the_asker_due_as_before(
    actor: Actor, team: Team, now: datetime
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    jonah = member(team)
    task = actions.raise_task(
        actor, patient=patient, title="Call son", kind="call", team=team, assignee=jonah,
        due_at=now + TOMORROW, now=now,
    )  # fmt: skip
    again = actions.reject(actor_of(jonah), task.public_id, task.version, now, why="on leave")
    assert stand(task) == "rejected"
    assert (again.ordinal, again.status, again.assignee) == (2, "ready", actor.user)
    assert again.due_at == task.due_at


def test_only_the_receiver_declines(actor: Actor, supervisor: User, team: Team, now: datetime):
    task = TaskFactory(team=team, assignee=member(team), status="requested")
    with pytest.raises(NotPermitted):
        actions.reject(actor_of(supervisor), task.public_id, 1, now, why="busy")


def test_a_statement_closes_with_one_act(actor: Actor, task: Task, now: datetime) -> None:
    done = actions.complete(actor, task.public_id, 1, now, outcome="bed confirmed", minutes=7)
    assert (done.status, done.completed_at, done.closed_at) == ("completed", now, now)
    assert stand(task) == "completed"
    assert task.is_open is False
    assert TimeEntry.objects.get().minutes == 7
    assert task.evidence.get().kind == "statement"
    assert TimelineEntry.objects.get().sentence == (
        "Done: Confirm bed with Maple Court. bed confirmed"
    )


def test_a_task_that_asks_for_a_call_does_not_close_on_a_word(
    actor: Actor, team: Team, coordinator: User, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, evidence_required="call")
    with pytest.raises(actions.ProofMissing, match="logged two-way call"):
        actions.complete(actor, task.public_id, 1, now)
    assert stand(task) == "ready"
    assert not TaskEvent.objects.exists()
    given = actions.EvidenceIn(kind="call", party="Dana Whitfield")
    actions.complete(actor, task.public_id, 1, now, evidence=given)
    assert stand(task) == "completed"


def test_what_is_on_file_closes_later_without_asking(
    actor: Actor, team: Team, coordinator: User, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, evidence_required="call")
    given = actions.EvidenceIn(kind="contact", subject=("call", 7))
    actions.add_evidence(actor, task.public_id, 1, given, now)
    actions.complete(actor, task.public_id, 1, now)
    assert stand(task) == "completed"


def test_the_second_of_two_people_is_told_who_was_first(
    actor: Actor, team: Team, now: datetime
) -> None:
    task = TaskFactory(team=team)
    actions.complete(actor_of(member(team, first_name="Jonah", last_name="Tate")),
                     task.public_id, 1, now)  # fmt: skip
    with pytest.raises(TransitionNotAllowed, match="“Done”: by Jonah Tate at 10:42, 23 Nov"):
        actions.complete(actor, task.public_id, 1, now)


def test_an_older_version_is_refused(actor: Actor, task: Task, now: datetime) -> None:
    actions.start(actor, task.public_id, 1, now)
    with pytest.raises(StaleRecord):
        actions.complete(actor, task.public_id, 1, now)


def test_completing_a_hand_over_writes_the_moves_between(
    actor: Actor, team: Team, coordinator: User, now: datetime
) -> None:
    task = TaskFactory(team=team, assignee=coordinator, status="received")
    actions.complete(actor, task.public_id, 1, now)
    moves = task.events.filter(kind="move").order_by("id").values_list("before", "after")
    assert list(moves) == [
        ("received", "accepted"), ("accepted", "ready"), ("ready", "completed"),
    ]  # fmt: skip


def test_a_colleagues_task_is_read_not_changed(actor: Actor, team: Team, now: datetime) -> None:
    task = TaskFactory(team=team, assignee=member(team))
    with pytest.raises(NotPermitted):
        actions.complete(actor, task.public_id, 1, now)


def test_another_teams_task_is_not_there(actor: Actor, team: Team, now: datetime) -> None:
    task = TaskFactory(team=TeamFactory(organization=team.organization))
    with pytest.raises(Task.DoesNotExist):
        actions.complete(actor, task.public_id, 1, now)


def test_reopening_keeps_the_first_completion_and_takes_the_proof_back(
    actor: Actor, task: Task, now: datetime
) -> None:
    actions.complete(actor, task.public_id, 1, now)
    again = actions.reopen(actor, task.public_id, 2, now + TOMORROW, why="wrong patient")
    assert (again.status, again.completed_at, again.closed_at) == ("ready", now, None)
    assert task.evidence.get().void_at == now + TOMORROW


def test_after_thirty_days_only_a_supervisor_reopens(
    actor: Actor, supervisor: User, task: Task, now: datetime
) -> None:
    actions.complete(actor, task.public_id, 1, now)
    late = now + timedelta(days=31)
    with pytest.raises(NotPermitted):
        actions.reopen(actor, task.public_id, 2, late, why="wrong patient")
    actions.reopen(actor_of(supervisor), task.public_id, 2, late, why="wrong patient")
    assert stand(task) == "ready"


def test_a_task_set_aside_comes_back_on_its_date(actor: Actor, task: Task, now: datetime) -> None:
    actions.start(actor, task.public_id, 1, now)
    actions.hold(actor, task.public_id, 2, now, until=now + TOMORROW, why="plan is closed today")
    assert stand(task) == "on-hold"
    assert [actions.return_held(at) for at in (now, now + TOMORROW, now + TOMORROW)] == [0, 1, 0]
    assert stand(task) == "in-progress"
    assert (task.version, kinds(task)[-1]) == (4, "move")


def test_a_hold_ends_early_with_a_reason(actor: Actor, task: Task, now: datetime) -> None:
    actions.hold(actor, task.public_id, 1, now, until=now + TOMORROW, why="plan is closed today")
    with pytest.raises(Refused, match="Say why"):
        actions.end_hold(actor, task.public_id, 2, now, why=" ")
    actions.end_hold(actor, task.public_id, 2, now, why="they called back")
    assert stand(task) == "ready"


@pytest.mark.parametrize(("days", "said"), [(0, "passed"), (121, "120 days")])
def test_a_hold_has_a_date_within_120_days(
    days: int, said: str, actor: Actor, task: Task, now: datetime
) -> None:
    until = now + timedelta(days=days)
    with pytest.raises(Refused, match=said):
        actions.hold(actor, task.public_id, 1, now, until=until, why="plan is closed")


def test_canceling_needs_a_reason_from_the_list(actor: Actor, task: Task, now: datetime) -> None:
    for reason, words in (("", ""), ("other", "")):
        with pytest.raises(Refused):
            actions.cancel(actor, task.public_id, 1, now, reason=reason, words=words)
    actions.cancel(actor, task.public_id, 1, now, reason="duplicate")
    assert stand(task) == "cancelled"
    assert task.outcome == "There are two of it"


def test_what_was_tried_and_could_not_be_done_has_failed(
    actor: Actor, task: Task, now: datetime
) -> None:
    actions.fail(actor, task.public_id, 1, now, why="no bed in the county")
    assert stand(task) == "failed"


def test_the_owner_moves_the_due_time_and_the_screen_says_so(
    actor: Actor, task: Task, now: datetime
) -> None:
    moved = actions.move_due(actor, task.public_id, 1, now, due_at=now + TOMORROW, why="she asked")
    assert (moved.due_at, moved.due_set_by) == (now + TOMORROW, actor.user)
    with pytest.raises(Refused, match="has passed"):
        actions.move_due(actor, task.public_id, 2, now, due_at=now)


def test_a_coordinator_takes_from_the_pool_and_gives_back(
    actor: Actor, team: Team, now: datetime
) -> None:
    task = TaskFactory(team=team)
    actions.assign(actor, task.public_id, 1, now, team=team, assignee=actor.user)
    with pytest.raises(Refused, match="Say why"):
        actions.assign(actor, task.public_id, 2, now, team=team, assignee=None)
    actions.assign(actor, task.public_id, 2, now, team=team, assignee=None, why="going home")
    assert stand(task) == "ready"
    assert task.assignee is None


def test_handing_to_a_person_is_for_those_who_assign(
    actor: Actor, supervisor: User, team: Team, now: datetime
) -> None:
    task, jonah = TaskFactory(team=team), member(team)
    said = {"team": team, "assignee": jonah, "why": "has room"}
    with pytest.raises(NotPermitted):
        actions.assign(actor, task.public_id, 1, now, **said)
    actions.assign(actor_of(supervisor), task.public_id, 1, now, **said)
    assert stand(task) == "requested"
    stranger = member(TeamFactory(organization=team.organization))
    with pytest.raises(Refused, match="does not work in"):
        actions.assign(
            actor_of(supervisor), task.public_id, task.version, now, team=team, assignee=stranger,
            why="has room",
        )  # fmt: skip


def test_waiting_on_somebody_names_them(actor: Actor, task: Task, now: datetime) -> None:
    dana = actions.WaitingIn(kind="facility", person="Dana Whitfield", phone="555 0100")
    actions.wait_on(actor, task.public_id, 1, now, waiting=dana)
    assert stand(task) == "ready"
    assert (task.waiting_on_person, task.waiting_since) == ("Dana Whitfield", now)
    actions.stop_waiting(actor, task.public_id, 2, now)
    task.refresh_from_db()
    assert (task.waiting_on_kind, task.waiting_since) == ("", None)


def test_the_last_blocker_done_frees_what_waited_for_it(
    actor: Actor, team: Team, task: Task, now: datetime
) -> None:
    waits, other = TaskFactory(team=team), TaskFactory(team=team)
    waits.blocked_by.add(task, other)
    actions.complete(actor, task.public_id, 1, now)
    assert kinds(waits) == []
    actions.complete(actor, other.public_id, 1, now)
    assert kinds(waits) == ["unblocked"]


def test_bulk_says_for_each_row_what_became_of_it(
    actor: Actor, team: Team, task: Task, now: datetime
) -> None:
    other = TaskFactory(team=team, assignee=member(team))
    items = [(task.public_id, 1), (other.public_id, 1), (team.public_id, 1)]
    rows = actions.bulk(actor, "move", items, now, due_at=now + TOMORROW)
    assert [row.is_done for row in rows] == [True, False, False]
    assert "colleague" in rows[1].sentence
    with pytest.raises(Refused, match="between 1 and 50"):
        actions.bulk(actor, "move", items * 20, now, due_at=now)


@pytest.mark.parametrize("act", ["done", "due", "assigned", "hold"])
def test_ones_last_act_is_taken_back_within_ten_seconds(
    act: str, actor: Actor, team: Team, now: datetime
) -> None:
    task = TaskFactory(team=team, due_at=now + TOMORROW)
    later = now + timedelta(seconds=10)
    changed = {
        "done": lambda: actions.complete(actor, task.public_id, 1, now, minutes=5),
        "due": lambda: actions.move_due(actor, task.public_id, 1, now, due_at=now + 2 * TOMORROW),
        "assigned": lambda: actions.assign(
            actor, task.public_id, 1, now, team=team, assignee=actor.user
        ),
        "hold": lambda: actions.hold(
            actor, task.public_id, 1, now, until=now + TOMORROW, why="closed"
        ),
    }[act]()
    token = actions.undo_token(changed)
    with pytest.raises(Refused, match="Ten seconds"):
        actions.undo(actor, token, later + timedelta(seconds=1))
    actions.undo(actor, token, later)
    task.refresh_from_db()
    assert (task.status, task.assignee, task.due_at, task.hold_until) == (
        "ready", None, now + TOMORROW, None,
    )  # fmt: skip
    assert not task.evidence.filter(void_at__isnull=True).exists()
    with pytest.raises((StaleRecord, Refused)):
        actions.undo(actor, token, later)


def test_only_ones_own_act_is_taken_back(actor: Actor, team: Team, now: datetime) -> None:
    task = TaskFactory(team=team)
    token = actions.undo_token(actions.complete(actor, task.public_id, 1, now))
    with pytest.raises(Refused, match="cannot be taken back"):
        actions.undo(actor_of(member(team)), token, now)
    for nonsense in ("", "a.b.c", "1.2"):
        with pytest.raises(Task.DoesNotExist):
            actions.undo(actor, nonsense, now)
