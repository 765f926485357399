"""Every page that stands by itself: axe in both themes and widths, no sideways scroll at 320."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from coordination.access.models import Team, User
from coordination.nav import BAR, NEW, SIDE, address, bar_for
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.worklist.factories import TaskFactory

OURS = [item for item in (*SIDE, *NEW) if not item.name.startswith("admin:")]
NAMES = [*(item.name for item in OURS), "worklist:notices", "caseload:log", "clocks:rules"]


@pytest.fixture
def ruth(team: Team) -> User:
    """Make a supervisor with three patients: work late, soon and undated."""
    user = member(team, "supervisor", first_name="Ruth", last_name="Adeyemi")
    unit = UnitFactory(organization=team.organization, facility=team.facility, code="4W")
    for at, minutes in enumerate((-85, 18, None)):
        patient = PatientFactory(organization=team.organization, team=team)
        StayFactory(patient=patient, unit=unit, bed=f"{at + 1:02}")
        due = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
        TaskFactory(team=team, assignee=user, patient=patient, title="Confirm the bed", due_at=due)
    return user


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page_of_the_navigation(
    page_as: Callable[..., Page], ruth: User, theme: str, width: int
) -> None:
    page = page_as(ruth, "/styleguide/", theme=theme, width=width)
    for name in NAMES:
        page.goto(address(name))
        assert_axe_clean(page)


def test_no_page_of_the_navigation_scrolls_sideways_on_the_narrowest_phone(
    page_as: Callable[..., Page], ruth: User
) -> None:
    page = page_as(ruth, "/styleguide/", width=320)
    for name in NAMES:
        page.goto(address(name))
        assert_no_sideways_scroll(page)


def test_every_item_of_the_navigation_leads_somewhere() -> None:
    assert [item.name for item in (*SIDE, *NEW) if not address(item.name)] == []


def test_the_bottom_bar_is_by_role(team: Team) -> None:
    nurse, lead = (actor_of(member(team, role)) for role in ("nurse", "supervisor"))
    assert [link.short for link in bar_for(nurse, "/")][2] == "Log"
    assert "Log" not in [link.short for link in bar_for(lead, "/")]
    assert len(bar_for(lead, "/")) == BAR
