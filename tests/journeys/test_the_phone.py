"""The telephone rings while a form is half typed: caller, jot, tray, and back to the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.outreach.models import Call
from coordination.worklist.models import Jot, Task
from patients.models import DisclosurePermission, TimelineEntry
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll
from tests.journeys.world import LATE, SOON, Keyboard, work
from tests.patients.factories import ContactFactory

NOTE = "Bed held until noon, ask for Dana"


@pytest.fixture
def task(maria: User, team: Team) -> Task:
    return work(team, maria, LATE, SOON)[0]


@pytest.fixture
def chidi(task: Task):
    contact = ContactFactory(
        patient=task.patient, name="Chidi Okafor", relation="son", phone="(555) 010-2284"
    )
    DisclosurePermission.objects.create(
        organization=task.organization, patient=task.patient, contact=contact, status="active",
        topics=["where-and-when"], ends_at=timezone.now() + timedelta(days=90), document="page 2",
    )  # fmt: skip
    return contact


def test_a_number_shows_the_caller_and_logs_the_call_in_a_few_keys(
    page_as: Callable[..., Page], maria: User, task: Task, chidi
) -> None:
    page = page_as(maria, "/")
    keys = Keyboard(page)
    keys.press("/")
    page.keyboard.type("0102284")
    card = page.locator("#pal-caller-1")
    expect(card).to_contain_text("Chidi Okafor, son of Grace Okafor")
    expect(card).to_contain_text("where the patient is and when they leave")
    expect(card.locator("q")).to_contain_text("not able to speak about that")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    keys.press("Enter")
    page.wait_for_url("**/log/?who=contact-*")
    expect(page.get_by_role("radio", name="Chidi Okafor")).to_be_checked()
    expect(page.get_by_role("radio", name="Call in")).to_be_checked()
    keys.press("1", "Control+Enter")
    page.wait_for_url("**/")
    call = Call.objects.get()
    assert (call.direction, call.outcome) == ("in", "reached-caregiver")
    assert call.parties.get().contact == chidi
    assert keys.pressed == 4


def test_a_line_is_jotted_by_one_key_and_attached_later(
    page_as: Callable[..., Page], maria: User, task: Task
) -> None:
    page = page_as(maria, "/")
    page.keyboard.press("n")
    page.locator("#id_text").fill("Okafor's daughter asks about the oxygen")
    assert_axe_clean(page)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("Jotted down.")
    expect(page.locator("#tray-link")).to_have_accessible_name("Unfinished, 1")
    assert Jot.objects.get().patient is None

    page.keyboard.press("u")
    page.locator("#jot-open-1").click()
    expect(page.locator("#jot")).to_contain_text("Named in it")
    assert_axe_clean(page)
    page.locator("#jot-note-1").click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert TimelineEntry.objects.get(kind="note.written").patient == task.patient
    expect(page.locator("#tray-link")).to_have_accessible_name("Unfinished")


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_the_tray_brings_a_half_typed_form_back_after_signing_in_again(
    page_as: Callable[..., Page], maria: User, task: Task, theme: str, width: int
) -> None:
    page = page_as(maria, f"/tasks/{task.public_id}/log/", theme=theme, width=width)
    with page.expect_response("**/drafts/call/"):
        page.locator("#id_note").fill(NOTE)
    Session.objects.all().delete()
    page.goto("/unfinished/")
    expect(page.get_by_label("User name")).to_be_visible()
    client = Client()
    client.force_login(maria)
    name, cookie = next(iter(client.cookies.items()))
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": origin}])
    page.goto("/")
    page.locator("#tray-link").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text(NOTE)
    expect(dialog).to_contain_text("Log a call: Grace Okafor")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.locator("#half-open-1").click()
    expect(page.locator("#id_note")).to_have_value(NOTE)
    expect(page.locator(".kept")).to_contain_text("Brought back")
    assert_axe_clean(page)
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert NOTE not in stored
    assert "draft" not in stored


def test_z_undoes_for_ten_seconds_and_then_lists_my_acts(
    page_as: Callable[..., Page], maria: User, task: Task
) -> None:
    Task.objects.update(evidence_required="statement")
    page = page_as(maria, "/")
    page.keyboard.press("d")
    expect(page.locator("#undo")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back.")
    page.goto("/")
    page.keyboard.press("d")
    expect(page.locator("#undo")).to_be_visible()
    page.locator("#toasts").evaluate("box => box.replaceChildren()")
    page.keyboard.press("z")
    expect(page.locator("#act-1")).to_contain_text(f"Done: {task.title}")
    expect(page.locator("#act-1")).to_contain_text("Grace Okafor")
    assert_axe_clean(page)
    page.locator("#act-go-1").click()
    expect(page.get_by_label("Why")).to_be_visible()


def test_a_letter_is_logged_in_the_same_drawer_with_outcomes_of_its_own(
    page_as: Callable[..., Page], maria: User, task: Task
) -> None:
    page = page_as(maria, "/")
    page.keyboard.press("l")
    page.locator("#dialog summary").first.click()
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.locator("#dialog").get_by_text("Letter received").click()
    expect(page.get_by_role("radio", name="Reached", exact=True)).to_be_hidden()
    expect(page.locator("#id_occurred_at")).to_be_visible()
    assert_axe_clean(page)
    page.get_by_role("radio", name="Noted").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert (Call.objects.get().channel, Call.objects.get().outcome) == ("letter", "noted")
