"""What a call proves, and when the next attempt is."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from coordination.outreach.models import Outcome
from coordination.outreach.rules import (
    Attempt,
    UnreadableHours,
    likeliest_outcomes,
    next_attempt,
    proves,
    wished_hours,
)

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize("outcome", Outcome.values)
def test_only_the_two_reached_outcomes_prove_a_conversation(outcome):
    reached = outcome in {"reached-two-way", "reached-caregiver"}
    assert ("contact" in proves("patient", outcome)) is reached
    assert ("call" in proves("outside", outcome)) is reached
    assert "contact" not in proves("outside", outcome)
    assert "attempts" in proves("patient", outcome)


@pytest.mark.parametrize("channel", ["voicemail-heard", "message", "letter"])
@pytest.mark.parametrize("outcome", Outcome.values)
def test_what_was_only_heard_or_read_proves_nothing(channel, outcome):
    assert proves("patient", outcome, channel) == ()
    heard = likeliest_outcomes("patient", channel)
    assert not set(heard) & {"reached-two-way", "reached-caregiver"}
    assert set(heard) <= set(Outcome.values)


@pytest.mark.parametrize("kind", ["patient", "contact", "outside"])
def test_four_outcomes_stand_on_the_keys_and_reached_comes_first(kind):
    outcomes = likeliest_outcomes(kind)
    assert len(set(outcomes)) == 4
    assert outcomes[0].startswith("reached")
    assert set(outcomes) <= set(Outcome.values)


def test_an_unanswered_call_is_tried_in_another_part_of_the_day():
    now = at("2026-11-23T10:42")  # a Monday
    assert next_attempt(now, NEW_YORK, [Attempt(now)]) == at("2026-11-23T13:30")


def test_when_the_day_is_used_up_it_is_tried_on_another_weekday():
    tried = [Attempt(at(f"2026-11-23T{hour}")) for hour in ("09:40", "14:00", "17:30")]
    assert next_attempt(at("2026-11-23T17:40"), NEW_YORK, tried) == at("2026-11-24T09:30")


def test_nobody_is_tried_on_a_weekend_unless_they_wished_it():
    friday = at("2026-11-27T18:00")
    assert next_attempt(friday, NEW_YORK, [Attempt(friday)]) == at("2026-11-30T09:30")
    wished = (time(10), time(12))
    assert next_attempt(friday, NEW_YORK, [Attempt(friday)], wished) == at("2026-11-28T10:00")


def test_wished_hours_are_kept():
    now = at("2026-11-23T10:42")
    assert next_attempt(now, NEW_YORK, [Attempt(now)], (time(17), time(20))) == at(
        "2026-11-23T17:30"
    )


def test_a_busy_line_is_tried_soon():
    now = at("2026-11-23T10:42")
    assert next_attempt(now, NEW_YORK, [Attempt(now)], outcome="busy") == at("2026-11-23T11:02")


def test_the_proposal_is_an_aware_instant_in_utc():
    now = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
    proposed = next_attempt(now, NEW_YORK, [Attempt(now)])
    assert proposed is not None
    assert proposed.tzinfo == UTC


HOURS = [
    ("17:00-20:00", (time(17), time(20))),
    ("after 15:00", (time(15), time(20))),
    ("mornings", (time(8), time(12))),
    ("any", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), HOURS)
def test_wished_hours_are_read(text, expected):
    assert wished_hours(text) == expected


def test_other_words_are_left_to_a_person():
    with pytest.raises(UnreadableHours):
        wished_hours("not on the Sabbath")
