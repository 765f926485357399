"""Every page that stands by itself: axe in both themes and widths, no sideways scroll at 320."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from coordination.access.models import Organization, Team, User
from coordination.nav import BAR, NEW, SIDE, address, bar_for
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, UnitFactory, UserFactory
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


@pytest.mark.parametrize(
    ("role", "bar"),
    [
        ("nurse", ["My work", "Patients", "Log", "Reports"]),
        ("charge", ["Unit", "My work", "Patients", "Log"]),
        ("supervisor", ["My work", "Patients", "Unit", "Reports"]),
    ],
)
def test_who_answers_for_a_unit_has_it_in_the_bottom_bar(
    team: Team, role: str, bar: list[str]
) -> None:
    assert [link.short for link in bar_for(actor_of(member(team, role)), "/")] == bar


def test_an_administrator_has_the_set_up_and_no_patients(client: Client, team: Team) -> None:
    client.force_login(member(team, "admin"))
    home = client.get("/", follow=True)
    assert (home.redirect_chain, home.status_code) == ([("/admin/", 302)], 200)
    page = client.get("/clocks/rules/").text
    for name in ("Settings", "Rules", "Imports", "Messages"):
        assert f'<span class="t">{name}</span>' in page
        assert f"<span>{name}</span>" in page  # on a phone too
    for name in ("My caseload", "Patients", "Overdue report"):
        assert f'<span class="t">{name}</span>' not in page
    assert 'id="find"' not in page


def test_somebody_without_any_role_reads_why_nothing_is_open(client: Client, team: Team) -> None:
    client.force_login(UserFactory(organization=team.organization))
    assert client.get("/").status_code == 403


def test_the_demo_says_on_every_page_that_its_people_are_invented(
    client: Client, coordinator: User
) -> None:
    client.force_login(coordinator)
    assert "invented people" not in client.get("/").text
    Organization.objects.update(slug="demo")
    assert "invented people" in client.get("/").text


def test_an_empty_hospital_greets_who_may_enter_patients(
    client: Client, coordinator: User, team: Team
) -> None:
    client.force_login(coordinator)
    page = client.get("/").text
    assert "manage.py import_fhir PATH --team SLUG" in page
    assert address("patients:new") in page
    client.force_login(member(team, "nurse"))
    assert "import_fhir" not in client.get("/").text
    PatientFactory(organization=team.organization)
    client.force_login(coordinator)
    assert "Nothing is waiting for you." in client.get("/").text
