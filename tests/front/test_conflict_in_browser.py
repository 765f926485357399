"""Two people write into one note; neither loses a word."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from coordination.worklist.actions import move_due
from patients.actions import correct_patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory

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


def test_an_act_on_a_row_is_settled_in_its_drawer(page_as, team, coordinator):
    jonah = actor_of(member(team, "supervisor", first_name="Jonah", last_name="Tate"))
    now = timezone.now()
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    page = page_as(coordinator, "/")
    page.keyboard.press("s")
    page.get_by_label("Another time").fill("tomorrow 9")
    move_due(jonah, task.public_id, None, now, due_at=now + timedelta(hours=5), why="asked")
    page.locator("#ask-go").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Jonah Tate changed this at")
    expect(dialog).to_contain_text("As it stands now")
    assert_axe_clean(page)
    page.locator("#conflict-save").click()
    expect(dialog).to_be_hidden()
    task.refresh_from_db()
    assert task.due_set_by == coordinator
