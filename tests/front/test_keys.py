"""What keys, drawers, undo and a lost network do, on the style guide, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from coordination.access.models import User
from tests.browsing import assert_axe_clean


@pytest.fixture
def guide(page_as: Callable[..., Page], coordinator: User) -> Page:
    return page_as(coordinator, "/styleguide/")


def test_keys_walk_the_rows_open_the_drawer_and_choose_in_it(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("j")
    expect(guide.locator("#main-2")).to_be_focused()
    guide.keyboard.press("l")
    expect(guide.locator("#dialog")).to_be_visible()
    guide.keyboard.press("2")
    guide.keyboard.press("b")
    expect(guide.locator('#dialog [data-choice-key="2"]')).to_be_checked()
    expect(guide.locator('#dialog [data-choice-key="B"]')).to_be_checked()
    assert_axe_clean(guide)
    guide.keyboard.press("Escape")
    expect(guide.locator("#dialog")).to_be_hidden()
    expect(guide.locator("#log-2")).to_be_focused()


def test_letters_typed_in_a_field_are_only_letters(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("l")
    note = guide.locator("#sample-note")
    note.press_sequentially("jl 2?")
    expect(note).to_have_value("jl 2?")
    expect(guide.locator('#dialog [data-choice-key="2"]')).not_to_be_checked()


def test_a_saved_call_closes_the_drawer_says_so_and_can_be_taken_back(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("l")
    guide.keyboard.press("1")
    guide.keyboard.press("Control+Enter")
    expect(guide.locator("#dialog")).to_be_hidden()
    expect(guide.locator("#live")).to_have_text("Call logged. 3 late.")
    expect(guide.locator(".toast")).to_contain_text("Undo")
    expect(guide.locator("#log-1")).to_be_focused()
    with guide.expect_response("**/styleguide/call/"):
        guide.keyboard.press("z")


def test_a_form_with_mistakes_keeps_the_typing_and_leads_to_the_summary(guide: Page) -> None:
    guide.fill("#id_a-note", "half a thought")
    guide.click("#sample-save")
    summary = guide.locator("#sample-form .errs")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("What happened?: This field is required.")
    expect(guide.locator("#id_a-note")).to_have_value("half a thought")
    expect(guide.locator("#id_a-name")).to_have_attribute("aria-invalid", "true")


def test_a_refusal_shows_in_the_dialog_and_the_row_stays(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("d")
    expect(guide.locator("#dialog .refused")).to_contain_text("it cannot become")
    expect(guide.locator("#row-1")).to_be_visible()
    guide.keyboard.press("Escape")
    expect(guide.locator("#done-1")).to_be_focused()


def test_a_lost_network_keeps_the_drawer_and_sends_it_again(guide: Page) -> None:
    lost = [True]

    def flaky(route: Route) -> None:
        route.abort() if lost else route.continue_()

    guide.route("**/styleguide/call/", flaky)
    guide.keyboard.press("j")
    guide.keyboard.press("l")
    guide.fill("#sample-note", "half a thought")
    guide.keyboard.press("Control+Enter")
    expect(guide.locator("#dialog .said")).to_contain_text("Not saved. Trying again in")
    expect(guide.locator("#sample-note")).to_have_value("half a thought")
    lost.clear()
    expect(guide.locator("#dialog")).to_be_hidden(timeout=10_000)


def test_rows_are_chosen_one_by_one_and_as_a_range(guide: Page) -> None:
    bar = guide.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    guide.keyboard.press("j")
    guide.keyboard.press("x")
    guide.keyboard.press("j")
    guide.keyboard.press("j")
    guide.keyboard.press("Shift+X")
    expect(bar).to_contain_text("3 chosen")
    expect(guide.locator("[data-pick-all]")).to_be_checked()
    guide.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_list_of_keys_opens_and_closes(guide: Page) -> None:
    guide.keyboard.press("?")
    expect(guide.locator("#keys")).to_be_visible()
    assert_axe_clean(guide)
    guide.keyboard.press("Escape")
    expect(guide.locator("#keys")).to_be_hidden()


def test_a_drawer_is_a_page_of_its_own_without_scripts(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/styleguide/", javascript=False)
    page.click("#open-drawer")
    expect(page.get_by_role("heading", name="Log a call")).to_be_visible()
    expect(page.locator("[data-close]").first).to_be_hidden()
