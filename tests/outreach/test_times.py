"""When messages leave, over both daylight-saving nights."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from coordination.outreach.rules import (
    give_up,
    is_poison,
    next_try,
    quiet_until,
    reminder_due,
)

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
NIGHT = (time(20), time(8))

NIGHTS = [
    pytest.param(NEW_YORK, "2026-03-08", "2026-03-08T03:00-04:00", id="02:30 does not exist"),
    pytest.param(LONDON, "2026-03-29", "2026-03-29T02:30+01:00", id="London keeps its 02:30"),
    pytest.param(LORD_HOWE, "2026-10-04", "2026-10-04T02:30+11:00", id="a gap of half an hour"),
    pytest.param(ZoneInfo("UTC"), "2028-02-29", "2028-02-29T02:30+00:00", id="a leap day"),
]


@pytest.mark.parametrize(("zone", "day", "expected"), NIGHTS)
def test_a_reminder_at_half_past_two_has_one_instant_every_night(zone, day, expected):
    visit = datetime.combine(date.fromisoformat(day), time(15), zone)
    assert reminder_due(visit, 0, time(2, 30), zone) == datetime.fromisoformat(expected)


def test_of_two_half_past_ones_the_first_is_meant():
    visit = datetime(2026, 11, 1, 15, tzinfo=NEW_YORK)
    assert reminder_due(visit, 0, time(1, 30), NEW_YORK) == datetime.fromisoformat(
        "2026-11-01T01:30-04:00"
    )


def test_a_reminder_is_due_at_its_local_hour_on_either_side_of_the_change():
    visit = datetime.fromisoformat("2026-11-02T10:20-05:00")
    due = [reminder_due(visit, days, time(10), NEW_YORK) for days in (3, 1)]
    assert due == [
        datetime.fromisoformat("2026-10-30T10:00-04:00"),
        datetime.fromisoformat("2026-11-01T10:00-05:00"),
    ]


def test_a_reminder_is_given_up_two_hours_before_the_visit_and_after_a_day_at_most():
    visit = datetime(2026, 11, 24, 15, tzinfo=UTC)
    day_before, three_before = (
        datetime(2026, 11, 23, 16, tzinfo=UTC),
        datetime(2026, 11, 21, 15, tzinfo=UTC),
    )
    assert give_up(day_before, visit) == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert give_up(three_before, visit) == datetime(2026, 11, 22, 15, tzinfo=UTC)


QUIET = [
    pytest.param("2026-11-23T19:59-05:00", None, id="just before"),
    pytest.param("2026-11-23T20:00-05:00", "2026-11-24T08:00-05:00", id="the first minute"),
    pytest.param("2026-11-23T23:59-05:00", "2026-11-24T08:00-05:00", id="before midnight"),
    pytest.param("2026-11-24T03:00-05:00", "2026-11-24T08:00-05:00", id="after midnight"),
    pytest.param("2026-11-24T08:00-05:00", None, id="the minute they end"),
    pytest.param("2026-10-31T21:00-04:00", "2026-11-01T08:00-05:00", id="clocks go back inside"),
    pytest.param("2026-03-07T21:00-05:00", "2026-03-08T08:00-04:00", id="clocks go forward inside"),
]


@pytest.mark.parametrize(("at", "expected"), QUIET)
def test_quiet_hours_delay_to_their_end(at, expected):
    ends = quiet_until(datetime.fromisoformat(at), NIGHT, NEW_YORK)
    assert ends == (datetime.fromisoformat(expected) if expected else None)


def test_quiet_hours_within_one_day_do_not_span_midnight():
    nap = (time(12), time(14))
    assert quiet_until(datetime(2026, 11, 23, 13, tzinfo=UTC), nap, ZoneInfo("UTC")) == datetime(
        2026, 11, 23, 14, tzinfo=UTC
    )
    assert quiet_until(datetime(2026, 11, 23, 23, tzinfo=UTC), nap, ZoneInfo("UTC")) is None


def test_a_failure_is_tried_again_later_and_later_and_the_eighth_is_the_last():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    far = datetime(2027, 1, 1, tzinfo=UTC)
    waits = [next_try(n, now, far, 0.0) for n in range(1, 9)]
    minutes = [at and int((at - now).total_seconds() // 60) for at in waits]
    assert minutes == [1, 3, 9, 27, 81, 240, 720, None]


def test_a_try_past_the_last_useful_moment_is_not_planned():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert next_try(1, now, now, 0.0) is None


def test_jitter_adds_a_tenth_at_most():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    far = datetime(2027, 1, 1, tzinfo=UTC)
    assert (next_try(4, now, far, 1.0) - now).total_seconds() == pytest.approx(27 * 66)


def test_five_claims_without_an_outcome_are_poison():
    assert [is_poison(attempts, 1) for attempts in (5, 6)] == [False, True]
