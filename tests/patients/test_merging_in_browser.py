"""A supervisor finds one person twice, makes the charts one, and takes it back."""

from __future__ import annotations

import os
from datetime import date

import pytest
from playwright.sync_api import expect

from patients.models import Merge, Patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.outreach.factories import CallFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def charts(team):
    """Two charts of Rosa: one from the day, one from the night."""
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    given = {"organization": team.organization, "team": team, "given": "Rosa"}
    stays = PatientFactory(
        **given, family="Martinez", birth_date=date(1949, 6, 2), about_me="Likes the window."
    )
    goes = PatientFactory(
        **given, family="Martinez Ruiz", birth_date=date(1949, 6, 2), phone="(555) 010-2001",
        about_me="Hears better on the left.",
    )  # fmt: skip
    StayFactory(patient=stays, unit=unit, bed="09")
    for patient in (stays, goes):
        TaskFactory(team=team, patient=patient, title="Call the son")
        CallFactory(patient=patient)
    return stays, goes


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_two_charts_become_one_and_two_again(theme, width, page_as, supervisor, charts):
    stays, goes = charts
    page = page_as(supervisor, f"/patients/{stays.public_id}/", theme=theme, width=width)
    page.get_by_role("link", name="The same person? Compare").click()
    expect(page.locator("#sides")).to_contain_text("Martinez Ruiz")
    expect(page.locator("#moves")).to_contain_text("“Call the son” is open on both: close one")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    shot(page, f"merge-{theme}-{width}")
    page.get_by_label("Martinez Ruiz, Family name").check()
    page.get_by_label("Why").fill("Registered again at night.")
    page.locator("#merge-go").click()
    expect(page.locator("h1")).to_contain_text("Rosa Martinez Ruiz")
    expect(page.locator("main")).to_contain_text("Hears better on the left.")
    page.goto(f"/patients/{goes.public_id}/")
    expect(page).to_have_url(f"{page.url.split('/patients/')[0]}/patients/{stays.public_id}/")
    page.get_by_role("link", name="Merged with the chart").click()
    expect(page.locator("#back")).to_be_visible()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    shot(page, f"merged-{theme}-{width}")
    page.get_by_label("Why").fill("Two sisters in law.")
    page.locator("#unmerge-go").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    stays.refresh_from_db()
    assert (stays.family, stays.about_me) == ("Martinez", "Likes the window.")
    assert Merge.objects.get().undone_by == supervisor
    assert not Patient.objects.filter(merged_into__isnull=False).exists()


def shot(page, name):
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", caret="initial", full_page=True)
