"""Distances, the map, calendars and groups of needs: pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.models import Need, NeedGroup, ProviderKind
from referrals.rules.distance import bearing, box_around, miles_between
from referrals.rules.map import DOT, SIZE, dots, rings
from referrals.rules.meetings import meetings
from referrals.rules.needs import GROUPS, HOME_COLUMNS, OFFERED, group_of

ROCHESTER, BUFFALO = (43.1566, -77.6088), (42.8864, -78.8784)
NEW_YORK = ZoneInfo("America/New_York")
LATITUDES = st.floats(-85, 85)
LONGITUDES = st.floats(-179, 179)


def test_two_cities_are_as_far_apart_as_they_are():
    assert miles_between(*ROCHESTER, *BUFFALO) == pytest.approx(66.9, abs=0.3)
    assert miles_between(*ROCHESTER, *ROCHESTER) == 0


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES, st.floats(1, 300))
def test_whoever_is_within_the_distance_is_within_the_box(lat, lon, there, across, miles):
    box = box_around(lat, lon, miles)
    if miles_between(lat, lon, there, across) < miles - 0.001 and abs(lon - across) < 180:
        assert box.south <= there <= box.north
        assert box.west <= across <= box.east


def test_a_distance_below_nothing_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        box_around(0, 0, -1)


def test_west_is_west():
    assert bearing(*ROCHESTER, ROCHESTER[0], ROCHESTER[1] - 1) == pytest.approx(270, abs=1)


@given(st.lists(st.sampled_from([ROCHESTER, BUFFALO, (None, None), (43.2, -77.7)]), max_size=25))
def test_every_number_on_the_map_can_be_read(places):
    found = dots(*ROCHESTER, 100, places)
    assert [dot.number for dot in found] == [n for n, (lat, _) in enumerate(places, 1) if lat]
    for at, dot in enumerate(found):
        assert DOT <= dot.x <= SIZE - DOT
        assert DOT <= dot.y <= SIZE - DOT
        for other in found[at + 1 :]:
            assert (dot.x - other.x) ** 2 + (dot.y - other.y) ** 2 >= (2 * DOT - 0.2) ** 2


def test_rings_are_named_by_their_miles():
    assert [ring.miles for ring in rings(25)] == ["25", "10", "5"]


@pytest.mark.parametrize(
    ("meets", "days"),
    [
        ("weekly", ["2026-10-27", "2026-11-03", "2026-11-10"]),
        ("two-weekly", ["2026-10-27", "2026-11-10", "2026-11-24"]),
        ("monthly", ["2026-10-27", "2026-11-24", "2026-12-22"]),
        ("once", ["2026-10-27"]),
    ],
)
def test_a_group_meets_at_the_same_hour_across_the_clock_change(meets, days):
    first = datetime(2026, 10, 27, 18, 30, tzinfo=NEW_YORK)
    found = meetings(first, meets, first - timedelta(hours=1), NEW_YORK, most=3)
    assert [at.isoformat()[:16] for at in found] == [f"{day}T18:30" for day in days]


def test_the_fifth_weekday_becomes_the_last_one():
    first = datetime(2026, 10, 30, 18, 30, tzinfo=NEW_YORK)  # the fifth Friday
    found = meetings(first, "monthly", first, NEW_YORK, most=2)
    assert [at.day for at in found] == [30, 27]


def test_what_met_once_is_over_and_a_weekly_group_goes_on():
    first = datetime(2026, 10, 27, 18, 30, tzinfo=NEW_YORK)
    later = first + timedelta(days=15)
    assert meetings(first, "once", later, NEW_YORK) == []
    assert meetings(first, "weekly", later, NEW_YORK)[0].day == 17


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        meetings(datetime(2026, 1, 1), "weekly", datetime(2026, 1, 1, tzinfo=NEW_YORK), NEW_YORK)  # noqa: DTZ001


def test_every_need_is_in_one_group_and_every_file_offers_one():
    codes = [code for group in GROUPS.values() for code in group]
    assert sorted(codes) == sorted(Need.values)
    assert set(GROUPS) == set(NeedGroup.values)
    assert group_of("oxygen") == "equipment"
    assert {need for needs in OFFERED.values() for need in needs} <= set(codes)
    assert set(HOME_COLUMNS.values()) <= set(GROUPS["home-health"])
    assert set(OFFERED) <= set(ProviderKind.values)
