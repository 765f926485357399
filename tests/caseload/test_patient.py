"""The patient page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from tests.conftest import member
from tests.counting import statements
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.worklist.factories import TaskFactory

TABS = ("", "calls/", "clocks/", "looked/")


@pytest.fixture
def grace(team):
    patient = PatientFactory(organization=team.organization, team=team, about_me="Likes the news")
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    StayFactory(patient=patient, unit=unit, bed="12")
    return patient


def test_the_page_says_who_where_and_what_is_promised(signed_in: Client, grace, team) -> None:
    TaskFactory(
        team=team, patient=grace, title="Confirm bed", due_at=timezone.now() - timedelta(hours=2)
    )
    shown = signed_in.get(f"/patients/{grace.public_id}/").content.decode()
    for words in ("Grace Okafor", "4 West, bed 12", "Confirm bed", "2 h late", "Likes the news"):
        assert words in shown
    assert "<title>Grace" not in shown


@pytest.mark.parametrize("tab", TABS)
def test_every_section_is_only_there_for_those_in_scope(client, team, tab) -> None:
    patient = PatientFactory(organization=team.organization)
    for role in ("coordinator", "nurse", "supervisor", "admin"):
        client.force_login(member(team, role))
        answer = client.get(f"/patients/{patient.public_id}/{tab}")
        assert answer.status_code in {403, 404}
        assert b"Okafor" not in answer.content


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_page_costs_the_same_however_much_is_open(rows, signed_in, grace, team) -> None:
    for n in range(rows):
        TaskFactory(team=team, patient=grace, title=f"Task {n}")
    url = f"/patients/{grace.public_id}/"
    signed_in.get(url)
    with statements(14):
        signed_in.get(url)


def test_who_looked_names_the_reader(signed_in: Client, grace) -> None:
    signed_in.get(f"/patients/{grace.public_id}/")
    assert AuditEvent.objects.filter(action="read", patients__contains=[grace.pk]).exists()
    shown = signed_in.get(f"/patients/{grace.public_id}/looked/").content.decode()
    assert "Maria Delgado" in shown


def test_a_logged_call_stands_among_the_calls(signed_in: Client, grace) -> None:
    signed_in.post(
        f"/patients/{grace.public_id}/log/",
        {"create_key": "5b0a1a4e-6f0a-4a53-9c43-5b1a3d1a7f10", "how": "bedside", "who": "patient",
         "outcome": "reached-two-way", "note": "She wants the plan on paper"},
    )  # fmt: skip
    shown = signed_in.get(f"/patients/{grace.public_id}/calls/").content.decode()
    assert "She wants the plan on paper" in shown
