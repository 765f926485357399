"""Who is calling, and what they may be told: before any chart, in scope only."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent, Team
from coordination.records import NotPermitted, Refused, StaleRecord
from patients import actions
from patients.models import DisclosurePermission, FieldChange, Patient, TimelineEntry
from patients.queries import callers, told
from patients.rules.numbers import Number, read_number
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.patients.factories import ContactFactory

ZONE = ZoneInfo("America/New_York")
MEDICAL = ["diagnosis", "treatment", "medicines", "leaving", "money"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("(555) 010-7730", Number("5550107730"), id="as we write it"),
        pytest.param("+1 555.010.7730", Number("5550107730"), id="country code"),
        pytest.param("1-555-010-7730", Number("5550107730"), id="trunk prefix"),
        pytest.param("010 7730", Number("107730"), id="no area code"),
        pytest.param("7730", Number("7730"), id="last four"),
        pytest.param("555 010 7730 x 214", Number("5550107730", "214"), id="extension"),
        pytest.param("tel: 5550107730 ext. 9", Number("5550107730", "9"), id="labeled"),
        pytest.param("+44 20 7946 0958", Number("442079460958"), id="abroad"),
        pytest.param("0044 20 7946 0958", Number("442079460958"), id="dialed abroad"),
        pytest.param("020 7946 0958", Number("2079460958"), id="as written abroad"),
        pytest.param("730", None, id="too short"),
        pytest.param("5" * 16, None, id="too long"),
        pytest.param("okafor", None, id="a name"),
        pytest.param("3/14/1948", None, id="a date"),
        pytest.param("", None, id="nothing"),
        pytest.param("٣٤٥٦", None, id="other digits"),
    ],
)
def test_a_number_is_read_in_any_spelling(text: str, number: Number | None) -> None:
    assert read_number(text) == number


@pytest.fixture
def grace(team):
    return PatientFactory(organization=team.organization, team=team, phone="(555) 010-1101")


def permit(contact, now, **fields):
    return DisclosurePermission.objects.create(
        organization=contact.organization, patient=contact.patient, contact=contact,
        **{"status": "active", "topics": MEDICAL, "ends_at": now + timedelta(days=90),
           "document": "page 1", **fields},
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["(555) 010-7730", "5550107730", "+15550107730", "010-7730", "7730", "555-010-7730 x4"]
)
def test_a_contact_is_found_by_how_the_number_ends(typed, actor, grace, now) -> None:
    ngozi = ContactFactory(patient=grace, phone="(555) 010-7730", relation="daughter")
    found = callers(actor, typed, now, ZONE)
    assert found is not None
    assert [row.contact for row in found.rows] == [ngozi]
    assert found.rows[0].key == f"contact-{ngozi.public_id}"
    assert actor.shown == {grace.pk}


def test_the_second_number_the_patients_own_and_an_extension_are_found(actor, grace, now) -> None:
    ContactFactory(patient=grace, phone="(555) 010-1", other_phone="(555) 010-2284 ext. 12")
    ContactFactory(patient=grace, name="Front desk", phone="(555) 010-2284 ext. 9")
    own = callers(actor, "010 1101", now, ZONE)
    assert own is not None
    assert (own.rows[0].contact, own.rows[0].told.tone) == (None, "info")
    both = callers(actor, "010 2284", now, ZONE)
    one = callers(actor, "010 2284 x9", now, ZONE)
    assert both is not None
    assert one is not None
    assert len(both.rows) == 2
    assert [row.name for row in one.rows] == ["Front desk"]


def test_a_number_of_another_team_or_a_merged_chart_is_an_unknown_one(actor, grace, now) -> None:
    other = TeamFactory(organization=grace.organization)
    theirs = PatientFactory(organization=grace.organization, team=other, phone="(555) 010-3000")
    ContactFactory(patient=theirs, phone="(555) 010-3001")
    double = PatientFactory(
        organization=grace.organization, team=actor_team(actor), phone="(555) 010-3002"
    )
    Patient.objects.filter(pk=double.pk).update(merged_into=grace)
    for number in ("(555) 010-3000", "(555) 010-3001", "(555) 010-3002", "(555) 010-9999"):
        found = callers(actor, number, now, ZONE)
        assert found is not None
        assert found.rows == []
    assert actor.shown == set()


def actor_team(actor):
    return Team.objects.get(pk=actor.team_ids[0])


def heard(patient, contact, now):
    permission = DisclosurePermission.objects.filter(contact=contact).order_by("pk").last()
    return told(patient, contact, permission, now, ZONE)


def test_a_live_permission_names_what_may_and_may_not_be_said(grace, now) -> None:
    contact = ContactFactory(patient=grace)
    permit(contact, now, topics=["where-and-when"])
    said = heard(grace, contact, now)
    assert said.may == ("where the patient is and when they leave",)
    assert "diagnosis" in said.may_not
    assert "not able to speak about that" in said.say
    assert not said.is_silent
    everything = ContactFactory(patient=grace)
    permit(everything, now)
    assert heard(grace, everything, now).may_not == ()
    assert heard(grace, everything, now).say == ""


@pytest.mark.parametrize(
    ("fields", "contact_fields"),
    [
        pytest.param(None, {}, id="none"),
        pytest.param({"ends_at": timedelta(seconds=0)}, {}, id="ended this second"),
        pytest.param({"starts_at": timedelta(days=1)}, {}, id="not begun"),
        pytest.param({"status": "inactive"}, {}, id="taken back"),
        pytest.param({"status": "rejected"}, {}, id="refused"),
        pytest.param({}, {"must_not_be_told": True}, id="barred though signed"),
        pytest.param({}, {"ended_at": timedelta(0)}, id="no longer a contact"),
        pytest.param(None, {"must_not_be_told": True, "kind": "professional"}, id="barred office"),
    ],
)
def test_whoever_may_hear_nothing_gets_the_neutral_sentence(
    fields, contact_fields, grace, now
) -> None:
    def at(values):
        return {k: now + v if isinstance(v, timedelta) else v for k, v in values.items()}

    contact = ContactFactory(patient=grace, **at(contact_fields))
    if fields is not None:
        permit(contact, now, **at(fields))
    said = heard(grace, contact, now)
    assert said.is_silent
    assert said.may == ()
    assert said.say == "I can't confirm whether anyone by that name is here."


def test_who_is_unlisted_is_confirmed_to_nobody_whatever_was_signed(actor, grace, now) -> None:
    proxy = ContactFactory(patient=grace, phone="(555) 010-7730")
    permit(proxy, now)
    actions.unlist(actor, grace.public_id, 1, now=now, why="told by the patient")
    grace.refresh_from_db()
    assert (grace.unlisted_by_id, grace.unlisted_at) == (actor.user_id, now)
    for contact in (proxy, ContactFactory(patient=grace, kind="professional"), None):
        said = told(grace, contact, None, now, ZONE)
        assert said.is_silent
        assert "can't confirm" in said.say
    assert heard(grace, proxy, now).may != ()  # said beside it, for who has made sure


def test_a_wish_to_be_unlisted_is_kept_told_and_taken_back(actor, grace, now) -> None:
    actions.unlist(actor, grace.public_id, 1, now=now, why="told by the patient")
    with pytest.raises(Refused):
        actions.unlist(actor, grace.public_id, 2, now=now, why="again")
    with pytest.raises(StaleRecord):
        actions.list_again(actor, grace.public_id, 1, now=now, why="x")
    later = now + timedelta(days=1)
    actions.list_again(actor, grace.public_id, 2, now=later, why="went home")
    grace.refresh_from_db()
    assert (grace.is_unlisted, grace.unlisted_at, grace.unlisted_why) == (False, None, "")
    told_lines = list(TimelineEntry.objects.order_by("pk").values_list("sentence", flat=True))
    assert told_lines == [
        "Unlisted at their wish, told by the patient", "No longer unlisted, went home",
    ]  # fmt: skip
    assert FieldChange.objects.filter(field="is_unlisted").count() == 2
    rows = AuditEvent.objects.filter(action__in=["patient.unlisted", "patient.listed"])
    assert [row.patients for row in rows] == [[grace.pk], [grace.pk]]


def test_who_may_not_change_a_patient_may_not_unlist_them(team, grace, now) -> None:
    with pytest.raises(NotPermitted):
        actions.unlist(actor_of(member(team, "auditor")), grace.public_id, 1, now=now, why="x")
    stranger = actor_of(member(TeamFactory(organization=team.organization)))
    with pytest.raises(Patient.DoesNotExist):
        actions.unlist(stranger, grace.public_id, 1, now=now, why="x")


def test_the_database_refuses_an_unlisted_patient_without_a_since(grace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=grace.pk).update(is_unlisted=True, unlisted_at=None)


def test_who_says_so_when_registered_is_unlisted_from_then_on(actor, now) -> None:
    patient = actions.register_patient(actor, family="Petrenko", is_unlisted=True, now=now)
    patient.refresh_from_db()
    assert (patient.is_unlisted, patient.unlisted_by_id) == (True, actor.user_id)


def test_the_page_unlists_and_lists_again(signed_in: Client, grace) -> None:
    url = f"/patients/{grace.public_id}/unlisted/"
    assert signed_in.post(url, {"version": 1, "why": ""}).status_code == 422
    assert signed_in.post(url, {"version": 1, "why": "told by the patient"}).status_code == 302
    assert "Unlisted at their wish" in signed_in.get(f"/patients/{grace.public_id}/").text
    assert "List again" in signed_in.get(url).text
    assert signed_in.post(url, {"version": 2, "why": "over"}).status_code == 302
    assert not Patient.objects.get(pk=grace.pk).is_unlisted


def test_the_search_of_the_patients_page_shows_the_cards_without_scripts(
    signed_in: Client, grace
) -> None:
    ContactFactory(patient=grace, name="Chidi Okafor", relation="son", phone="(555) 010-2284")
    page = signed_in.post("/patients/find/", {"text": "555 010 2284"}).text
    assert "Chidi Okafor" in page
    assert "can&#39;t confirm whether anyone by that name is here" in page
    assert "number" in AuditEvent.objects.get(action="search").detail


@pytest.mark.parametrize("rows", [1, 6])
def test_the_cost_is_the_same_for_many(rows, actor, grace, django_assert_num_queries) -> None:
    now = timezone.now()
    for contact in ContactFactory.create_batch(rows, patient=grace, phone="(555) 010-7730"):
        permit(contact, now)
    with django_assert_num_queries(4):
        callers(actor, "5550107730", now, ZONE)


def test_the_lookup_can_read_the_index_made_for_it(grace) -> None:
    sql = f"""SELECT 1 FROM patients_contactperson
      WHERE organization_id = {grace.organization_id} AND phone <> ''
      AND reverse(regexp_replace(split_part(phone, ' ext', 1), '[^0-9]', '', 'g')) LIKE '0377%'"""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("DROP INDEX contact_phone_idx")  # as short a table makes either do
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "contact_phone_caller" in plan
