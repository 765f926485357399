"""The words for time, by the table of the visual language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coordination import words

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)  # Monday 10:42 in New York


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-23T10:43", "in 1 m"),
        ("2026-11-23T11:00", "in 18 m"),
        ("2026-11-23T11:42", "in 1 h"),
        ("2026-11-23T14:00", "in 3 h 18 m"),
        ("2026-11-23T22:41", "in 11 h 59 m"),
        ("2026-11-23T22:42", "22:42"),
        ("2026-11-23T23:30", "23:30"),
        ("2026-11-24T09:00", "Tue 24 Nov, 09:00"),
        ("2026-11-29T09:00", "Sun 29 Nov, 09:00"),
        ("2026-11-30T09:00", "30 Nov 2026"),
        ("2027-01-04T09:00", "4 Jan 2027"),
        ("2026-11-23T10:42", "due now"),
        ("2026-11-23T10:41", "1 m late"),
        ("2026-11-23T09:17", "1 h 25 m late"),
        ("2026-11-23T09:42", "1 h late"),
        ("2026-11-21T06:42", "2 d 4 h late"),
        ("2026-11-21T10:42", "2 d late"),
    ],
)
def test_a_due_instant_is_said_as_a_person_would(due: str, said: str) -> None:
    assert words.due_words(local(due), NOW, ZONE) == said


def test_the_zone_of_the_facility_rules_the_day() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    at = NOW - timedelta(hours=1)
    assert words.when_words(at, NOW, ZONE) == "09:42"
    assert words.when_words(at, NOW, tokyo) == "Mon 23 Nov, 23:42"


def test_twelve_hour_clocks_say_so() -> None:
    assert words.when_words(local("2026-11-23T14:00"), NOW, ZONE, hours=12) == "2:00 PM"
    assert words.today_words(NOW, ZONE, hours=12) == "Monday 23 November, 10:42 AM"


def test_the_full_form_names_day_and_zone() -> None:
    assert words.full_words(NOW, ZONE) == "Monday 23 November 2026, 10:42 EST"
    assert words.today_words(NOW, ZONE) == "Monday 23 November, 10:42"
    assert words.day_words(date(1948, 3, 14)) == "14 Mar 1948"


def test_what_is_left_and_what_has_passed() -> None:
    assert words.left_words(NOW + timedelta(hours=2, minutes=18), NOW) == "2 h 18 m left"
    assert words.left_words(NOW - timedelta(minutes=5), NOW) == "5 m late"
    assert words.age_words(NOW - timedelta(hours=23), NOW) == "23 h"
    assert words.age_words(NOW + timedelta(seconds=3), NOW) == "0 m"


@pytest.mark.parametrize("seconds", [59, 3599, 43_199, 43_200, 86_399])
def test_every_span_counts_down_without_a_gap(seconds: int) -> None:
    assert words.span_words(timedelta(seconds=seconds))
