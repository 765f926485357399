"""The list of calls."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from coordination.outreach.models import Call, CallParty
from tests.counting import statements
from tests.factories import PatientFactory


def logged(team, user=None, **fields) -> Call:
    now = timezone.now()
    call = Call.objects.create(
        organization=team.organization, patient=PatientFactory(organization=team.organization,
        team=team), outcome="no-answer", occurred_at=now, logged_at=now, logged_by=user, **fields,
    )  # fmt: skip
    CallParty.objects.create(organization=team.organization, call=call, kind="patient")
    return call


def test_calls_about_my_teams_patients_are_listed_and_mine_alone(
    signed_in: Client, team, coordinator, supervisor
) -> None:
    logged(team, coordinator, note="I tried")
    logged(team, supervisor, note="Ruth tried")
    shown = signed_in.get("/calls/").content.decode()
    assert "I tried" in shown
    assert "Ruth tried" in shown
    mine = signed_in.get("/calls/?mine=1").content.decode()
    assert "Ruth tried" not in mine


@pytest.mark.parametrize("after", ["x", "2026-01-01~1", "~", "9" * 90])
def test_a_broken_key_starts_anew(signed_in: Client, team, after) -> None:
    logged(team, note="Still here")
    assert "Still here" in signed_in.get("/calls/", {"after": after}).content.decode()


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_list_costs_the_same_however_long(rows, signed_in: Client, team) -> None:
    for _ in range(rows):
        logged(team)
    signed_in.get("/calls/")
    with statements(5):
        signed_in.get("/calls/")
