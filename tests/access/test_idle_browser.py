"""The lock in Chromium: it comes over the page by itself, hides every name, and gives it back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from coordination.access.models import Draft, User
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.factories import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long password nobody guesses"


@pytest.fixture
def maria(coordinator: User) -> User:
    coordinator.set_password(PASSWORD)
    coordinator.save()
    return coordinator


def quiet(minutes: float) -> None:
    """Let the last press of everybody lie so long behind."""
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store["seen_at"] = int(time.time() - minutes * 60)
        store.save()


@pytest.mark.parametrize(("theme", "width"), [*LOOKS, ("light", 320)])
def test_axe_finds_nothing_on_the_lock(
    page_as: Callable[..., Page], maria: User, theme: str, width: int
) -> None:
    page = page_as(maria, "/", theme=theme, width=width)
    quiet(16)
    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the password")
    assert_axe_clean(page)


def test_the_lock_comes_over_a_page_left_alone_and_gives_it_back(
    page_as: Callable[..., Page], maria: User, team
) -> None:
    patient = PatientFactory(organization=team.organization, team=team, family="Quillfeather")
    page = page_as(maria, f"/patients/{patient.public_id}/")
    page.keyboard.press("l")
    page.locator("#dialog textarea").first.fill("She asks for the oxygen number")
    page.locator("#dialog form[data-kept]").wait_for()
    quiet(16)
    page.evaluate("document.dispatchEvent(new CustomEvent('tray-changed'))")  # the next poll
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert "Quillfeather" not in page.content()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Quillfeather")).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator("#dialog textarea").first).to_have_value("She asks for the oxygen number")
    assert Draft.objects.filter(user=maria).count() == 1


def test_one_locks_by_two_keys_and_without_scripts(
    page_as: Callable[..., Page], maria: User
) -> None:
    page = page_as(maria, "/queue/")
    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    bare = page_as(maria, "/queue/", javascript=False)
    bare.locator("#lock-now").click()
    bare.get_by_label("Your password").fill(PASSWORD)
    bare.get_by_role("button", name="Unlock").click()
    expect(bare).to_have_url(re.compile(r"/queue/$"))
