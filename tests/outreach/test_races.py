"""What two workers, a wrong clock, an outage and a late answer do to a message."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from coordination.outreach import jobs
from coordination.outreach.actions import claim, hear, send_due, settle_unsure, work
from coordination.outreach.actions.claim import CLAIM
from coordination.outreach.actions.send import begin, stand_in_line
from coordination.outreach.models import ChannelPace, Delivery, DeliveryChannel
from coordination.records import NotPermitted, TransitionNotAllowed, database_now
from coordination.worklist.models import Task
from tests.conftest import actor_of, member
from tests.factories import TeamFactory
from tests.outreach.conftest import written
from tests.outreach.factories import NOW, DeliveryFactory, let_messages_leave, reachable
from tests.patients.factories import VisitFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db


def test_two_workers_with_one_patient_send_one_message_that_day(house, team, outgoing):
    patient = reachable(team)
    DeliveryFactory.create_batch(2, team=team, patient=patient)
    mine, theirs = (claim(NOW, [house.pk], limit=1) for _ in range(2))
    work(theirs, NOW)
    (row,) = mine.rows
    assert begin(mine.token, {row.id: date(2026, 11, 23)}, NOW) == set()
    left = Delivery.objects.get(pk=row.id)
    assert (left.state, left.last_error, len(written(outgoing))) == ("planned", "one-a-day", 1)


def test_two_workers_never_hold_the_same_message(house, team):
    DeliveryFactory.create_batch(5, team=team)
    held = [row.id for _ in range(3) for row in claim(NOW, [house.pk], limit=2).rows]
    assert len(held) == len(set(held)) == 5


@pytest.mark.database
@pytest.mark.parametrize(("tries", "index"), [("=", "delivery_due_idx"), (">", "delivery_tried")])
def test_the_claim_reads_only_the_index_of_what_is_planned(tries, index, house, team):
    DeliveryFactory.create_batch(3, team=team)
    parameters = {
        "now": NOW, "organizations": [house.pk], "limit": 25, "token": None, "lease": 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {CLAIM.format(tries=tries)}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("wrong_by", [timedelta(days=1), timedelta(minutes=5)])
@pytest.mark.parametrize("side", [1, -1])
def test_a_wrong_application_clock_sends_nothing_early(wrong_by, side, team, outgoing):
    house = let_messages_leave(team, quiet=quiet_now())
    due_at = database_now() + timedelta(minutes=2)
    row = DeliveryFactory(
        team=team, due_at=due_at, give_up_at=due_at + timedelta(hours=9),
        visit=VisitFactory(
            patient=reachable(team), starts_at=database_now() + timedelta(days=3)
        ),
    )  # fmt: skip
    with time_machine.travel(datetime.now(UTC) + side * wrong_by):
        jobs.send_due()
        assert written(outgoing) == []
        Delivery.objects.filter(pk=row.pk).update(due_at=due_at - timedelta(minutes=3))
        jobs.send_due()
    row.refresh_from_db()
    assert (row.state, house.pk, len(written(outgoing))) == ("sent", row.organization_id, 1)
    assert abs(row.sent_at - database_now()) < timedelta(seconds=60)


def quiet_now() -> str:
    """Return quiet hours far from this moment in New York."""
    here = timezone.now().astimezone(NOW.astimezone().tzinfo) - timedelta(hours=5)
    return f"{(here.hour + 11) % 24:02}:00-{(here.hour + 12) % 24:02}:00"


def test_after_an_outage_at_most_ten_a_second_leave(house, monkeypatch):
    monkeypatch.setattr("coordination.outreach.actions.send.LONGEST_STAND", 0.0)
    turns = []
    for _ in range(4):
        stand_in_line(DeliveryChannel.EMAIL)
        turns.append(ChannelPace.objects.get(channel="email").next_at)
    apart = [after - before for before, after in itertools.pairwise(turns)]
    assert min(apart) >= timedelta(seconds=0.1)


def test_a_mail_that_failed_before_waits_its_turn(house, team, settings, mailoutbox):
    settings.OUTREACH_CARRIER = "live"
    DeliveryFactory(
        team=team, channel="email", attempts=1, failures=1,
        patient=reachable(team, email="g@example.org"),
    )  # fmt: skip
    send_due(NOW)
    assert len(mailoutbox) == 1
    assert ChannelPace.objects.exists()


def sent(team) -> Delivery:
    row = DeliveryFactory(team=team)
    Delivery.objects.filter(pk=row.pk).update(state="sent", sent_at=NOW)
    return row


@pytest.mark.parametrize("answer", ["delivered", "replied"])
def test_an_answer_is_kept_and_is_never_a_contact(answer, house, team, actor, coordinator):
    row = sent(team)
    task = TaskFactory(team=team, patient=row.patient, evidence_required="contact")
    assert hear(actor, row.pk, answer, NOW).state == answer
    task.refresh_from_db()
    assert task.is_open
    assert not task.evidence.exists()


def test_a_number_that_turns_out_dead_becomes_a_call(house, team, actor):
    row = hear(actor, sent(team).pk, "failed", NOW, reason="invalid-phone-number")
    assert row.call_task is not None
    assert row.call_task.next_step == "The telephone number does not exist"


MOVES = [("planned", "delivered"), ("sent", "cancelled"), ("delivered", "failed")]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_what_is_not_listed_is_not_allowed(before, after, house, team, actor):
    row = DeliveryFactory(team=team)
    Delivery.objects.filter(pk=row.pk).update(state=before, sent_at=NOW)
    with pytest.raises(TransitionNotAllowed, match="cannot become"):
        hear(actor, row.pk, after, NOW)


def test_only_what_is_unsure_is_settled_by_hand(house, team, actor):
    row = sent(team)
    with pytest.raises(TransitionNotAllowed):
        settle_unsure(actor, row.pk, "sent", NOW)
    with pytest.raises(NotPermitted):
        hear(actor_of(member(team, "auditor")), row.pk, "delivered", NOW)


def test_a_message_that_did_not_arrive_gives_its_day_back(house, team, actor):
    row = DeliveryFactory(team=team)
    task = TaskFactory(team=team, patient=row.patient)
    Delivery.objects.filter(pk=row.pk).update(
        state="unsure", call_task=task, sending_on="2026-11-23", sending_at=NOW
    )
    settled = settle_unsure(actor, row.pk, "cancelled", NOW)
    assert (settled.state, settled.reason, settled.sending_on) == ("cancelled", "by-hand", None)


def test_the_call_goes_to_whoever_looked_after_them_last(house, team, coordinator):
    row = DeliveryFactory(team=team, patient=reachable(team, phone=""))
    row.patient.assignments.update(ends_at=NOW, user=coordinator)
    send_due(NOW)
    task = Task.objects.get()
    assert (task.team, task.assignee) == (team, None)


def test_somebody_nobody_looks_after_gets_a_call_from_the_first_team(house, team):
    TeamFactory(organization=team.organization)
    row = DeliveryFactory(team=team, give_up_at=NOW - timedelta(minutes=1))
    row.patient.assignments.all().delete()
    send_due(NOW)
    assert Task.objects.get().team == team


def test_the_commands_load_plan_and_send(house, team, outgoing, capsys):
    VisitFactory(patient=reachable(team), starts_at=timezone.now() + timedelta(days=4))
    call_command("plan_reminders")
    call_command("send_due")
    said = capsys.readouterr().out
    assert "2 reminders planned" in said
    assert "Messages handled: 0" in said


def test_the_jobs_run_by_the_databases_clock(house, team, outgoing):
    VisitFactory(patient=reachable(team), starts_at=timezone.now() + timedelta(days=4))
    jobs.plan_reminders()
    jobs.digest()
    jobs.send_due()
    assert Delivery.objects.filter(kind="visit-reminder", state="planned").count() == 2
