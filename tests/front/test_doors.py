"""Signing in and out, the theme, and the pages that say no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from coordination.access.models import User
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll

PASSWORD = "a long password nobody guesses"


@pytest.fixture
def maria(coordinator: User) -> User:
    coordinator.set_password(PASSWORD)
    coordinator.save()
    return coordinator


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_sign_in_page(
    page_as: Callable[..., Page], maria: User, theme: str, width: int
) -> None:
    page = page_as(None, "/accounts/login/", theme=theme, width=width)
    assert_axe_clean(page)
    sign_in(page, maria.username, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_axe_clean(page)


@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/page/"])
def test_the_door_says_whom_to_call(client: Client, settings: Any, path: str) -> None:
    assert "Help desk" not in client.get(path, follow=True).content.decode()
    settings.HELP_DESK = "(555) 010-0199"
    page = client.get(path, follow=True).content.decode()
    assert 'Help desk <a class="link" href="tel:(555)010-0199">(555) 010-0199</a>' in page


def test_a_person_signs_in_lands_on_their_work_and_signs_out(
    page_as: Callable[..., Page], maria: User
) -> None:
    page = page_as(None, "/styleguide/")
    expect(page).to_have_title("Sign in · Throughline")
    sign_in(page, maria.username, PASSWORD)
    expect(page.get_by_role("heading", name="Style guide", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in · Throughline")


def test_signing_in_works_without_scripts_on_the_narrowest_phone(
    page_as: Callable[..., Page], maria: User
) -> None:
    page = page_as(None, "/styleguide/", width=320, javascript=False)
    sign_in(page, maria.username, PASSWORD)
    expect(page.get_by_role("heading", name="Style guide", exact=True)).to_be_visible()


def test_the_theme_changes_at_once_and_stays(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/styleguide/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "system")
    page.get_by_role("button", name="Switch to dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize(
    ("path", "heading"), [("/nothing-here/", "Not found"), ("/accounts/logout/", "Sign out?")]
)
def test_axe_finds_nothing_on_the_small_pages(
    page_as: Callable[..., Page], coordinator: User, path: str, heading: str
) -> None:
    page = page_as(coordinator, path, width=320)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


def test_a_refused_form_shows_the_sentence_and_what_was_typed(signed_in: Client) -> None:
    answer = signed_in.post("/styleguide/refuse/", {"note": "half a thought"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "it cannot become" in page
    assert "half a thought" in page


def test_one_letter_shortcuts_can_be_switched_off_and_stay_off(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/styleguide/")
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch shortcuts off").click()
    expect(page.get_by_role("button", name="Switch shortcuts on")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    expect(page.locator("#keys")).to_be_visible()


def test_what_a_password_must_be_is_a_list_not_its_markup(
    page_as: Callable[..., Page], maria: User
) -> None:
    page = page_as(maria, "/patients/")
    page.get_by_role("link", name="Profile").click()
    page.get_by_role("link", name="Change password").click()
    page.wait_for_url("**/accounts/password/change/")
    rule = page.get_by_text("at least 15 characters")
    assert rule.evaluate("element => element.tagName") == "LI"
    assert_axe_clean(page)
