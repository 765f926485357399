"""Reminders follow their visit: planned once, moved with it, stopped with it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from coordination.access.actor import Actor
from coordination.outreach.actions import (
    load_reminder_rules,
    plan_digests,
    plan_reminders,
    plan_visit,
    stop_outreach,
)
from coordination.outreach.models import Call, Delivery, Message, ReminderRule
from coordination.outreach.rules import reminder_due, wished_slot
from coordination.worklist.models import Escalation
from patients.actions import book_visit, change_visit, opt_out, record_death
from patients.models import ContactPreference
from tests.conftest import member
from tests.outreach.factories import NOW, CallFactory, DeliveryFactory, reachable
from tests.patients.factories import ContactFactory, VisitFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
VISIT = datetime(2026, 12, 1, 15, 20, tzinfo=UTC)  # a Tuesday, 10:20 in New York


@pytest.fixture
def visit(house, team):
    return VisitFactory(patient=reachable(team), starts_at=VISIT)


def due_times() -> list[datetime]:
    return list(Delivery.objects.order_by("due_at").values_list("due_at", flat=True))


def test_booking_a_visit_plans_its_reminders_in_the_same_breath(house, team, actor):
    patient = reachable(team)
    book_visit(actor, patient, now=NOW, starts_at=VISIT, with_whom="Ortho Yard")
    assert due_times() == [
        datetime(2026, 11, 28, 15, tzinfo=UTC),
        datetime(2026, 11, 30, 15, tzinfo=UTC),
    ]
    row = Delivery.objects.order_by("due_at")[0]
    assert (row.recipient, row.channel, row.state, row.ordinal) == ("patient", "text", "planned", 1)
    assert row.give_up_at == row.due_at + timedelta(hours=24)


def test_the_hour_is_the_patients_own(house, team):
    patient = reachable(team, zone="America/Los_Angeles")
    plan_visit(house, VisitFactory(patient=patient, starts_at=VISIT).pk, NOW)
    assert due_times()[0] == datetime(2026, 11, 28, 18, tzinfo=UTC)


def test_planning_again_changes_nothing(house, visit):
    assert [plan_visit(house, visit.pk, NOW) for _ in range(3)] == [2, 0, 0]
    assert plan_reminders(house, NOW) == 0
    assert Delivery.objects.count() == 2


def test_the_daily_net_plans_what_was_missed(house, visit):
    soon = VisitFactory(patient=visit.patient, starts_at=NOW + timedelta(days=4))
    assert plan_reminders(house, NOW) == 2
    assert set(Delivery.objects.values_list("visit_id", flat=True)) == {soon.pk}


def test_a_moved_visit_moves_its_planned_rows(house, visit):
    plan_visit(house, visit.pk, NOW)
    ids = set(Delivery.objects.values_list("pk", flat=True))
    visit.starts_at = VISIT + timedelta(days=7)
    visit.save()
    assert plan_visit(house, visit.pk, NOW) == 0
    assert set(Delivery.objects.values_list("pk", flat=True)) == ids
    assert due_times()[0] == datetime(2026, 12, 5, 15, tzinfo=UTC)


def test_a_visit_moved_after_its_reminder_went_out_gets_another(house, visit):
    plan_visit(house, visit.pk, NOW)
    first = Delivery.objects.order_by("due_at")[0]
    Delivery.objects.filter(pk=first.pk).update(state="sent", sent_at=NOW)
    visit.starts_at = VISIT + timedelta(days=7)
    visit.save()
    assert plan_visit(house, visit.pk, NOW) == 1
    rows = Delivery.objects.filter(reminder=first.reminder).order_by("ordinal")
    assert [(row.ordinal, row.state) for row in rows] == [(1, "sent"), (2, "planned")]
    assert plan_visit(house, visit.pk, NOW) == 0


def test_what_moves_into_the_past_is_canceled_and_nothing_past_is_planned(house, visit):
    plan_visit(house, visit.pk, NOW)
    visit.starts_at = NOW + timedelta(days=2)
    visit.save()
    plan_visit(house, visit.pk, NOW)
    states = Delivery.objects.order_by("reminder").values_list("reminder", "state", "reason")
    assert [(r.rsplit(":", 1)[1], s, why) for r, s, why in states] == [
        ("visit-1d", "planned", ""),
        ("visit-3d", "cancelled", "visit-moved"),
    ]


def test_a_canceled_visit_cancels_its_reminders_and_booking_it_again_plans_anew(house, team, actor):
    patient = reachable(team)
    visit = book_visit(actor, patient, now=NOW, starts_at=VISIT, with_whom="Ortho Yard")
    change_visit(
        actor, visit.public_id, visit.version, now=NOW, status="cancelled", outcome_source="patient"
    )
    assert set(Delivery.objects.values_list("state", "reason")) == {
        ("cancelled", "visit-cancelled")
    }
    visit.refresh_from_db()
    change_visit(
        actor, visit.public_id, visit.version, now=NOW, status="booked", outcome_source="patient"
    )
    assert Delivery.objects.filter(state="planned", ordinal=2).count() == 2


def test_a_visit_of_the_past_plans_nothing(house, team):
    visit = VisitFactory(patient=reachable(team), starts_at=NOW - timedelta(days=3))
    assert plan_visit(house, visit.pk, NOW) == 0


def test_reminders_are_planned_while_messages_are_off(house, visit):
    house.messages_on = False
    house.save()
    assert plan_visit(house, visit.pk, NOW) == 2


def test_a_childs_reminder_goes_to_the_parent_who_decides(house, team):
    child = reachable(team, birth_date="2018-02-01", phone="")
    told_not = ContactFactory(
        patient=child, decision_role="parent", must_not_be_told=True, phone="(555) 010-1"
    )
    mother = ContactFactory(patient=child, decision_role="parent", rank=2, phone="(555) 010-2")
    plan_visit(house, VisitFactory(patient=child, starts_at=VISIT).pk, NOW)
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {f"contact:{mother.pk}"}
    assert told_not.pk != mother.pk


def test_whoever_prefers_mail_gets_mail(house, team):
    patient = reachable(team, email="grace@example.org")
    ContactPreference.objects.create(
        organization=house, patient=patient, channel="email", is_preferred=True
    )
    plan_visit(house, VisitFactory(patient=patient, starts_at=VISIT).pk, NOW)
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"email"}


def test_whoever_wants_no_texts_gets_none_planned(house, team, actor):
    patient = reachable(team)
    opt_out(actor, patient.public_id, "text", now=NOW)
    plan_visit(house, VisitFactory(patient=patient, starts_at=VISIT).pk, NOW)
    assert not Delivery.objects.exists()


def test_an_opt_out_stops_what_is_planned_in_the_same_transaction(house, visit, actor):
    plan_visit(house, visit.pk, NOW)
    opt_out(actor, visit.patient.public_id, "text", now=NOW)
    assert set(Delivery.objects.values_list("state", "reason")) == {("cancelled", "opted-out")}
    assert plan_reminders(house, VISIT - timedelta(days=4)) == 0


def test_death_stops_messages_and_closes_queued_calls(house, visit, actor):
    plan_visit(house, visit.pk, NOW)
    call = CallFactory(
        patient=visit.patient, status="queued", next_attempt_at=NOW + timedelta(hours=1)
    )
    record_death(actor, visit.patient.public_id, visit.patient.version, died_at=NOW, now=NOW)
    assert set(Delivery.objects.values_list("state", "reason")) == {("cancelled", "died")}
    assert Call.objects.get(pk=call.pk).status == "closed"


def test_an_opt_out_of_texts_leaves_queued_calls(house, visit, actor):
    call = CallFactory(
        patient=visit.patient, status="queued", next_attempt_at=NOW + timedelta(hours=1)
    )
    stop_outreach(actor, visit.patient_id, "opted-out", NOW, channel="text", recipient="patient")
    assert Call.objects.get(pk=call.pk).status == "queued"


def test_shipped_rules_are_loaded_once_and_keep_what_the_site_changed(hospital):
    assert load_reminder_rules(hospital, NOW) == 5
    ReminderRule.objects.filter(slug="visit-3d").update(local_time=time(9))
    assert load_reminder_rules(hospital, NOW) == 0
    assert ReminderRule.objects.get(slug="visit-3d").local_time == time(9)
    assert not Message.objects.filter(body__contains="%").exists()


def test_one_reminder_an_occurrence_over_a_year_of_days_in_every_zone():
    from zoneinfo import ZoneInfo

    for name in ("America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"):
        zone = ZoneInfo(name)
        visits = [datetime(2027, 12, 25, 14, tzinfo=UTC) + timedelta(days=n) for n in range(400)]
        due = [reminder_due(at, 1, time(2, 15), zone).astimezone(zone) for at in visits]
        assert len({at.date() for at in due}) == 400
        assert all(at.hour in {2, 3} for at in due)


def test_the_digest_counts_what_is_late_once_a_shift_and_is_silent_otherwise(
    house, team, coordinator, supervisor
):
    coordinator.email, supervisor.email = "maria@example.org", "ruth@example.org"
    coordinator.save()
    supervisor.save()
    TaskFactory.create_batch(2, team=team, assignee=coordinator, due_at=NOW - timedelta(hours=1))
    morning = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)  # 07:30
    later = NOW  # 10:42
    Delivery.objects.all().delete()
    assert plan_digests(house, later) == 1
    assert plan_digests(house, later + timedelta(minutes=10)) == 0
    row = Delivery.objects.get()
    assert (row.recipient, row.facts, row.patient_id) == (
        f"user:{coordinator.pk}", {"late": 2, "escalated": 0}, None,
    )  # fmt: skip
    assert plan_digests(house, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)) == 0
    assert morning < later


HOURS = {"morning": 12, "noon": 17, "evening": 1}  # UTC, of 07:30, 12:30 and 20:30 in New York


def wall(when: str) -> datetime:
    return datetime(2026, 11, 23 if when != "evening" else 24, HOURS[when], 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wish", "climbed", "news", "hears"),
    [
        pytest.param("shifts", False, False, ["morning", "evening"], id="each shift"),
        pytest.param("morning", True, True, ["morning"], id="in the morning only"),
        pytest.param("off", False, False, [], id="never, nothing climbed"),
        pytest.param("off", True, True, ["morning"], id="never, but something climbed"),
        pytest.param("at-once", True, True, ["morning", "noon", "evening"], id="at once"),
        pytest.param("at-once", True, False, ["morning", "evening"], id="at once, told already"),
    ],
)
def test_each_person_hears_when_they_wish(wish, climbed, news, hears):
    zone = ZoneInfo("America/New_York")
    slots = {
        when: wished_slot(wish, wall(when), zone, has_climbed=climbed, is_news=news)
        for when in HOURS
    }
    assert [when for when in HOURS if slots[when]] == hears


def test_what_climbs_is_mailed_at_once_and_only_once(house, team, coordinator, supervisor):
    supervisor.email, supervisor.digest = "ruth@example.org", "at-once"
    supervisor.save()
    first, second = TaskFactory.create_batch(
        2, team=team, assignee=coordinator, due_at=NOW - timedelta(hours=6)
    )
    Delivery.objects.all().delete()
    noon = wall("noon")

    def climb(task, at):
        Escalation.objects.create(
            organization=house, task=task, level=1, fired_at=at, to=supervisor
        )

    assert plan_digests(house, noon) == 0
    climb(first, noon)
    plans = [plan_digests(house, noon + timedelta(minutes=after)) for after in (1, 16, 90)]
    assert plans == [1, 0, 0]
    climb(second, noon + timedelta(minutes=95))
    assert plan_digests(house, noon + timedelta(minutes=100)) == 1
    last = Delivery.objects.order_by("due_at").last()
    assert (last.recipient, last.facts) == (
        f"user:{supervisor.pk}", {"late": 0, "escalated": 2},
    )  # fmt: skip


@pytest.mark.parametrize("people", [1, 10, 50])
def test_the_digests_cost_the_same_for_any_number(
    house, team, people, django_assert_max_num_queries
):
    for number in range(people):
        user = member(team, email=f"p{number}@example.org", digest="at-once")
        task = TaskFactory(team=team, assignee=user, due_at=NOW - timedelta(hours=1))
        Escalation.objects.create(organization=house, task=task, level=1, fired_at=NOW, to=user)
    Delivery.objects.all().delete()
    with django_assert_max_num_queries(8):  # six, and the transaction's own two
        assert plan_digests(house, wall("noon")) == people


def test_the_same_occurrence_recipient_and_channel_exist_once(house, team):
    row = DeliveryFactory(team=team)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory(team=team, patient=row.patient, visit=row.visit, reminder=row.reminder)


WRONG = [
    pytest.param({"state": "claimed"}, "delivery_claimed_has_lease", id="claimed without a lease"),
    pytest.param({"state": "sent"}, "delivery_sent_has_time", id="sent without a time"),
    pytest.param(
        {"state": "cancelled"}, "delivery_cancelled_has_reason", id="canceled for nothing"
    ),
    pytest.param({"state": "failed"}, "delivery_dead_has_call_task", id="dead without a call"),
    pytest.param({"state": "unsure"}, "delivery_dead_has_call_task", id="unsure without a call"),
]


@pytest.mark.parametrize(("fields", "name"), WRONG)
def test_the_database_refuses_half_a_state(fields, name, house, team):
    row = DeliveryFactory(team=team)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(**fields)


def test_the_database_refuses_a_second_message_the_same_day(house, team):
    patient = reachable(team)
    rows = DeliveryFactory.create_batch(2, team=team, patient=patient)
    Delivery.objects.filter(pk=rows[0].pk).update(sending_on="2026-11-23")
    with pytest.raises(IntegrityError, match="delivery_one_a_day"), transaction.atomic():
        Delivery.objects.filter(pk=rows[1].pk).update(sending_on="2026-11-23")


def test_a_reminder_further_ahead_than_sixty_days_is_refused(house):
    with pytest.raises(IntegrityError, match="reminderrule_days_sensible"), transaction.atomic():
        ReminderRule.objects.update(days_before=61)


def test_a_rule_and_a_text_exist_once(house, actor: Actor):
    with pytest.raises(IntegrityError, match="reminderrule_once"), transaction.atomic():
        ReminderRule.objects.create(
            organization=house, slug="visit-3d", name="x", kind="visit-reminder", days_before=1,
            local_time=time(9), channel="text", template="x",
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="message_once"), transaction.atomic():
        Message.objects.create(
            organization=house, slug="digest", language="en", subject="x", body="x"
        )
