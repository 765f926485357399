"""The clock of the played day moves what the pages say and what the database allows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from coordination.access.models import Membership, Team, User
from tests.journeys.clock import story_clock
from tests.journeys.world import row, work

SEVEN = datetime(2026, 12, 1, 7, 0, tzinfo=ZoneInfo("America/New_York"))


def test_pages_and_grants_follow_the_same_clock(
    page_as: Callable[..., Page], maria: User, team: Team, settings: Any
) -> None:
    settings.IDLE_SECONDS = settings.SESSION_ABSOLUTE_SECONDS  # the lock has a test of its own
    with story_clock(SEVEN) as clock:
        Membership.objects.filter(user=maria).update(
            starts_at=SEVEN - timedelta(days=30), ends_at=SEVEN + timedelta(hours=12)
        )
        (task,) = work(team, maria, 20)
        page = page_as(maria, "/")
        expect(row(page, task)).to_contain_text(re.compile("in (19|20) m"))
        clock.turn(SEVEN + timedelta(hours=2))
        page.reload()
        expect(row(page, task)).to_contain_text("1 h 40 m late")
        clock.turn(SEVEN + timedelta(hours=12, minutes=1))
        page.reload()
        expect(row(page, task)).to_have_count(0)
