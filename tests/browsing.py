"""Chromium for the tests: pages signed in as somebody, watched for policy violations, read by axe.

A test that asks for `page_as` is marked `browser` by itself and gets a live server with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "No Chromium or Chrome on this machine: install one (Debian: apt install chromium),"
    " or set CHROMIUM to its path."
)
HEIGHTS = {1440: 900, 390: 844, 320: 640}
LOOKS = [
    pytest.param(theme, width, id=f"{theme}-{width}")
    for theme in ("light", "dark")
    for width in (1440, 390)
]
WATCH = """
addEventListener("securitypolicyviolation", (e) =>
  window.reportViolation(`${e.violatedDirective} refused ${e.blockedURI} on ${location.pathname}`));
"""


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome: CHROMIUM, then PATH, then the usual places."""
    if named := os.environ.get("CHROMIUM"):
        return named
    found = (shutil.which(name) for name in NAMES)
    placed = (place for place in PLACES if Path(place).exists())
    return next((path for path in (*found, *placed) if path), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that drives the browser."""
    for item in items:
        if "page_as" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole session; skips with a sentence where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip(NO_BROWSER)
    # Playwright's loop runs in this thread; without this the ORM refuses to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *root])
        yield browser
        browser.close()


@pytest.fixture
def page_as(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page: `page_as(user, "/", theme="dark", width=390)`.

    user: who is signed in, None for nobody. javascript=False switches scripts off; other keywords
    go to Playwright's `new_context`. At the end of the test no page may have violated the policy.
    """
    contexts = []
    violations: list[str] = []

    def open_page(
        user: Any,
        path: str = "/",
        *,
        theme: str = "light",
        width: int = 1440,
        javascript: bool = True,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        if javascript:
            context.expose_function("reportViolation", lambda said: violations.append(said))
            context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert violations == []


def assert_axe_clean(page: Page) -> None:
    """Fail with every finding of axe on the page: rule, help, and the elements."""
    # preload would fetch our sheets once more and paste them inline, which the policy refuses
    found = Axe().run(page, options={"preload": False}).response["violations"]
    lines = [
        f"{rule['id']}: {rule['help']}\n    "
        + "\n    ".join(node["html"] for node in rule["nodes"])
        for rule in found
    ]
    assert not lines, "axe found:\n" + "\n".join(lines)


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than the window"
