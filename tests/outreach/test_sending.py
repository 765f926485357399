"""From due to sent, and everything that can come between."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination.outreach.actions import claim, send_due, stop_outreach, work
from coordination.outreach.actions.outcome import cancel, defer, fail, note_sent
from coordination.outreach.channels import Result
from coordination.outreach.models import Delivery, DeliveryState
from coordination.worklist.models import Task
from patients.models import ContactPreference, TimelineEntry
from tests.factories import StayFactory, TeamFactory
from tests.outreach.conftest import written
from tests.outreach.factories import NOW, DeliveryFactory, reachable
from tests.patients.factories import ContactFactory

pytestmark = pytest.mark.django_db


def drain(now: datetime = NOW) -> None:
    while send_due(now):
        pass


def in_hand(team, **fields):
    """Make one message and claim it."""
    row = DeliveryFactory(team=team, **fields)
    batch = claim(NOW, [team.organization_id], fresh=not row.attempts)
    assert [claimed.id for claimed in batch.rows] == [row.pk]
    return row, batch


def expire(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_due_message_leaves_once_and_the_timeline_says_so(house, team, outgoing):
    row = DeliveryFactory(team=team)
    drain()
    drain()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, NOW)
    (message,) = written(outgoing)
    assert message["id"] == str(row.pk)
    assert message["to"] == "(555) 010-2001"
    line = TimelineEntry.objects.get(patient=row.patient)
    assert line.sentence == "Visit reminder sent: text message"


def test_the_text_is_neutral_and_names_day_hour_and_hospital(house, team, outgoing):
    DeliveryFactory(team=team)
    drain()
    (message,) = written(outgoing)
    assert message["body"] == (
        "St. Brigid Medical Center: you have an appointment on Wednesday, November 25 at 10:42 AM."
    )


def test_the_team_s_number_stands_in_the_text_where_there_is_one(house, team, outgoing):
    team.phone = "(555) 010-4000"
    team.save()
    DeliveryFactory(team=team)
    drain()
    assert written(outgoing)[0]["body"].endswith(" please call (555) 010-4000.")


def test_a_patient_who_speaks_spanish_is_written_to_in_spanish(house, team, outgoing):
    DeliveryFactory(team=team, patient=reachable(team, language="es-MX"))
    drain()
    (message,) = written(outgoing)
    assert message["language"] == "es"
    assert "usted tiene una cita el miércoles 25 de noviembre a las 10:42" in message["body"]


def test_a_language_nobody_wrote_gets_english(house, team, outgoing):
    DeliveryFactory(team=team, patient=reachable(team, language="fr"))
    drain()
    assert written(outgoing)[0]["language"] == "en"


def test_nothing_leaves_before_it_is_due(house, team, outgoing):
    DeliveryFactory(team=team, due_at=NOW + timedelta(seconds=1))
    drain()
    assert written(outgoing) == []


def test_nothing_leaves_while_messages_are_off(house, team, outgoing):
    row = DeliveryFactory(team=team)
    house.messages_on = False
    house.save()
    drain()
    row.refresh_from_db()
    assert (row.state, row.attempts, written(outgoing)) == ("planned", 0, [])


def test_what_went_past_its_moment_while_messages_were_off_is_canceled(house, team):
    row = DeliveryFactory(team=team, give_up_at=NOW - timedelta(minutes=1))
    house.messages_on = False
    house.save()
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "messages-off")


def test_only_test_recipients_get_messages_while_any_are_listed(house, team, outgoing):
    house.test_recipients = ["(555) 010-9999"]
    house.save()
    kept = DeliveryFactory(team=team, patient=reachable(team, phone="(555) 010-9999"))
    stopped = DeliveryFactory(team=team)
    drain()
    stopped.refresh_from_db()
    assert [m["id"] for m in written(outgoing)] == [str(kept.pk)]
    assert (stopped.state, stopped.reason) == ("cancelled", "not-a-test-recipient")


STOPS = {
    "died": lambda row: type(row.patient).objects.filter(pk=row.patient_id).update(deceased_at=NOW),
    "opted-out": lambda row: ContactPreference.objects.create(
        organization=row.organization, patient=row.patient, channel="text", opt_out_at=NOW
    ),
    "visit-cancelled": lambda row: type(row.visit).objects.update(status="cancelled"),
    "visit-moved": lambda row: type(row.visit).objects.update(starts_at=NOW + timedelta(days=9)),
    "visit-over": lambda row: (
        type(row.visit).objects.update(starts_at=NOW),
        Delivery.objects.update(occurs_at=NOW),
    ),
    "in-hospital": lambda row: StayFactory(patient=row.patient),
}


@pytest.mark.parametrize("reason", STOPS)
def test_the_last_look_stops_what_no_longer_makes_sense(reason, house, team, outgoing):
    row = DeliveryFactory(team=team)
    STOPS[reason](row)
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason, written(outgoing)) == ("cancelled", reason, [])


def test_a_patient_who_leaves_before_the_visit_is_still_reminded(house, team, outgoing):
    row = DeliveryFactory(team=team)
    StayFactory(patient=row.patient, expected_at=NOW + timedelta(hours=5))
    drain()
    assert len(written(outgoing)) == 1


def test_an_opt_out_of_another_channel_stops_nothing(house, team, outgoing):
    row = DeliveryFactory(team=team)
    ContactPreference.objects.create(
        organization=row.organization, patient=row.patient, channel="email", opt_out_at=NOW
    )
    drain()
    assert len(written(outgoing)) == 1


def test_a_contact_who_ended_gets_nothing(house, team, outgoing):
    patient = reachable(team)
    contact = ContactFactory(patient=patient, phone="(555) 010-3000", ended_at=NOW)
    row = DeliveryFactory(team=team, patient=patient, recipient=f"contact:{contact.pk}")
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "contact-ended")


def test_quiet_hours_delay_a_message_to_their_end_in_the_patients_zone(house, team, outgoing):
    night = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 21:00 in New York
    row = DeliveryFactory(team=team)
    west = DeliveryFactory(team=team, patient=reachable(team, zone="America/Los_Angeles"))
    drain(night)
    row.refresh_from_db()
    assert [m["id"] for m in written(outgoing)] == [str(west.pk)]
    assert (row.state, row.due_at) == ("planned", datetime(2026, 11, 24, 11, 42, 1, tzinfo=UTC))
    assert (row.attempts, row.last_error) == (0, "quiet-hours")


def test_without_quiet_hours_no_message_leaves(house, team, outgoing):
    team.facility.facilitysetting_set.all().delete()
    row = DeliveryFactory(team=team)
    drain()
    row.refresh_from_db()
    assert (row.state, row.last_error, written(outgoing)) == (
        "planned", "quiet-hours-not-set", [],
    )  # fmt: skip


def test_a_patient_gets_one_message_a_day(house, team, outgoing):
    patient = reachable(team)
    DeliveryFactory.create_batch(2, team=team, patient=patient)
    drain()
    assert len(written(outgoing)) == 1
    states = sorted(Delivery.objects.values_list("state", "last_error"))
    assert states == [("planned", "one-a-day"), ("sent", "")]
    waiting = Delivery.objects.get(state="planned")
    assert waiting.due_at > NOW + timedelta(hours=12)


def test_a_recipient_without_a_number_becomes_a_call_task(house, team):
    row = DeliveryFactory(team=team, patient=reachable(team, phone=""))
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "no-number")
    task = row.call_task
    assert task is not None
    assert (task.kind, task.evidence_required, task.team) == ("call", "contact", team)
    assert task.title == "Call: a reminder could not be delivered"
    assert row.patient.family not in task.title
    assert task.next_step == "There is no telephone number on file"
    sentence = TimelineEntry.objects.filter(patient=row.patient, kind="message.failed").get()
    assert "could not be delivered" in sentence.sentence


def test_a_channel_that_does_not_exist_becomes_a_call_task(house, team, settings):
    settings.OUTREACH_CARRIER = "live"
    row = DeliveryFactory(team=team)
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "no-such-channel")
    assert row.call_task is not None


def test_a_broken_text_ends_one_message_and_no_other(house, team, outgoing):
    broken = DeliveryFactory(team=team, template="nobody-wrote-this")
    DeliveryFactory(team=team)
    drain()
    broken.refresh_from_db()
    assert (broken.state, broken.reason) == ("failed", "no-text")
    assert len(written(outgoing)) == 1


def test_mail_goes_through_the_backend_with_its_id(house, team, settings, mailoutbox):
    settings.OUTREACH_CARRIER = "live"
    row = DeliveryFactory(
        team=team, channel="email", patient=reachable(team, email="grace@example.org")
    )
    drain()
    row.refresh_from_db()
    (mail,) = mailoutbox
    assert mail.to == ["grace@example.org"]
    assert str(row.pk) in mail.extra_headers["Message-ID"]
    assert row.state == "sent"


def test_a_mail_server_that_is_down_delays_and_tries_again(house, team, settings):
    settings.OUTREACH_CARRIER = "live"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = DeliveryFactory(
        team=team, channel="email", patient=reachable(team, email="g@example.org")
    )
    assert send_due(NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.failures, row.last_error) == (
        "planned", 1, "ConnectionRefusedError",
    )  # fmt: skip
    assert NOW + timedelta(seconds=60) <= row.due_at <= NOW + timedelta(seconds=66)
    assert row.sending_on is None


def test_the_eighth_failure_is_the_last_and_a_person_calls(house, team):
    row, batch = in_hand(team, failures=7, attempts=7)
    fail(batch.token, row.pk, Result("failed", code="smtp-421"), NOW)
    row.refresh_from_db()
    assert (row.state, row.failures, row.reason) == ("failed", 8, "smtp-421")
    assert row.call_task is not None


def test_a_permanent_refusal_is_not_tried_again(house, team):
    row, batch = in_hand(team)
    fail(batch.token, row.pk, Result("refused", code="invalid-phone-number"), NOW)
    row.refresh_from_db()
    assert (row.state, row.failures) == ("failed", 1)


def test_past_its_last_useful_moment_it_becomes_a_call_task(house, team):
    row = DeliveryFactory(team=team, give_up_at=NOW - timedelta(minutes=1))
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "too-late")
    assert row.call_task is not None


def test_a_dead_reminder_of_a_visit_that_is_off_needs_no_call(house, team):
    row = DeliveryFactory(team=team, give_up_at=NOW - timedelta(minutes=1))
    type(row.visit).objects.update(status="cancelled")
    drain()
    row.refresh_from_db()
    assert (row.state, row.call_task) == ("cancelled", None)
    assert not Task.objects.exists()


def test_a_lease_that_ran_out_puts_the_message_back(house, team, outgoing):
    row, _batch = in_hand(team)
    expire(row)
    drain()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)


def test_a_worker_that_slept_past_its_lease_writes_nothing(house, team, outgoing):
    row, stale = in_hand(team)
    expire(row)
    drain()
    row.refresh_from_db()
    before = row.sent_at
    work(stale, NOW + timedelta(minutes=9))
    fail(stale.token, row.pk, Result("refused", code="x"), NOW)
    cancel(stale.token, row.pk, "died", NOW)
    defer(stale.token, row.pk, NOW, "quiet-hours")
    assert note_sent(stale.token, {row.pk: "stale"}, NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.reason, len(written(outgoing))) == ("sent", before, "", 1)


def test_a_keyed_carrier_takes_the_same_message_once(house, team, outgoing):
    row, _batch = in_hand(team)
    Delivery.objects.filter(pk=row.pk).update(sending_at=NOW)
    outgoing.write_text(f'{{"id": "{row.pk}", "channel": "text"}}\n')
    expire(row)
    drain()
    row.refresh_from_db()
    assert (row.state, len(outgoing.read_text().splitlines())) == ("sent", 1)


def test_a_half_written_line_is_cut_off_and_written_again(house, team, outgoing):
    row = DeliveryFactory(team=team)
    outgoing.write_text(f'{{"id": "{row.pk}", "chan')
    drain()
    (message,) = written(outgoing)
    assert message["id"] == str(row.pk)


def test_a_mail_cut_off_in_the_middle_becomes_unsure_and_a_call(house, team, settings, mailoutbox):
    settings.OUTREACH_CARRIER = "live"
    row, _batch = in_hand(team, channel="email", patient=reachable(team, email="g@example.org"))
    Delivery.objects.filter(pk=row.pk).update(sending_at=NOW)
    expire(row)
    drain()
    row.refresh_from_db()
    assert (row.state, mailoutbox) == ("unsure", [])
    assert row.call_task is not None
    assert row.call_task.title == "Call: a reminder may not have arrived"


def test_a_staff_mail_cut_off_in_the_middle_goes_again_marked(house, team, coordinator, settings,
                                                             mailoutbox):  # fmt: skip
    settings.OUTREACH_CARRIER = "live"
    coordinator.email = "maria@example.org"
    coordinator.save()
    row, _batch = in_hand(
        team, kind="digest", template="digest", channel="email", patient=None, visit=None,
        organization=house, recipient=f"user:{coordinator.pk}", reminder="digest:x",
        facts={"late": 3, "escalated": 1},
    )  # fmt: skip
    Delivery.objects.filter(pk=row.pk).update(sending_at=NOW)
    expire(row)
    drain()
    row.refresh_from_db()
    assert (row.state, row.maybe_repeated) == ("sent", True)
    assert mailoutbox[0].body.startswith("Late tasks: 3. Waiting for your answer: 1. http")


def test_a_message_that_kills_its_worker_five_times_is_dead_and_the_others_go(
    house, team, outgoing
):
    poison, _batch = in_hand(team, attempts=4)
    DeliveryFactory(team=team)
    expire(poison)
    drain()
    poison.refresh_from_db()
    assert (poison.state, poison.reason, poison.attempts) == ("failed", "stopped-its-worker", 5)
    assert poison.call_task is not None
    assert len(written(outgoing)) == 1


def test_from_the_second_attempt_on_messages_are_claimed_alone(house, team):
    DeliveryFactory.create_batch(2, team=team, attempts=1)
    DeliveryFactory.create_batch(3, team=team)
    fresh = claim(NOW, [house.pk])
    again = claim(NOW, [house.pk], limit=1, fresh=False)
    assert (len(fresh.rows), len(again.rows)) == (3, 1)
    assert fresh.token != again.token


def test_death_stops_what_is_planned_and_what_is_in_hand_but_not_begun(house, team, actor):
    patient = reachable(team)
    planned, in_the_air = DeliveryFactory.create_batch(2, team=team, patient=patient)
    Delivery.objects.filter(pk=in_the_air.pk).update(
        state="claimed", token=uuid.uuid4(), lease_until=NOW, sending_at=NOW
    )
    assert stop_outreach(actor, patient.pk, "died", NOW) == (1, 1)
    planned.refresh_from_db()
    in_the_air.refresh_from_db()
    assert (planned.state, planned.reason, in_the_air.state) == ("cancelled", "died", "claimed")
    line = TimelineEntry.objects.get(patient=patient)
    assert line.sentence == ("1 planned message stopped, 1 may have gone out. The patient has died")


@pytest.mark.parametrize("rows", [1, 10, 25])
def test_a_batch_costs_the_same_however_many_messages_it_holds(rows, house, team):
    DeliveryFactory.create_batch(rows, team=team)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        send_due(NOW)
    assert len([q for q in seen if "SAVEPOINT" not in q["sql"]]) == 11


def test_another_organizations_switch_is_its_own(house, team, outgoing):
    other = TeamFactory()
    DeliveryFactory(team=other)
    drain()
    assert written(outgoing) == []
    assert Delivery.objects.get().state == DeliveryState.PLANNED


@pytest.mark.django_db(transaction=True)
def test_what_must_not_leave_is_canceled_by_a_worker_that_holds_no_transaction(house, team):
    row = DeliveryFactory(team=team)
    row.patient.deceased_at = NOW
    row.patient.save()
    drain()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "died")
