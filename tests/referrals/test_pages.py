"""The directory in the browser: what it asks, shows and refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.models import CheckCall, Network, Program, Provider, Verification
from tests.conftest import member
from tests.counting import statements
from tests.factories import PatientFactory
from tests.patients.factories import CoverageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth(client, supervisor):
    client.force_login(supervisor)
    return client


def test_the_directory_shows_who_is_near_as_a_list_and_a_map(signed_in, agency):
    agency(2, name="Lantern Street", phone="(555) 010-4511")
    page = signed_in.get("/directory/?need=home-nursing&zip_code=14620").content.decode()
    assert "Lantern Street" in page
    assert "2.0 miles · (555) 010-4511" in page
    assert "Accepting: not known" in page
    assert '<svg viewBox="0 0 300 300"' in page


def test_a_patients_own_zip_payer_and_language_are_asked_for(signed_in, agency, team):
    patient = PatientFactory(
        organization=team.organization, team=team, zip_code="14620", language="es",
        interpreter="needed",
    )  # fmt: skip
    CoverageFactory(patient=patient, payer="Larkmere", payer_class="medicare_advantage")
    agency(2, name="Lantern Street", languages=["es"])
    agency(3, name="French only", languages=["fr"])
    page = signed_in.get(f"/directory/?for={patient.public_id}").content.decode()
    assert "Larkmere: not known" in page
    assert "Spanish: yes" in page
    assert "French only" not in page


def test_a_patient_of_another_team_is_not_found(signed_in):
    assert signed_in.get(f"/directory/?for={PatientFactory().public_id}").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("zip_code=1462", "A ZIP code has five digits"),
        ("need=everything", "Select a valid choice"),
        ("zip_code=99999", "nobody knows where ZIP code 99999 lies"),
        ("after=junk_&n=x&within=999", "Select a valid choice"),
        ("for=nobody&after=1_99999999999999999999", "Nobody found"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_breaks(signed_in, zip_place, query, said):
    answer = signed_in.get(f"/directory/?{query}")
    assert answer.status_code in {200, 422}
    assert said in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 25])
def test_the_directory_costs_the_same_however_long_it_is(signed_in, agency, rows):
    for n in range(rows):
        agency(1 + n / 10)
    signed_in.get("/directory/")
    with statements(5):
        signed_in.get("/directory/?zip_code=14620&need=home-nursing")


def test_an_entry_says_what_is_not_known(signed_in, agency):
    provider = agency(1, name="Lantern Street", source="directory-home-health", quality="3.5")
    page = signed_in.get(f"/directory/{provider.public_id}/").content.decode()
    assert page.count("not known") >= 4
    assert "From a public file; its date is not given" in page
    assert "date not given in file" in page
    assert "Nobody has checked this entry yet." in page
    assert "Correct" not in page, "that is the supervisor's"


def test_a_check_typed_wrong_keeps_what_was_typed(signed_in, agency):
    provider = agency(1)
    address = f"/directory/{provider.public_id}/check/"
    service = provider.services.get()
    answer = signed_in.post(
        address, {"version": 1, "note": "Kept as typed", f"wait-{service.pk}": "-3"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose what came of it." in page
    assert "Kept as typed" in page
    assert not Verification.objects.exists()


def test_a_check_is_kept_and_shown(signed_in, agency):
    provider, now = agency(1), timezone.now()
    CheckCall.objects.create(
        organization=provider.organization, provider=provider, raised_at=now,
        due_since=now - timedelta(days=2),
    )  # fmt: skip
    assert provider.name in signed_in.get("/directory/checks/").content.decode()
    service = provider.services.get()
    answer = signed_in.post(
        f"/directory/{provider.public_id}/check/",
        {"version": 1, "outcome": "changed", "method": "phone", "spoke_with": "Dana Whitfield",
         f"accepting-{service.pk}": "yes", f"wait-{service.pk}": "2", "takes-qhp": "yes",
         "languages": ["es", "fr"]},
    )  # fmt: skip
    assert answer.status_code == 302
    page = signed_in.get(answer["Location"]).content.decode()
    assert "Takes new people" in page
    assert "Dana Whitfield" in page
    assert "Spanish, French" in page
    assert Network.objects.get().accepts
    assert "No entry is due for a call." in signed_in.get("/directory/checks/").content.decode()


def test_a_supervisor_adds_corrects_and_dates_an_entry(ruth, zip_place):
    said = {
        "create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f10", "kind": "support_group",
        "name": "Left Hand Club", "needs": ["support-group"], "zip_code": "14620",
        "age_from": "18", "age_to": "17",
    }  # fmt: skip
    answer = ruth.post("/directory/new/", said)
    assert "This is below the youngest age." in answer.content.decode()
    answer = ruth.post("/directory/new/", {**said, "age_to": ""})
    again = ruth.post("/directory/new/", {**said, "age_to": ""})
    assert answer["Location"] == again["Location"], "sent twice, made once"
    made = Provider.objects.get()
    base = f"/directory/{made.public_id}/"
    ruth.post(
        f"{base}meetings/",
        {"version": 1, "topic": "after a stroke", "form": "in-person", "meets": "monthly",
         "next_at_0": "2099-01-05", "next_at_1": "14:00", "next_at": "2099-01-05T14:00"},
    )  # fmt: skip
    assert Program.objects.get().topic == "after a stroke"
    corrected = {**said, "version": 2, "name": "Left Hand Circle", "age_to": ""}
    assert ruth.post(f"{base}correct/", corrected).status_code == 302
    page = ruth.get(base).content.decode()
    assert "Left Hand Circle" in page
    assert "after a stroke" in page


def test_an_administrator_keeps_the_directory_and_sees_no_patient(client, team, agency):
    client.force_login(member(team, "admin"))
    provider = agency(1)
    assert client.get("/directory/").status_code == 200
    assert client.get(f"/directory/{provider.public_id}/correct/").status_code == 200
    patient = PatientFactory(organization=team.organization, team=team)
    assert client.get(f"/directory/?for={patient.public_id}").status_code == 404
