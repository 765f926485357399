"""Two people write into one note; neither loses a word."""

from __future__ import annotations

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.actions import correct_patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_two_notes_are_merged_and_each_field_is_chosen(theme, width, page_as, team, coordinator):
    jonah = actor_of(member(team, first_name="Jonah", last_name="Tate"))
    patient = PatientFactory(
        organization=team.organization, team=team, phone="(555) 010-2001", about_me="Likes tea."
    )
    page = page_as(coordinator, f"/patients/{patient.public_id}/edit/", theme=theme, width=width)
    page.get_by_label("What matters to them").fill("Hears better on the left.")
    page.get_by_label("Given name").fill("Gracie")
    correct_patient(
        jonah, patient.public_id, None, now=timezone.now(), about_me="Likes tea at six.",
        phone="(555) 010-9999", given="Grazia",
    )  # fmt: skip
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#conflict-h")).to_contain_text("Jonah Tate changed this at")
    both = page.get_by_label("What matters to them, both in one")
    expect(both).to_have_value("Likes tea at six.\nHears better on the left.")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/conflict-{theme}-{width}.png", caret="initial")
    page.locator("#theirs-given").check()
    both.fill("Likes tea at six. Hears better on the left.")
    page.locator("#conflict-save").click()
    expect(page.locator("h1")).to_contain_text("Grazia")
    patient.refresh_from_db()
    assert patient.about_me == "Likes tea at six. Hears better on the left."
    assert (patient.given, patient.phone) == ("Grazia", "(555) 010-9999")
