"""What a patient's page reads: at a fixed number of statements, and never more than it may say."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import queries
from patients.models import (
    Allergy,
    Assignment,
    Condition,
    ContactPreference,
    DisclosurePermission,
    Medication,
    Patient,
    TimelineEntry,
)
from patients.queries.story import LINES
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.patients.factories import (
    ContactFactory,
    CoverageFactory,
    SegmentFactory,
    VisitFactory,
)

ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(
        organization=team.organization, team=team, birth_date=date(1948, 3, 14), sex="female",
        language="ig", interpreter="not-needed",
    )  # fmt: skip


def test_the_head_says_who_where_and_since_when(patient, team, actor, now) -> None:
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    StayFactory(
        patient=patient, unit=unit, bed="12", admitted_at=now - timedelta(days=5),
        expected_at=now + timedelta(hours=4), planned_disposition="03",
    )  # fmt: skip
    head = queries.chart_head(actor, patient, now)
    assert (head.age, head.sex_letter, head.place_words) == (78, "F", "4 West, bed 12")
    assert head.language == "Igbo spoken at home, English fine"
    assert head.stay is not None
    assert (head.stay.day, head.stay.expected_day) == (6, 6)
    assert head.stay.where_to == "Skilled nursing facility"


@pytest.mark.parametrize(
    ("disposition", "days", "words"),
    [
        ("01", 11, "At home, day 12"), ("06", 0, "At home, day 1"), ("01", 90, "At home"),
        ("03", 2, "Skilled nursing facility, day 3"),
    ],
)  # fmt: skip
def test_who_left_is_counted_from_the_day_they_left(
    disposition, days, words, patient, actor, now
) -> None:
    left = now - timedelta(days=days)
    StayFactory(patient=patient, status="finished", departed_at=left, disposition=disposition)
    assert queries.chart_head(actor, patient, now).place_words == words


def test_an_open_stay_stands_before_a_later_one_that_ended(patient, actor, now) -> None:
    StayFactory(patient=patient, admitted_at=now - timedelta(days=9), bed="7")
    StayFactory(
        patient=patient, admitted_at=now - timedelta(days=2), status="finished", departed_at=now,
        disposition="01",
    )  # fmt: skip
    assert queries.chart_head(actor, patient, now).place_words == "bed 7"


def test_a_patient_without_a_stay_has_a_head_too(patient, actor, now) -> None:
    head = queries.chart_head(actor, patient, now)
    assert (head.stay, head.place_words) == (None, "No stay on record")


def permission(contact, now, **fields) -> None:
    defaults = {
        "status": "active", "topics": ["diagnosis"], "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=90), "document": "release",
    }  # fmt: skip
    DisclosurePermission.objects.create(
        organization=contact.organization, patient=contact.patient, contact=contact,
        **(defaults | fields),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "says", "tone"),
    [
        ({}, "May be told only diagnosis, until 21 Feb 2027.", "ok"),
        ({"topics": ["where-and-when", "money"]},
         "May be told where the patient is and when they leave, money and insurance, "
         "until 21 Feb 2027.", "ok"),
        ({"topics": ["diagnosis", "treatment", "medicines", "leaving", "money"]},
         "May be told everything, until 21 Feb 2027.", "ok"),
        ({"ends_in": 5}, "May be told only diagnosis; ends in 5 d, on 28 Nov 2026.", "soon"),
        ({"ends_in": -1},
         "The permission has ended: may be told nothing until it is renewed.", "late"),
        ({"status": "inactive"},
         "The permission has ended: may be told nothing until it is renewed.", "late"),
        ({"status": "rejected"}, "The patient said no: may be told nothing.", "late"),
        ({"status": "draft"}, "Nothing agreed yet: may be told nothing.", "none"),
        ({"starts_in": 2}, "May be told nothing before 25 Nov 2026.", "none"),
    ],
)  # fmt: skip
def test_each_relative_has_one_sentence_on_what_they_may_be_told(
    fields, says, tone, patient, now
) -> None:
    contact = ContactFactory(patient=patient)
    fields = dict(fields)
    for key, field in (("ends_in", "ends_at"), ("starts_in", "starts_at")):
        if key in fields:
            fields[field] = now + timedelta(days=fields.pop(key))
    permission(contact, now, **fields)
    [person] = queries.contacts_with_permissions(patient, now, ZONE)
    assert (person.may.sentence, person.may.tone) == (says, tone)


def test_who_must_not_be_told_is_told_nothing_whatever_was_signed(patient, now) -> None:
    contact = ContactFactory(patient=patient, must_not_be_told=True)
    permission(contact, now)
    [person] = queries.contacts_with_permissions(patient, now, ZONE)
    assert person.may.tone == "late"
    assert "Must not be told" in person.may.sentence


def test_a_new_permission_stands_before_one_that_ended(patient, now) -> None:
    contact = ContactFactory(patient=patient)
    permission(contact, now)
    permission(contact, now, status="inactive")
    assert queries.contacts_with_permissions(patient, now, ZONE)[0].may.tone == "ok"


def test_wishes_are_said_in_words(patient) -> None:
    for channel, fields in (
        ("phone", {"is_preferred": True, "hours": "17:00-20:00"}),
        ("text", {"opt_out_at": patient.created_at}),
    ):
        ContactPreference.objects.create(
            organization=patient.organization, patient=patient, channel=channel, **fields
        )
    assert [wish.words for wish in queries.preferences(patient)] == [
        "Phone call preferred, 17:00-20:00, no voicemail", "No text message",
    ]  # fmt: skip


def test_an_unconfirmed_payer_keeps_its_text_and_an_old_one_is_over(patient) -> None:
    CoverageFactory(patient=patient, ends_on=date(2025, 12, 31))
    CoverageFactory(patient=patient, payer_class="unconfirmed", as_imported="HUMANA GOLD")
    now_in_force, over = queries.coverages(patient, date(2026, 11, 23))
    assert (now_in_force.is_unconfirmed, now_in_force.as_imported) == (True, "HUMANA GOLD")
    assert over.is_over


def test_health_says_by_whom_and_what_is_over_comes_last(patient, now) -> None:
    for status in ("resolved", "active"):
        Condition.objects.create(
            organization=patient.organization, patient=patient, name=status, recorded_by="chart",
            clinical_status=status, recorded_at=now,
        )  # fmt: skip
    assert [c.name for c in queries.health(patient).conditions] == ["active", "resolved"]
    assert queries.health(patient).conditions[0].recorded_by == "chart"


def test_a_booked_visit_whose_time_has_passed_is_not_ahead(patient, now) -> None:
    VisitFactory(patient=patient, starts_at=now + timedelta(days=1), with_whom="ahead")
    VisitFactory(patient=patient, starts_at=now - timedelta(days=1), with_whom="behind")
    found = queries.visits(patient, now)
    assert [v.with_whom for v in found.ahead] == ["ahead"]
    assert [v.with_whom for v in found.behind] == ["behind"]


def lines(patient, count, now, kind="call.logged") -> None:
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            organization=patient.organization, patient=patient, kind=kind, sentence=f"n{n}",
            at=now - timedelta(hours=n // 2), recorded_at=now,
        )
        for n in range(count)
    )  # fmt: skip


def test_the_timeline_pages_without_a_gap_or_a_double(patient, actor, now) -> None:
    lines(patient, LINES * 2 + 3, now)
    seen, before = [], ""
    while True:
        found = queries.timeline(actor, patient, ZONE, before=before)
        seen += [line.sentence for day in found.days for line in day.lines]
        if not (before := found.before):
            break
    assert len(seen) == len(set(seen)) == LINES * 2 + 3


def test_the_timeline_can_be_narrowed_and_marks_late_entries(patient, actor, now) -> None:
    lines(patient, 4, now)
    lines(patient, 1, now, kind="stay.moved")
    found = queries.timeline(actor, patient, ZONE, group="stay", before="nonsense_x")
    assert [line.kind for day in found.days for line in day.lines] == ["stay.moved"]
    every = queries.timeline(actor, patient, ZONE).days[0].lines
    assert [line.recorded_at is not None for line in every] == [False] * 5


def test_a_like_name_in_scope_is_shown_and_noted(patient, team, actor) -> None:
    other = PatientFactory(organization=team.organization, team=team, family="Okafor-Smith")
    patient.refresh_from_db()
    assert [hit.patient_id for hit in queries.name_alert(actor, patient)] == [other.pk]
    assert other.pk in actor.shown


def test_who_looks_after_the_patient_is_said(patient, coordinator) -> None:
    Assignment.objects.filter(patient=patient).update(user=coordinator)
    [carer] = queries.carers(patient)
    assert (carer.person, carer.kind) == ("Maria Delgado", "Primary")


def fill(patient, count, now) -> None:
    for n in range(count):
        contact = ContactFactory(patient=patient)
        permission(contact, now)
        CoverageFactory(patient=patient)
        VisitFactory(patient=patient, starts_at=now + timedelta(days=n))
        stay = StayFactory(
            patient=patient, admitted_at=now - timedelta(days=n + 1), status="finished",
            departed_at=now - timedelta(days=n), disposition="01",
        )  # fmt: skip
        SegmentFactory(stay=stay, starts_at=now - timedelta(days=n + 1))
        for model in (Condition, Medication, Allergy):
            model.objects.create(organization=patient.organization, patient=patient, name="x")
    lines(patient, count, now)


@pytest.mark.parametrize("count", [1, 10, 50])
def test_the_page_costs_the_same_however_much_is_known(count, patient, actor, now) -> None:
    fill(patient, count, now)
    today = now.date()
    patient.refresh_from_db()
    with CaptureQueriesContext(connection) as statements:
        queries.chart_head(actor, patient, now)
        queries.name_alert(actor, patient)
        queries.family(patient, now, ZONE)
        queries.coverages(patient, today)
        queries.health(patient)
        queries.stays(patient)
        queries.visits(patient, now)
        queries.timeline(actor, patient, ZONE)
        queries.carers(patient)
    assert len(statements) == 15
