"""Every page of the address book, read by axe in both themes and widths, and on a small phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.access.walk import every_address
from tests.access.sample_objects import VALUES
from tests.attacks.world import OWN, World, build
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.journeys.world import LATE, SOON, work

# Read by axe in its own room's test: a hundred rules on one page take twenty seconds.
ELSEWHERE = {"clocks:rules"}
# Forms whose markup is Django's: its date fields and double lists are known to axe and not ours.
DJANGOS_OWN = re.compile("^/admin/.*(add|autocomplete)/$")
READERS = ("supervisor", "admin")  # a supervisor opens all that a coordinator does


@pytest.fixture
def world(transactional_db: None) -> World:
    made = build()
    User.objects.update(theme="system")
    return made


def pages(world: World, actor: str) -> Iterator[str]:
    """Give the address of each whole page this person may open."""
    for address in every_address():
        known = {"public_id", *VALUES}.issuperset(address.parameters)
        if (
            address.name in ELSEWHERE
            or DJANGOS_OWN.search(address.route)
            or address.mark is None
            or not known
        ):
            continue
        url = world.url(address, OWN)
        answer = world.clients[actor].get(url)
        if answer.streaming:
            assert b"".join(answer.streaming_content)  # to its end, which closes the file
        whole = answer.status_code == 200 and not answer.streaming and b"<main" in answer.content
        if whole:
            yield url


def findings(page: Page, *rules: str) -> list[str]:
    """Return what axe finds, each with its address and rule; rules: these alone."""
    only = {"runOnly": list(rules)} if rules else {}
    found = Axe().run(page, options={"preload": False, **only}).response["violations"]
    return [f"{page.url} {rule['id']}: {one['html']}" for rule in found for one in rule["nodes"]]


def too_wide(page: Page) -> list[str]:
    """Return the address of a page that is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{page.url} is {wide} px too wide"] if wide > 0 else []


@pytest.mark.parametrize("actor", READERS)
def test_every_page_is_clean_for_axe_and_fits_a_small_phone(
    page_as: Callable[..., Page], world: World, actor: str
) -> None:
    page = page_as(world.users[actor], "/styleguide/")
    page.emulate_media(reduced_motion="reduce")  # or axe reads a color halfway through a change
    wrong: list[str] = []
    seen = 0
    for url in pages(world, actor):
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(url)
        wrong += findings(page)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        wrong += findings(page, "color-contrast", "target-size", "scrollable-region-focusable")
        page.set_viewport_size({"width": 320, "height": 640})
        wrong += too_wide(page)
        seen += 1
    assert "\n".join(wrong) == ""
    assert seen > (30 if actor == "supervisor" else 3)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_what_opens_over_the_list_is_clean_for_axe(
    page_as: Callable[..., Page], maria: User, team: Team, theme: str, width: int
) -> None:
    work(team, maria, LATE, SOON)
    page = page_as(maria, "/", theme=theme, width=width)
    for key in ("l", "s", "m", "a", " "):
        page.keyboard.press(key)
        expect(page.locator("#dialog")).to_be_visible()
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).to_be_hidden()
    page.locator(".c-due a").first.click()
    expect(page.locator("#dialog-h")).to_have_text("Why is this due then?")
    assert_axe_clean(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("oka")
    expect(page.locator("#hit-1")).to_be_visible()
    assert_axe_clean(page)
