"""The pages of this room: every form is drawn, saved, refused and out of reach as it should be."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import AuditEvent, User
from patients.models import (
    Assignment,
    ContactPerson,
    ContactPreference,
    Coverage,
    DisclosurePermission,
    FieldChange,
    Patient,
    Stay,
    Visit,
)
from tests.conftest import member
from tests.factories import LONG_AGO, PatientFactory, StayFactory, TeamFactory, UnitFactory
from tests.patients.factories import (
    ContactFactory,
    CoverageFactory,
    SegmentFactory,
    VisitFactory,
)


@pytest.fixture
def unit(team):
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    team.units.add(unit)
    return unit


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(
        organization=team.organization, team=team, birth_date=date(1948, 3, 14), mrn="004 118 27"
    )


@pytest.fixture
def stay(patient, unit) -> Stay:
    stay = StayFactory(
        patient=patient, unit=unit, bed="12", admitted_at=timezone.now() - timedelta(days=2)
    )
    SegmentFactory(stay=stay, starts_at=stay.admitted_at)
    return stay


@pytest.fixture
def supervising(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def chart(patient: Patient) -> str:
    return f"/patients/{patient.public_id}/"


def local(at) -> str:
    return at.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M")


PERSON = {"family": "Okafor", "given": "Grace", "sex": "female", "birth_date": "14 Mar 1948"}
PATIENT_PAGES = [
    "edit", "death", "alive", "wishes", "add_contact", "add_coverage", "stays", "admit", "book",
]  # fmt: skip
STAY_PAGES = ["move", "segment", "expected", "plan", "depart", "correct_stay", "void_stay"]


def addresses(patient, stay) -> list[str]:
    """Return every address of this room that names a record."""
    contact = ContactFactory(patient=patient)
    permission = DisclosurePermission.objects.create(
        organization=patient.organization, patient=patient, contact=contact, status="active",
        topics=["diagnosis"], ends_at=timezone.now() + timedelta(days=9), document="release",
    )  # fmt: skip
    of = {
        patient: PATIENT_PAGES, stay: STAY_PAGES,
        contact: ["edit_contact", "end_contact", "permission"], permission: ["end_permission"],
        CoverageFactory(patient=patient): ["edit_coverage", "end_coverage"],
        VisitFactory(patient=patient, starts_at=timezone.now()): ["edit_visit"],
    }  # fmt: skip
    return [
        reverse(f"patients:{name}", args=[record.public_id])
        for record, names in of.items()
        for name in names
    ]


def test_every_page_is_drawn_and_its_title_names_nobody(supervising, patient, stay) -> None:
    for address in addresses(patient, stay):
        page = supervising.get(address)
        assert page.status_code == 200, address
        title = page.content.decode().split("<title>")[1].split("</title>")[0]
        assert "Okafor" not in title
        assert AuditEvent.objects.filter(action="read").last().patients == [patient.pk], address


def test_no_page_is_there_for_another_team(client, patient, stay, team) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    client.force_login(member(other, "supervisor"))
    for address in addresses(patient, stay):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {}).status_code in {404, 405}, address


def test_who_only_reads_changes_nothing(client, patient, stay, team) -> None:
    client.force_login(member(team, "auditor"))
    for address in addresses(patient, stay):
        expected = 200 if address.endswith("/stays/") else 403
        assert client.get(address).status_code == expected, address


def test_everybody_in_scope_is_listed_by_name(signed_in, patient, team) -> None:
    anna = PatientFactory(organization=team.organization, team=team, family="Home", given="Anna")
    PatientFactory(organization=team.organization, family="Elsewhere", given="Eve")
    page = signed_in.get("/patients/everybody/").content.decode()
    assert page.index("Anna Home") < page.index("Grace Okafor")
    assert "Elsewhere" not in page
    assert set(AuditEvent.objects.get(action="list").patients) == {patient.pk, anna.pk}


def test_the_list_by_name_pages_without_a_name_in_its_address(signed_in, team) -> None:
    for n in range(25):
        PatientFactory(organization=team.organization, team=team, given=f"P{n:02d}")
    first = signed_in.get("/patients/everybody/").content.decode()
    assert "P19" in first
    assert "P20" not in first
    key = first.split("?after=")[1].split('"')[0]
    assert key.isdigit()
    second = signed_in.get(f"/patients/everybody/?after={key}").content.decode()
    assert "P20" in second
    assert "P19" not in second
    assert "P00" in signed_in.get("/patients/everybody/?after=a:1:okafor").content.decode()


def test_a_search_is_a_post_and_answers_a_part_to_htmx(signed_in, patient) -> None:
    assert signed_in.get("/patients/find/").status_code == 405
    page = signed_in.post("/patients/find/", {"text": "oka gra"})
    part = signed_in.post("/patients/find/", {"text": "oka gra"}, headers={"HX-Request": "true"})
    for answer in (page, part):
        text = answer.content.decode()
        assert "Grace Okafor" in text
        assert "14 Mar 1948" in text
        assert "004 118 27" in text
    assert b"<html" in page.content
    assert b"<html" not in part.content
    row = AuditEvent.objects.filter(action="search").last()
    assert (row.patients, row.detail["hits"]) == ([patient.pk], 1)
    assert "oka" not in str(row.detail).lower().replace(row.detail["terms"], "")


def test_a_contacts_number_finds_the_patient_and_says_whose_it_is(signed_in, patient) -> None:
    ContactFactory(patient=patient, name="Chidi Okafor", relation="son", phone="(555) 010-2284")
    text = signed_in.post("/patients/find/", {"text": "555-010-2284"}).content.decode()
    assert "Grace Okafor" in text
    assert "telephone of Chidi Okafor, son" in text


def test_a_search_without_a_hit_says_what_to_try(signed_in, patient) -> None:
    assert b"similar names" in signed_in.post("/patients/find/", {"text": "zzz"}).content


def test_a_patient_is_registered_into_the_own_team(signed_in, team, coordinator) -> None:
    sent = {**PERSON, "mrn": "77 1", "phone": "555 010 1101", "team": team.pk,
            "create_key": str(uuid.uuid4())}  # fmt: skip
    for _ in range(5):
        answer = signed_in.post("/patients/new/", sent)
        if answer.status_code == 422:  # the second time the twin is the patient itself
            answer = signed_in.post("/patients/new/", {**sent, "not_twin": "1"})
    patient = Patient.objects.get(mrn="77 1")
    assert answer.url == chart(patient)
    assert (patient.phone, patient.birth_date) == ("(555) 010-1101", date(1948, 3, 14))
    assert Assignment.objects.get(patient=patient).team == team


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("birth_date", "2030-01-01", "a day that has been"),
        ("birth_date", "3/14/15", "read in two ways"),
        ("phone", "12", "Enter ten digits"),
        ("family", "", "This field is required"),
        ("mrn", "77", "belongs to another patient"),
        ("given", "x" * 81, "character too long"),
        ("given", "a\x00b", "control character"),
    ],
)
def test_a_wrong_field_says_what_is_expected_and_keeps_what_was_typed(
    field, typed, says, signed_in, team
) -> None:
    PatientFactory(organization=team.organization, family="Other", given="Person", mrn="77")
    sent = {**PERSON, "team": team.pk, "create_key": str(uuid.uuid4()), field: typed}
    answer = signed_in.post("/patients/new/", sent)
    assert answer.status_code == (409 if field == "mrn" else 422)
    assert says in answer.content.decode()
    assert "Grace" in answer.content.decode() or field == "given"
    assert not Patient.objects.filter(family="Okafor").exists()


def test_possible_twins_in_scope_are_shown_while_typing(signed_in, patient, team) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    PatientFactory(organization=team.organization, team=other, given="Hidden", family="Okafor")
    for typed in (
        {"family": "Okafor", "given": "Grace"}, {"family": "Okaffor", "birth_date": "3/14/1948"},
    ):  # fmt: skip
        text = signed_in.post("/patients/twins/", typed).content.decode()
        assert "Grace Okafor" in text
        assert "Hidden" not in text
    assert signed_in.post("/patients/twins/", {"family": "Ok"}).content.strip() == b""


def test_a_twin_is_asked_about_before_saving(signed_in, patient, team) -> None:
    sent = {**PERSON, "team": team.pk, "create_key": str(uuid.uuid4())}
    answer = signed_in.post("/patients/new/", sent)
    assert answer.status_code == 422
    assert "Is it this patient?" in answer.content.decode()
    signed_in.post("/patients/new/", {**sent, "not_twin": "1"})
    assert Patient.objects.filter(family="Okafor").count() == 2


def test_a_correction_is_kept_with_its_reason(signed_in, patient) -> None:
    address = reverse("patients:edit", args=[patient.public_id])
    sent = {**PERSON, "family": "Okafor-Eze", "mrn": patient.mrn, "version": 1, "why": "married"}
    assert signed_in.post(address, sent).url == chart(patient)
    change = FieldChange.objects.get(field="family")
    assert (change.before, change.after, change.why) == ("Okafor", "Okafor-Eze", "married")
    again = signed_in.post(address, sent)
    assert again.status_code == 409
    assert "Okafor-Eze" in again.content.decode()
    stays = reverse("patients:stays", args=[patient.public_id])
    assert "was “Okafor”, is “Okafor-Eze”" in signed_in.get(stays).content.decode()


def test_a_death_is_recorded_and_taken_back(signed_in, patient) -> None:
    died = local(timezone.now() - timedelta(hours=3))
    address = reverse("patients:death", args=[patient.public_id])
    sent = {"died_at": died, "told_by": "told by wife Nora", "version": 1}
    assert signed_in.post(address, sent).status_code == 302
    patient.refresh_from_db()
    assert patient.deceased_at is not None
    address = reverse("patients:alive", args=[patient.public_id])
    signed_in.post(address, {"why": "wrong chart", "version": patient.version})
    patient.refresh_from_db()
    assert patient.deceased_at is None


def test_a_death_still_to_come_is_a_field_error(signed_in, patient) -> None:
    address = reverse("patients:death", args=[patient.public_id])
    died = local(timezone.now() + timedelta(hours=3))
    answer = signed_in.post(address, {"died_at": died, "told_by": "x", "version": 1})
    assert answer.status_code == 422
    assert "still to come" in answer.content.decode()


def test_opting_out_and_in_again_is_kept(signed_in, patient) -> None:
    address = reverse("patients:wishes", args=[patient.public_id])
    signed_in.post(address, {"channel": "text", "is_out": "on", "told_by": "the patient"})
    assert ContactPreference.objects.get(channel="text").opt_out_at is not None
    signed_in.post(address, {"channel": "text", "is_preferred": "on", "hours": "17:00-20:00"})
    wish = ContactPreference.objects.get(channel="text")
    assert (wish.opt_out_at, wish.is_preferred, wish.hours) == (None, True, "17:00-20:00")
    assert "17:00-20:00" in signed_in.get(f"{address}?channel=text").content.decode()


def test_a_stay_is_entered_from_admission_to_leaving(signed_in, patient, unit) -> None:
    now = timezone.now()
    signed_in.post(reverse("patients:admit", args=[patient.public_id]), {
        "unit": unit.pk, "bed": "12", "at": local(now - timedelta(days=2)),
        "segment_class": "observation", "create_key": str(uuid.uuid4()),
    })  # fmt: skip
    stay = Stay.objects.get(patient=patient)

    def post(name: str, **fields) -> int:
        stay.refresh_from_db()
        address = reverse(f"patients:{name}", args=[stay.public_id])
        return signed_in.post(address, {"version": stay.version, **fields}).status_code

    assert post("move", unit=unit.pk, bed="14", at=local(now - timedelta(days=1))) == 302
    at = local(now - timedelta(hours=20))
    assert post("segment", segment_class="inpatient", starts_at=at) == 302
    assert post("expected", expected_at=local(now + timedelta(days=1)), why="slower") == 302
    assert post("plan", disposition="03") == 302
    assert post("depart", disposition="03", departed_at=local(now + timedelta(days=1))) == 422
    assert post("depart", disposition="03", departed_at=local(now)) == 302
    came = local(now - timedelta(days=3))
    assert post("correct_stay", admitted_at=came, departed_at=came[:-2] + "00", disposition="03",
                why="typed wrong") in {302, 422}  # fmt: skip
    stay.refresh_from_db()
    assert (stay.status, stay.bed, stay.disposition) == ("finished", "14", "03")
    assert stay.segments.count() == 2


def test_times_are_read_in_the_facilitys_zone(signed_in, patient, unit) -> None:
    unit.facility.zone = "America/New_York"
    unit.facility.save()
    signed_in.post(reverse("patients:admit", args=[patient.public_id]), {
        "unit": unit.pk, "at": "2026-01-05T08:00", "segment_class": "inpatient",
        "create_key": str(uuid.uuid4()),
    })  # fmt: skip
    assert Stay.objects.get(patient=patient).admitted_at.isoformat() == "2026-01-05T13:00:00+00:00"


def test_a_contact_is_added_changed_told_and_ended(supervising, patient) -> None:
    sent = {"name": "Ngozi Okafor", "kind": "family", "relation": "daughter", "rank": 1,
            "phone": "5550107730", "create_key": str(uuid.uuid4())}  # fmt: skip
    supervising.post(reverse("patients:add_contact", args=[patient.public_id]), sent)
    contact = ContactPerson.objects.get()
    assert contact.phone == "(555) 010-7730"
    supervising.post(
        reverse("patients:edit_contact", args=[contact.public_id]),
        {**sent, "best_time": "after 12:00", "version": 1},
    )
    now = timezone.now()
    told = {"topics": ["diagnosis"], "starts_at": local(now), "document": "release",
            "ends_at": local(now + timedelta(days=30)),
            "create_key": str(uuid.uuid4())}  # fmt: skip
    address = reverse("patients:permission", args=[contact.public_id])
    assert supervising.post(address, {**told, "topics": []}).status_code == 422
    backwards = {**told, "ends_at": local(now - timedelta(days=1))}
    assert "after the permission starts" in supervising.post(address, backwards).content.decode()
    supervising.post(address, told)
    permission = DisclosurePermission.objects.get()
    assert permission.status == "active"
    contact.refresh_from_db()
    supervising.post(
        reverse("patients:end_contact", args=[contact.public_id]),
        {"why": "moved away", "version": contact.version},
    )
    permission.refresh_from_db()
    assert permission.status == "inactive"


def test_a_contact_nobody_can_reach_is_refused(signed_in, patient) -> None:
    sent = {"name": "Ngozi", "kind": "family", "rank": 1, "create_key": str(uuid.uuid4())}
    answer = signed_in.post(reverse("patients:add_contact", args=[patient.public_id]), sent)
    assert "note how to reach them" in answer.content.decode()


def test_an_insurance_is_added_confirmed_and_ended(signed_in, patient) -> None:
    sent = {"payer": "Larkmere", "payer_class": "unconfirmed", "order": "1",
            "starts_on": "2026-01-01", "create_key": str(uuid.uuid4())}  # fmt: skip
    signed_in.post(reverse("patients:add_coverage", args=[patient.public_id]), sent)
    coverage = Coverage.objects.get()
    address = reverse("patients:edit_coverage", args=[coverage.public_id])
    wrong = {**sent, "ends_on": "2025-01-01", "version": 1}
    assert "after the insurance starts" in signed_in.post(address, wrong).content.decode()
    signed_in.post(address, {**sent, "payer_class": "medicare_advantage", "version": 1})
    coverage.refresh_from_db()
    assert (coverage.payer_class, coverage.version) == ("medicare_advantage", 2)
    ending = reverse("patients:end_coverage", args=[coverage.public_id])
    signed_in.post(ending, {"why": "over", "version": 2})
    coverage.refresh_from_db()
    assert coverage.ended_at is not None


def test_a_visit_is_booked_and_kept_only_with_its_source(signed_in, patient) -> None:
    begins = local(timezone.now() - timedelta(days=1))
    sent = {"with_whom": "Ortho Yard", "starts_at": begins, "create_key": str(uuid.uuid4())}
    signed_in.post(reverse("patients:book", args=[patient.public_id]), sent)
    visit = Visit.objects.get()
    address = reverse("patients:edit_visit", args=[visit.public_id])
    kept = {**sent, "status": "fulfilled", "version": 1}
    assert "Say who told you" in signed_in.post(address, kept).content.decode()
    signed_in.post(address, {**kept, "outcome_source": "the practice"})
    visit.refresh_from_db()
    assert (visit.status, visit.outcome_source) == ("fulfilled", "the practice")


@pytest.mark.parametrize("address", ["/patients/?whose=team", "/patients/everybody/"])
def test_a_list_costs_the_same_however_many_are_on_it(address, signed_in, unit, team) -> None:
    counts = set()
    signed_in.get(address)  # the first request of a session also notes that it is alive
    for rows in (1, 9, 40):
        for _ in range(rows):
            patient = PatientFactory(organization=team.organization, team=team)
            StayFactory(patient=patient, unit=unit, admitted_at=LONG_AGO)
        with CaptureQueriesContext(connection) as statements:
            assert signed_in.get(address).status_code == 200
        counts.add(len([s for s in statements if "SAVEPOINT" not in s["sql"]]))
    assert len(counts) == 1
    assert counts.pop() <= 12
