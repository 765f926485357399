"""The switch for messages: what is missing is said at the field, and what was typed stays."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import FacilitySetting
from tests.conftest import member

SENT = {"is_on": "on", "test_recipients": "+1 555 010 0412"}


@pytest.fixture
def desk(team) -> Client:
    client = Client()
    client.force_login(member(team, "admin"))
    return client


def test_without_quiet_hours_it_says_where_and_keeps_what_was_typed(desk, team) -> None:
    response = desk.post("/outgoing/switch/", SENT)
    body = response.content.decode()
    assert response.status_code == 422
    assert f"Set the quiet hours first: {team.facility.name}" in body
    assert SENT["test_recipients"] in body
    assert "/admin/access/facilitysetting/" in body
    team.organization.refresh_from_db()
    assert not team.organization.messages_on


def test_with_quiet_hours_it_switches_on(desk, team) -> None:
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="quiet_hours",
        value="20:00-08:00", set_at=timezone.now(),
    )  # fmt: skip
    assert desk.post("/outgoing/switch/", SENT).status_code == 302
    team.organization.refresh_from_db()
    assert team.organization.messages_on
    assert team.organization.test_recipients == [SENT["test_recipients"]]
