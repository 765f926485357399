"""The cuts of the day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coordination.caseload.rules import GROUPS, Strip, day_of, day_strip, group_of

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due", "event", "status", "group"),
    [
        (NOW - timedelta(seconds=1), "", "ready", "overdue"),
        (NOW - timedelta(days=9), "", "on-hold", "overdue"),
        (NOW, "", "ready", "soon"),
        (NOW + timedelta(hours=1, minutes=59), "", "ready", "soon"),
        (NOW + timedelta(hours=2), "", "ready", "today"),
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZONE), "", "ready", "today"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=ZONE), "", "ready", "later"),
        (NOW + timedelta(hours=1), "", "on-hold", "held"),
        (None, "before-leaving", "ready", "leaving"),
        (None, "", "ready", "undated"),
    ],
)
def test_a_task_stands_in_its_group(due, event, status, group) -> None:
    assert group_of(due, event, status, day_of(NOW, ZONE)) == group
    assert group in {g.code for g in GROUPS}


def test_today_has_twenty_five_hours_when_the_clocks_go_back() -> None:
    day = day_of(datetime(2026, 11, 1, 12, tzinfo=ZONE), ZONE)
    assert day.ends.timestamp() - day.begins.timestamp() == 25 * 3600


def test_the_strip_runs_from_seven_to_twenty_and_stacks_what_falls_together() -> None:
    due = [NOW + timedelta(hours=3)] * 2
    strip = day_strip([NOW - timedelta(hours=1)], due, day_of(NOW, ZONE))
    assert [label for _, label in strip.hours][:1] == ["07:00"]
    assert strip.hours[-1][1] == "20:00"
    (first, lower), (second, upper) = places(strip, "calm")
    assert first == second
    assert lower > upper


def test_the_strip_reaches_as_far_as_the_work_does() -> None:
    night = NOW.replace(hour=23, minute=20)
    strip = day_strip(
        [], [night + timedelta(minutes=5), NOW - timedelta(days=3)], day_of(night, ZONE)
    )
    assert strip.hours[0][1] == "00:00"
    assert strip.hours[-1][1] == "00:00"
    drawn = [place for kind, _path in strip.marks for place in places(strip, kind)]
    assert len(drawn) == 2
    assert all(48 <= x <= 1160 for x, _y in drawn)


def places(strip: Strip, kind: str) -> list[tuple[float, float]]:
    """Return where the marks of one kind stand."""
    path = dict(strip.marks)[kind]
    return [(float(x), float(y)) for x, y in re.findall(r"M([\d.]+) (\d+)", path)]
