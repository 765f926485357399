"""The drawer in Chromium: axe, both themes, both widths, and the live preview."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from coordination.clocks.models import Clock, ClockState
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.clocks.factories import clocks_after_home, closed_on, home_since_wednesday
from tests.conftest import actor_of

pytestmark = [
    pytest.mark.usefixtures("rulebook"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def clock(team, coordinator) -> Clock:
    stay = home_since_wednesday(team)
    closed_on(stay.patient, date(2025, 11, 28))
    return clocks_after_home(actor_of(coordinator), stay)[0]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_drawer_opens_from_the_list_and_axe_finds_nothing(
    page_as, coordinator, clock, theme, width
) -> None:
    address = reverse("clocks:patient", args=[clock.patient.public_id])
    page = page_as(coordinator, address, theme=theme, width=width)
    assert_axe_clean(page)
    page.get_by_role("link", name="Why then? A person talks with the patient").click()
    page.get_by_role("heading", name="Why is this due then?").wait_for()
    page.get_by_text("Change the start: what would move").click()
    page.get_by_label("Left hospital").fill("2025-11-25T14:30")
    page.locator("#moves table").wait_for()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_rules_page_is_clean(page_as, coordinator, clock, theme, width) -> None:
    page = page_as(coordinator, reverse("clocks:rules"), theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


def test_moving_the_start_in_the_drawer_shows_the_new_date(page_as, coordinator, clock) -> None:
    page = page_as(coordinator, reverse("clocks:patient", args=[clock.patient.public_id]))
    page.get_by_role("link", name="Why then? A person talks with the patient").click()
    page.get_by_text("Change the start: what would move").click()
    page.get_by_label("Left hospital").fill("2025-11-24T14:30")
    page.get_by_label("Reason").fill("the nurse's note")
    page.get_by_role("button", name="Move 3 clocks").click()
    page.get_by_text("Wednesday 26 November 2025, 23:59").wait_for()


def test_why_and_the_preview_work_without_scripts(page_as, coordinator, clock) -> None:
    page = page_as(coordinator, reverse("clocks:why", args=[clock.public_id]), javascript=False)
    page.get_by_text("Change the start: what would move").click()
    page.get_by_label("Left hospital").fill("2025-11-25T14:30")
    page.get_by_role("button", name="Show what would move").click()
    page.locator("#moves table").wait_for()
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_supervisor_explains_a_missed_clock_in_the_drawer(
    page_as, supervisor, clock, theme, width
) -> None:
    Clock.objects.filter(pk=clock.pk).update(state=ClockState.BREACHED)
    address = reverse("clocks:patient", args=[clock.patient.public_id])
    page = page_as(supervisor, address, theme=theme, width=width)
    page.get_by_role("link", name="Why then? A person talks with the patient").click()
    for head in ("Explain why it was missed", "No longer applies"):
        page.locator("summary", has_text=head).click()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("Cause").select_option("not-reached")
    page.get_by_label("In words").fill("The phone was off; we wrote.")
    page.get_by_role("button", name="Explain").click()
    page.get_by_text("The phone was off; we wrote").wait_for()
    assert_axe_clean(page)
    clock.refresh_from_db()
    assert clock.state == ClockState.EXPLAINED
