"""One Tuesday, from seven to seven, of five people and those who come and go with them.

`PICTURES=/a/folder python -m pytest tests/journeys/tuesday` plays it and keeps a picture of each
scene.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from coordination.access.models import Team
from tests.journeys.clock import story_clock
from tests.journeys.tuesday import morning
from tests.journeys.tuesday.story import SEVEN, Tuesday
from tests.journeys.tuesday.ward import build

SCENES: tuple[Callable[[Tuesday], None], ...] = (
    morning.everybody_says_where_they_are,
    morning.a_nurse_floats_to_the_unit_that_is_short,
    morning.the_charge_nurse_gives_out_the_beds,
    morning.everybody_sees_who_is_on,
    morning.a_colleague_is_sick,
    morning.who_covers_acts_as_the_owner,
    morning.the_mornings_calls,
    morning.the_telephone_rings,
)


def test_a_whole_tuesday_from_seven_to_seven(
    page_as: Callable[..., Page], rulebook: None, team: Team, settings: Any
) -> None:
    with story_clock(SEVEN) as clock:
        day = Tuesday(build(team, SEVEN), clock, page_as, settings)
        day.at("07:00")
        for scene in SCENES:
            scene(day)
