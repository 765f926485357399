"""The story's instants, read at different moments."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coordination.demo import when
from coordination.demo.when import Teller, Unreadable

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 10, 42, tzinfo=ZONE)
VETERANS_DAY = date(2026, 11, 11)


def told(text: str, now: datetime = MONDAY, holidays=()) -> str:
    at = Teller(now, ZONE, holidays).at(text)
    assert at is not None
    return at.astimezone(ZONE).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2h", "Mon 23 08:42"),
        ("-1h30m", "Mon 23 09:12"),
        ("+8m", "Mon 23 10:50"),
        ("-3d 09:10", "Fri 20 09:10"),
        ("+1d 10:00", "Tue 24 10:00"),
        ("-4bd 11:00", "Tue 17 11:00"),
        ("-2bd 10:00", "Thu 19 10:00"),
        ("rest 0%", "Mon 23 12:47"),
        ("rest 100%", "Mon 23 23:30"),
        ("sofar 50%", "Mon 23 05:21"),
        ("wkend-1 fri 17:00", "Fri 20 17:00"),
        ("wkend-1 mon 07:30", "Mon 23 07:30"),
        ("wkend+1 sat 09:00", "Sat 28 09:00"),
    ],
)
def test_an_instant_is_read_from_now(text, expected) -> None:
    assert told(text) == expected


def test_late_in_the_evening_the_rest_of_the_day_is_an_hour() -> None:
    night = MONDAY.replace(hour=23, minute=0)
    assert told("rest 0%", night) == "Tue 24 01:05"
    assert told("rest 100%", night) == "Tue 24 02:05"


def test_business_days_skip_holidays() -> None:
    thursday = datetime(2026, 11, 12, 9, 0, tzinfo=ZONE)
    assert told("-1bd 10:00", thursday, [VETERANS_DAY]) == "Tue 10 10:00"


def test_a_weekend_is_past_only_after_its_monday_morning() -> None:
    early = MONDAY.replace(hour=7, minute=59)
    assert told("wkend-1 fri 17:00", early) == "Fri 13 17:00"
    assert told("wkend+1 fri 17:00", MONDAY.replace(day=27, hour=16)) == "Fri 27 17:00"
    assert told("wkend+1 fri 17:00", MONDAY.replace(day=27, hour=17)) == "Fri 04 17:00"


def test_nothing_is_none_and_nonsense_is_refused() -> None:
    assert Teller(MONDAY, ZONE).at("") is None
    with pytest.raises(Unreadable):
        Teller(MONDAY, ZONE).at("tomorrow-ish")


def test_every_instant_of_the_shipped_story_is_readable() -> None:
    teller = Teller(MONDAY, ZONE)
    seen = 0
    for path in sorted((Path(when.__file__).parent / "data").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                for column, text in row.items():
                    if column.endswith("_at") or column in {"at", "due", "from", "until"}:
                        teller.at(text)
                        seen += bool(text)
    assert seen > 500
