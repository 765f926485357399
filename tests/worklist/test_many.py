"""An act on hundreds of tasks: asked once, done by the worker, with a result for each row."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.models import AuditEvent, Membership
from coordination.records import NotPermitted, Refused, TransitionNotAllowed
from coordination.worklist import actions
from coordination.worklist.actions import running
from coordination.worklist.models import BulkItem, BulkRun, Task, TaskStatus
from coordination.worklist.queries import bulk_items, one_run, progress_of
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
LATER = timezone.now().replace(microsecond=0) + timedelta(days=9)


@pytest.fixture
def ruth(supervisor):
    return actor_of(supervisor)


@pytest.fixture
def many(team, coordinator):
    """Return a function that makes so many tasks of one patient."""
    patient = PatientFactory(organization=team.organization, team=team)

    def make(n, **fields):
        fields = {"assignee": coordinator, **fields}
        return TaskFactory.create_batch(n, team=team, patient=patient, **fields)

    return make


def ask(actor, tasks, verb="move", key=None, **said):
    items = [(task.public_id, task.version) for task in tasks]
    said = said or {"due_at": LATER, "due_event": "", "why": "The ward asked"}
    return actions.ask_bulk(actor, verb, items, timezone.now(), key, **said)


def outcomes(run):
    return list(
        BulkItem.objects.filter(run=run).order_by("ordinal").values_list("outcome", flat=True)
    )


def test_a_supervisor_reassigns_what_is_late_to_who_has_room(ruth, team, many):
    to, tasks = member(team), many(60)
    run = ask(ruth, tasks, "assign", team=team, assignee=to, why="Jonah is over his load")
    assert (run.status, progress_of(run).tried) == ("requested", 0)
    assert actions.run_bulk(timezone.now()) == 60
    run.refresh_from_db()
    assert (run.status, progress_of(run).done) == ("completed", 60)
    assert Task.objects.filter(assignee=to).count() == 60
    assert actions.run_bulk(timezone.now()) == 0


def test_a_row_that_is_refused_says_why_and_stops_no_other(ruth, many):
    first, second, third = many(3)
    run = ask(ruth, [first, second, third])
    Task.objects.filter(pk=second.pk).update(version=9)
    now = timezone.now()
    done = {"status": TaskStatus.COMPLETED, "completed_at": now, "closed_at": now}
    Task.objects.filter(pk=third.pk).update(**done)
    actions.run_bulk(timezone.now())
    assert outcomes(run) == ["done", "refused", "refused"]
    page = bulk_items(ruth, run, only_refused=True)
    assert [bool(item.sentence) for item in page.rows] == [True, True]
    assert "changed this while you had it open" in page.rows[0].sentence


def test_the_rows_are_done_as_whoever_asked_with_the_rights_they_have_then(actor, many, team):
    run = ask(actor, many(2))
    Membership.objects.update(ends_at=timezone.now() - timedelta(hours=1))
    actions.run_bulk(timezone.now())
    assert outcomes(run) == ["refused", "refused"]
    assert not AuditEvent.objects.filter(action="task.move", outcome="ok").exists()


def test_who_can_sign_in_no_more_has_nothing_done_for_them(actor, coordinator, many):
    run = ask(actor, many(2))
    coordinator.is_active = False
    coordinator.save()
    actions.run_bulk(timezone.now())
    run.refresh_from_db()
    assert (run.status, outcomes(run)) == ("cancelled", ["stopped", "stopped"])


def test_a_worker_that_dies_at_a_row_has_not_done_it_and_the_next_goes_on(actor, many, monkeypatch):
    run, real, told = ask(actor, many(3)), running._one, []

    def dies_at_the_second(*args):
        told.append(args[2].ordinal)
        result = real(*args)
        if len(told) == 2:
            raise SystemExit
        return result

    monkeypatch.setattr(running, "_one", dies_at_the_second)
    with pytest.raises(SystemExit):
        actions.run_bulk(timezone.now())
    assert outcomes(run) == ["done", "", ""]
    assert AuditEvent.objects.filter(action="task.move").count() == 1
    actions.run_bulk(timezone.now())
    assert (outcomes(run), told) == (["done"] * 3, [0, 1, 1, 2])
    assert AuditEvent.objects.filter(action="task.move").count() == 3


def test_a_run_is_stopped_and_what_is_done_stays_done(actor, many, monkeypatch):
    run, real = ask(actor, many(3)), running._one

    def is_stopped_meanwhile(*args):
        result = real(*args)
        if args[2].ordinal == 0:
            actions.stop_bulk(actor, run.public_id, None, timezone.now())
        return result

    monkeypatch.setattr(running, "_one", is_stopped_meanwhile)
    actions.run_bulk(timezone.now())
    run.refresh_from_db()
    assert (run.status, outcomes(run)) == ("cancelled", ["done", "stopped", "stopped"])
    with pytest.raises(TransitionNotAllowed):
        actions.stop_bulk(actor, run.public_id, None, timezone.now())


def test_asked_twice_it_is_one_run(actor, many):
    tasks, key = many(2), uuid.uuid4()
    assert ask(actor, tasks, key=key) == ask(actor, tasks, key=key)


@pytest.mark.parametrize("count", [0, 501])
def test_none_and_too_many_are_refused(actor, count):
    items = [(uuid.uuid4(), 1) for _ in range(count)]
    with pytest.raises(Refused, match="between 1 and 500"):
        actions.ask_bulk(actor, "move", items, timezone.now())


def test_what_is_out_of_sight_is_not_taken(actor, many, hospital):
    theirs = TaskFactory(team=TeamFactory(organization=hospital))
    with pytest.raises(Refused, match="None of these tasks"):
        ask(actor, [theirs])
    run = ask(actor, [*many(1), theirs])
    assert len(outcomes(run)) == 1


def test_only_who_asked_and_the_teams_supervisor_see_a_run(actor, ruth, many, team):
    run = ask(actor, many(1))
    assert one_run(ruth, run.public_id) == run
    for other in (actor_of(member(team)), actor_of(member(TeamFactory(), "supervisor"))):
        with pytest.raises(BulkRun.DoesNotExist):
            one_run(other, run.public_id)


def test_an_auditor_asks_for_nothing(team, many):
    with pytest.raises(NotPermitted):
        ask(actor_of(member(team, "auditor")), many(1))


def test_the_database_holds_what_must_be_true(actor, many):
    run = ask(actor, many(1))
    item = BulkItem.objects.get()
    for change in ({"status": "completed"}, {"ended_at": timezone.now()}):
        with pytest.raises(IntegrityError, match="bulkrun_ends_once"), transaction.atomic():
            BulkRun.objects.filter(pk=run.pk).update(**change)
    for name, values in (
        ("bulkitem_in_order", {"ordinal": item.ordinal, "task": many(1)[0]}),
        ("bulkitem_task_once", {"ordinal": 7, "task": item.task}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            BulkItem.objects.create(run=run, seen_version=1, **values)


def test_due_times_and_dates_survive_the_way_to_the_worker(actor, many):
    (task,) = many(1)
    run = ask(actor, [task])
    actions.run_bulk(timezone.now())
    task.refresh_from_db()
    assert (outcomes(run), task.due_at) == (["done"], LATER)


def post(client, tasks, **more):
    items = [f"{task.public_id}:{task.version}" for task in tasks]
    return client.post(
        "/tasks/bulk/", {"verb": "move", "task": items, "quick": "in 7 days", **more}
    )


def test_over_fifty_rows_the_answer_is_the_page_of_the_run(signed_in, many):
    tasks = many(51)
    question = post(signed_in, tasks, ask="1").content.decode()
    assert "Move 51 due times" in question
    assert "and 1 more" in question
    answer = post(signed_in, tasks, create_key=str(uuid.uuid4()))
    run = BulkRun.objects.get()
    assert answer["Location"] == f"/bulk/{run.public_id}/"
    assert "Waits for the worker" in signed_in.get(answer["Location"]).content.decode()
    actions.run_bulk(timezone.now())
    with statements(6):
        page = signed_in.get(answer["Location"]).content.decode()
    assert "51 done" in page
    assert "after=49" in page
    rest = signed_in.get(f"{answer['Location']}?after=49").content.decode()
    assert rest.count('hx-target="#dialog">') >= 1
    assert "Move 51 due times" in signed_in.get("/bulk/").content.decode()


def test_the_progress_says_nothing_while_nothing_changed(signed_in, actor, many):
    run = ask(actor, many(2))
    there = f"/bulk/{run.public_id}/progress/"
    assert signed_in.get(there, {"seen": "0-requested"}).status_code == 204
    actions.run_bulk(timezone.now())
    answer = signed_in.get(there, {"seen": "0-requested"})
    assert "2 done" in answer.content.decode()
    assert answer["HX-Refresh"] == "true"


def test_a_run_is_stopped_on_its_page(signed_in, actor, many):
    run = ask(actor, many(2))
    signed_in.post(f"/bulk/{run.public_id}/stop/")
    page = signed_in.get(f"/bulk/{run.public_id}/?show=refused&after=junk").content.decode()
    assert "2 left as they were" in page


def test_all_that_match_are_chosen_beyond_the_page(signed_in, client, many, supervisor):
    late = many(60, due_at=timezone.now() - timedelta(hours=2))
    many(3, due_at=timezone.now() + timedelta(hours=30))
    found = signed_in.get("/day/chosen/?lane=overdue").json()["tasks"]
    assert len(found) == 60
    assert found[0] == f"{late[0].public_id}:1"
    client.force_login(supervisor)
    assert len(client.get("/reports/overdue/chosen/").json()["tasks"]) == 60
