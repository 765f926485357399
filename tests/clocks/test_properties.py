"""What holds for every date: no vector lists it, so a machine looks for the one that breaks it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.clocks import rules
from tests.clocks.conftest import ZONES
from tests.clocks.test_golden import federal

zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
FIRST, LAST = date(2024, 4, 1), date(2029, 6, 1)  # 40 business days off the known holidays
instants = st.integers(0, 5 * 365 * 86400).map(
    lambda seconds: datetime(2024, 2, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
days = st.dates(FIRST, LAST)
counts = st.integers(1, 40)
UNITS = ["minutes", "hours", "calendar_days", "business_days", "months"]
quick = settings(max_examples=60, deadline=None)


@quick
@given(days, counts)
def test_business_days_never_land_on_a_weekend_or_holiday(start: date, count: int) -> None:
    found = rules.add_business_days(start, count, federal())
    assert federal().is_business_day(found)
    assert rules.business_days_between(start, found, federal()) == count


@quick
@given(days, counts)
def test_business_days_back_land_on_one_too(start: date, count: int) -> None:
    found = rules.add_business_days(start, -count, federal())
    assert federal().is_business_day(found)
    assert found < start


@quick
@given(instants, st.timedeltas(timedelta(0), timedelta(days=40)), st.sampled_from(UNITS), zones)
def test_a_later_start_is_never_due_sooner(at, later, unit, zone) -> None:
    spec = rules.Spec(slug="x", amount=3, unit=unit)
    first, second = (rules.due(spec, moment, zone, federal()).due_at for moment in (at, at + later))
    assert first is not None
    assert second is not None
    assert first <= second


@quick
@given(instants, zones)
def test_the_zone_an_instant_is_written_in_changes_nothing(at: datetime, zone: ZoneInfo) -> None:
    spec = rules.Spec(slug="x", amount=2, unit="business_days")
    told = [
        rules.due(spec, at.astimezone(ZoneInfo(name)), zone, federal()).due_at for name in ZONES
    ]
    assert len(set(told)) == 1


@quick
@given(instants, st.integers(0, 400), zones)
def test_hours_are_real_hours(at: datetime, hours: int, zone: ZoneInfo) -> None:
    found = rules.due(rules.Spec(slug="x", amount=hours, unit="hours"), at, zone, federal()).due_at
    assert found is not None
    assert found.astimezone(UTC) - at == timedelta(hours=hours)


@quick
@given(days, st.integers(0, 30))
def test_months_never_lose_a_day(start: date, months: int) -> None:
    found = rules.add_months(start, months)
    assert found.day in {start.day, 1}
    back = rules.add_months(found, -months) if found.day == start.day else start
    assert back == start


@quick
@given(instants, instants, zones)
def test_the_cut_off_instants_tell_the_same_band_as_counting(due_at, now, zone) -> None:
    band = rules.band(due_at, now, federal(), zone)
    if due_at >= now:
        assert band == rules.NOT_LATE
        return
    count = rules.business_days_between(
        due_at.astimezone(zone).date(), now.astimezone(zone).date(), federal()
    )
    if now - due_at < timedelta(hours=24) or count == 0:
        expected = 0
    else:
        expected = sum(count >= least for least in (1, 3, 6, 11))
    assert band == rules.BANDS[expected]


@quick
@given(instants, zones)
def test_the_cut_off_instants_lie_in_order(now: datetime, zone: ZoneInfo) -> None:
    cuts = rules.band_cuts(now, federal(), zone)
    assert sorted(cuts, reverse=True) == list(cuts)
    assert cuts[0] <= now


@quick
@given(instants, instants)
def test_an_event_is_in_time_or_late_never_both(event_at: datetime, due_at: datetime) -> None:
    state = rules.state_of(due_at, due_at, event_at, event_at)
    assert (state.state == "satisfied") == rules.is_in_time(event_at, due_at)
    margin = rules.margin_minutes(event_at, due_at)
    assert margin is not None
    assert (margin >= 0) == rules.is_in_time(event_at, due_at)


WALKS = [
    ("America/New_York", date(2027, 3, 13)), ("America/New_York", date(2026, 10, 31)),
    ("Europe/London", date(2027, 3, 27)), ("Europe/London", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 10, 3)), ("Australia/Lord_Howe", date(2027, 4, 3)),
    ("UTC", date(2028, 2, 28)), ("America/New_York", date(2028, 2, 28)),
    ("America/New_York", date(2026, 12, 30)), ("Australia/Lord_Howe", date(2026, 12, 30)),
]  # fmt: skip
STEP = timedelta(minutes=5)  # trust.md F18 at CI size; the full run walks every minute


@pytest.mark.parametrize(("name", "first"), WALKS)
def test_a_daily_time_comes_once_a_day_however_the_clocks_change(name: str, first: date) -> None:
    """Walk three local days and fire each quarter hour's alarm when its instant has come."""
    zone = ZoneInfo(name)
    alarms = {
        (first + timedelta(days=day), minutes): rules.local_instant(
            first + timedelta(days=day), time(minutes // 60, minutes % 60), zone
        )
        for day in range(3)
        for minutes in range(0, 1440, 15)
    }
    now = rules.local_instant(first, time(0), zone).astimezone(UTC)
    end = rules.local_instant(first + timedelta(days=3), time(0), zone)
    fired: dict[tuple[date, int], int] = dict.fromkeys(alarms, 0)
    before = now - STEP
    while now < end:
        for key, at in alarms.items():
            fired[key] += before < at <= now
        before, now = now, now + STEP
    assert set(fired.values()) == {1}
    for (day, minutes), at in alarms.items():
        local = at.astimezone(zone)
        assert local.date() == day
        wanted = datetime.combine(day, time(minutes // 60, minutes % 60))
        late = local.replace(tzinfo=None) - wanted
        assert timedelta(0) <= late <= timedelta(hours=1)
        exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if exists.replace(tzinfo=None) == wanted:
            assert late == timedelta(0)


@pytest.mark.parametrize(
    ("day", "at", "zone", "shown"),
    [
        ("2027-03-14", "02:30", "America/New_York", "2027-03-14T03:00:00-04:00"),
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01T01:30:00-04:00"),
        ("2027-03-28", "01:15", "Europe/London", "2027-03-28T02:00:00+01:00"),
        ("2026-10-04", "02:10", "Australia/Lord_Howe", "2026-10-04T02:30:00+11:00"),
    ],
)
def test_a_time_that_does_not_exist_is_the_first_that_does(day, at, zone, shown) -> None:
    found = rules.local_instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found.isoformat() == shown


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        rules.due(rules.Spec(slug="x"), datetime(2026, 1, 1), ZoneInfo("UTC"), federal())  # noqa: DTZ001


def test_the_year_after_the_last_holiday_on_file_is_not_guessed() -> None:
    with pytest.raises(rules.CalendarUnknown):
        rules.add_business_days(date(2030, 12, 31), 1, federal())
