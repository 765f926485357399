"""The day as it is played: its clock, everybody's screen, and the pictures somebody may want.

`PICTURES=/a/folder` keeps a picture of each scene there, named by its hour; else none is taken.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from coordination.access.models import User
from tests.journeys.clock import StoryClock
from tests.journeys.tuesday.ward import PASSWORD, Ward

ZONE = ZoneInfo("America/New_York")
TUESDAY = date(2026, 12, 1)
SEVEN = datetime.combine(TUESDAY, time(7), ZONE)
DESK, PHONE = 1440, 390
LOCKS_AFTER = 900  # seconds, as the product ships
NEVER = 48 * 3600


class Tuesday:
    """One Tuesday. Scenes ask it for somebody's screen and say what time it is."""

    def __init__(
        self, ward: Ward, clock: StoryClock, open_page: Callable[..., Page], settings: Any
    ) -> None:
        self.ward = ward
        self.settings = settings
        self.now = SEVEN
        self._clock, self._open = clock, open_page
        self._screens: dict[tuple[str, int], Page] = {}
        folder = os.environ.get("PICTURES")
        self._folder = Path(folder) if folder else None

    def at(self, hour: str, *, next_day: bool = False) -> datetime:
        """Make it so late on Tuesday, or on Wednesday. Nobody's screen locks on the way."""
        day = TUESDAY + timedelta(days=int(next_day))
        self.settings.IDLE_SECONDS = NEVER
        self.now = self._clock.turn(datetime.combine(day, time.fromisoformat(hour), ZONE))
        return self.now

    def user(self, who: str) -> User:
        """Return one of the ward's people."""
        return self.ward.people[who]

    def screen(self, who: str, path: str = "", *, width: int = DESK) -> Page:
        """Return somebody's screen, signed in the first time and again where a session ended.

        path: where to go first, "" to stay. A phone (width=PHONE) is a screen of its own.
        """
        page = self._screens.get((who, width))
        if page is None:
            page = self._screens[who, width] = self._open(None, "/accounts/login/", width=width)
            self.sign_in(who, page)
        if path:
            page.goto(path)
            if "/accounts/login/" in page.url:
                self.sign_in(who, page)
                page.goto(path)
        return page

    def sign_in(self, who: str, page: Page) -> None:
        """Give name and password, and press Enter; the question about duty is left standing."""
        page.get_by_label("User name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Password")).to_have_count(0)

    def close_all_but(self, who: str) -> None:
        """Leave every other screen blank: what polls for a person must not lock their session."""
        for (name, _width), page in self._screens.items():
            if name != who:
                page.goto("about:blank")

    def picture(self, page: Page, name: str) -> None:
        """Keep what the screen shows now, where somebody asked for pictures."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        wide = page.viewport_size or {"width": DESK}
        day = "wed" if self.now.date() > TUESDAY else "tue"
        stem = f"{day}-{self.now:%H%M}-{name}-{wide['width']}"
        page.screenshot(path=self._folder / f"{stem}.png", caret="initial")
