"""The telephone rings: from the number to what may be said, and to the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.outreach.models import Call
from patients.models import DisclosurePermission
from tests.caseload.test_log import filled
from tests.factories import PatientFactory, TeamFactory
from tests.patients.factories import ContactFactory


@pytest.fixture
def grace(team):
    return PatientFactory(organization=team.organization, team=team, phone="(555) 010-1101")


@pytest.fixture
def chidi(grace):
    contact = ContactFactory(
        patient=grace, name="Chidi Okafor", relation="son", phone="(555) 010-2284", language="es"
    )
    DisclosurePermission.objects.create(
        organization=grace.organization, patient=grace, contact=contact, status="active",
        topics=["where-and-when"], ends_at=timezone.now() + timedelta(days=90), document="page 2",
    )  # fmt: skip
    return contact


def test_the_palette_answers_a_number_with_the_person_before_the_chart(
    signed_in: Client, grace, chidi
) -> None:
    page = signed_in.post("/find/", {"text": "(555) 010-2284"}).text
    assert page.index("Chidi Okafor") < page.index("/patients/")
    assert "where the patient is and when they leave" in page
    assert "not able to speak about that" in page
    assert "Speaks Spanish" in page
    assert f"/patients/{grace.public_id}/log/?who=contact-{chidi.public_id}&amp;how=in" in page
    row = AuditEvent.objects.get(action="search")
    assert row.patients == [grace.pk]
    assert "2284" not in str(row.detail)


def test_an_unknown_number_gets_the_neutral_sentence(signed_in: Client, grace) -> None:
    other = TeamFactory(organization=grace.organization)
    theirs = PatientFactory(organization=grace.organization, team=other, phone="(555) 010-4000")
    unknown = signed_in.post("/find/", {"text": "(555) 010-4001"}).text
    hidden = signed_in.post("/find/", {"text": "(555) 010-4000"}).text
    assert "can&#39;t confirm" in unknown
    assert hidden.replace("4000", "4001") == unknown
    assert str(theirs.public_id) not in hidden


def test_a_name_still_finds_names(signed_in: Client, grace) -> None:
    assert "Okafor" in signed_in.post("/find/", {"text": "okafor"}).text
    assert grace.mrn in signed_in.post("/find/", {"text": grace.mrn}).text


def test_the_page_works_without_scripts_and_keeps_the_number_out_of_addresses(
    signed_in: Client, grace, chidi
) -> None:
    assert "Who is calling" in signed_in.get("/caller/?number=5550102284").text
    assert "Chidi" not in signed_in.get("/caller/?number=5550102284").text
    page = signed_in.post("/caller/", {"number": "010 2284"}).text
    assert "Chidi Okafor" in page
    assert "Log this call" in page
    wrong = signed_in.post("/caller/", {"number": "22"})
    assert wrong.status_code == 422
    assert "at least the last four digits" in wrong.text


def test_the_drawer_opens_with_the_caller_chosen_and_logs_the_call(
    signed_in: Client, grace, chidi
) -> None:
    url = f"/patients/{grace.public_id}/log/?who=contact-{chidi.public_id}&how=in"
    page = signed_in.get(url).text
    assert f'value="contact-{chidi.public_id}" data-choice-key="B" data-kind="contact" checked' in (
        page
    )
    assert 'name="how" value="in" checked' in page
    assert 'data-draft="caller"' in page
    sent = filled(who=f"contact-{chidi.public_id}", how="in")
    assert signed_in.post(url, sent).status_code == 302
    call = Call.objects.get()
    assert (call.direction, call.parties.get().contact) == ("in", chidi)


def test_a_caller_who_is_none_of_the_patients_people_chooses_nobody(
    signed_in: Client, grace
) -> None:
    page = signed_in.get(f"/patients/{grace.public_id}/log/?who=contact-x&how=shouting").text
    assert 'data-draft="call"' in page


def test_the_drawer_of_an_unlisted_patient_says_the_sentence(signed_in: Client, grace) -> None:
    type(grace).objects.filter(pk=grace.pk).update(is_unlisted=True, unlisted_at=timezone.now())
    page = signed_in.get(f"/patients/{grace.public_id}/log/").text
    assert "Unlisted at their wish" in page
    assert "can&#39;t confirm whether anyone by that name is here" in page
