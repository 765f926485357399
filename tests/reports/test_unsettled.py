"""What the hospital has not settled is said to who leads, with what does not happen for it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from coordination.access.models import FacilitySetting, Team, User
from coordination.access.rules import SETTINGS
from tests.conftest import member
from tests.counting import statements

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ruth(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def test_the_report_asks_for_what_is_unsettled_and_says_what_does_not_happen(
    ruth: Client, team: Team
) -> None:
    assert 'hx-get="/reports/unsettled/"' in ruth.get("/reports/overdue/").text
    part = ruth.get("/reports/unsettled/", headers=HTMX).text
    assert "<html" not in part
    assert f"{team.facility.name}, Quiet hours: No message leaves." in part
    assert "<html" in ruth.get("/reports/unsettled/").text


def test_a_house_that_settled_everything_is_told_nothing(
    ruth: Client, team: Team, now: datetime
) -> None:
    FacilitySetting.objects.bulk_create(
        FacilitySetting(
            organization=team.organization, facility=team.facility, key=key, value=kind.example,
            set_at=now,
        )
        for key, kind in SETTINGS.items()
    )  # fmt: skip
    assert "not settled" not in ruth.get("/reports/unsettled/", headers=HTMX).text
    assert "Everything is settled." in ruth.get("/reports/unsettled/").text


def test_the_note_costs_two_statements_of_its_own(ruth: Client, team: Team) -> None:
    ruth.get("/reports/unsettled/")
    with statements(4):  # session, user, settings, facilities
        ruth.get("/reports/unsettled/")


def test_who_only_sees_their_own_work_is_not_asked_to_settle_the_house(
    client: Client, team: Team
) -> None:
    client.force_login(member(team, "nurse"))
    assert "unsettled" not in client.get("/reports/overdue/").text
    assert client.get("/reports/unsettled/").status_code == 403
