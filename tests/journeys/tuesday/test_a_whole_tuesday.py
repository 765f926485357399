"""One Tuesday, from seven to seven, of five people and those who come and go with them.

`PICTURES=/a/folder python -m pytest tests/journeys/tuesday` plays it and keeps a picture of each
scene.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from coordination.access.models import Team
from coordination.worklist.actions import load_playbooks
from tests.journeys.clock import story_clock
from tests.journeys.tuesday import afternoon, evening, midday, morning, night
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
    midday.work_is_taken_from_the_queue,
    midday.the_supervisor_gives_a_patient_to_somebody,
    midday.each_patient_stands_once_by_bed,
    midday.a_patient_moves_and_the_next_team_is_asked,
    midday.a_call_on_the_wrong_of_two_rosas,
    midday.a_call_that_never_was,
    midday.one_person_with_two_charts,
    midday.the_merge_is_taken_back,
    midday.two_people_write_in_one_record,
    midday.a_jot_finds_its_patient,
    afternoon.the_afternoons_work,
    afternoon.a_question_for_the_supervisor,
    afternoon.a_second_question,
    afternoon.a_playbook_of_the_teams_own,
    afternoon.the_palette_does_as_well_as_finds,
    afternoon.rounds_on_the_phone_and_on_paper,
    afternoon.nobody_answered,
    evening.the_night_is_covered,
    evening.a_session_ends_over_a_half_typed_form,
    evening.what_is_nobodys_yet_is_asked_about,
    evening.the_night_comes_on,
    evening.what_is_late_climbs,
    night.the_screen_locks_itself,
    night.the_network_is_gone,
    night.who_covers_does_it_at_night,
    night.it_is_all_hers_again,
    night.the_supervisor_reads_what_is_late,
    night.nothing_was_lost,
)


def test_a_whole_tuesday_from_seven_to_seven(
    page_as: Callable[..., Page], rulebook: None, team: Team, settings: Any
) -> None:
    with story_clock(SEVEN) as clock:
        load_playbooks(SEVEN)
        day = Tuesday(build(team, SEVEN), clock, page_as, settings)
        day.at("07:00")
        for scene in SCENES:
            scene(day)
