"""When something comes between: what was typed stays, and it is said in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.outreach.models import Call
from coordination.worklist.models import Task
from tests.journeys.world import LATE, SOON, fresh, row, work

NOTE, PASSWORD = "Bed held until noon, ask for Dana", "a long password nobody guesses"


@pytest.fixture
def task(maria: User, team: Team) -> Task:
    return work(team, maria, LATE, SOON, evidence_required="contact")[0]


@pytest.fixture
def page(page_as: Callable[..., Page], maria: User, task: Task) -> Page:
    """Open the list, and the call drawer of its first row."""
    page = page_as(maria, "/")
    page.keyboard.press("l")
    expect(page.locator("#id_note")).to_be_visible()
    return page


def test_a_half_typed_note_survives_escape_and_a_reload(page: Page) -> None:
    page.locator("#id_note").fill(NOTE)
    with page.expect_response("**/drafts/call/"):
        page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.reload()
    page.keyboard.press("l")
    expect(page.locator("#id_note")).to_have_value(NOTE)
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert Call.objects.get().note == NOTE


def test_a_refresh_never_touches_what_is_being_typed(
    page_as: Callable[..., Page], maria: User, task: Task
) -> None:
    page = page_as(None, "/accounts/login/")
    page.clock.install()
    page.context.add_cookies(page_as(maria, "/").context.cookies())
    page.goto("/")
    page.keyboard.press("l")
    note = page.locator("#id_note")
    note.press_sequentially(NOTE[:9])
    with page.expect_response("**/day/counters/**"), page.expect_response("**/shell/**"):
        page.clock.fast_forward(70_000)
    note.press_sequentially(NOTE[9:])
    expect(note).to_have_value(NOTE)
    expect(note).to_be_focused()


def test_a_task_somebody_else_changed_shows_both_sides(page: Page, task: Task, ruth: User) -> None:
    Task.objects.filter(pk=task.pk).update(version=task.version + 1, title="Confirm the new bed")
    page.locator("#id_note").fill(NOTE)
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog).to_contain_text("As it stands now")
    expect(dialog).to_contain_text("Confirm the new bed")
    expect(dialog).to_contain_text(NOTE)
    assert not Call.objects.exists()
    assert fresh(task).is_open


def test_who_was_signed_out_meanwhile_keeps_the_typing_and_signs_in_beside_it(
    page: Page, task: Task
) -> None:
    page.locator("#id_note").fill(NOTE)
    page.get_by_role("radio", name="Reached", exact=True).check()
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    said = page.locator("#dialog .said")
    expect(said).to_contain_text("You are signed out.")
    expect(said.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(page.locator("#id_note")).to_have_value(NOTE)
    assert not Call.objects.exists()


def test_a_lost_network_is_said_and_the_form_is_sent_again(page: Page, task: Task) -> None:
    page.locator("#id_note").fill(NOTE)
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.clock.install()
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog .said")).to_contain_text("Not saved. Trying again in 5 s.")
    expect(page.locator("#id_note")).to_have_value(NOTE)
    page.context.set_offline(False)
    page.clock.run_for(6_000)
    expect(row(page, task)).to_have_count(0)
    assert Call.objects.get().note == NOTE


def test_five_presses_of_save_log_one_call(page: Page, task: Task) -> None:
    page.get_by_role("radio", name="Reached", exact=True).check()
    save = page.get_by_role("button", name="Save", exact=True)
    save.evaluate("button => { for (let n = 0; n < 5; n += 1) button.click(); }")
    expect(row(page, task)).to_have_count(0)
    assert Call.objects.count() == 1


def test_who_signs_in_beside_a_half_typed_form_presses_save_once_more(
    page: Page, maria: User, task: Task
) -> None:
    User.objects.filter(pk=maria.pk).update(password=make_password(PASSWORD))
    page.locator("#id_note").fill(NOTE)
    page.get_by_role("radio", name="Reached", exact=True).check()
    Session.objects.all().delete()
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    with page.context.expect_page() as beside:
        page.locator("#dialog .said").get_by_role("link", name="Sign in").click()
    expect(page.locator("#dialog")).not_to_have_attribute("aria-busy", "true")
    beside.value.get_by_label("User name").fill(maria.username)
    beside.value.get_by_label("Password").fill(PASSWORD)
    beside.value.keyboard.press("Enter")
    expect(beside.value.get_by_label("Password")).to_have_count(0)
    beside.value.close()
    save.click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert Call.objects.get().note == NOTE
