"""The golden vectors of rules.md 8: computed independently, copied here, held to the fences."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coordination.clocks import rules
from coordination.clocks.actions.packs import PACKS, federal_holidays, read_pack
from coordination.clocks.models import DeadlineRule
from coordination.clocks.queries import spec_of
from tests.clocks.conftest import HERE, golden

NEW_YORK = ZoneInfo("America/New_York")
NO_RULE = "NO_RULE"


@cache
def federal() -> rules.Calendar:
    days = dict(federal_holidays(range(2024, 2031)))
    return rules.Calendar(name="federal", holidays=days, years=(2024, 2030))


@cache
def shipped() -> tuple[DeadlineRule, ...]:
    _head, rows = read_pack(PACKS / "us-federal-2026")
    return tuple(DeadlineRule(**row) for row in rows)


def inputs_of(row: dict[str, str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in row["inputs"].split(";"))


def chosen(slug: str, at: datetime, given: dict[str, str]) -> DeadlineRule | None:
    enabled = [
        rule
        for rule in shipped()
        if rule.slug == slug and (rule.grade != "C" or given.get("force_enable") == "1")
    ]
    return rules.choose(
        enabled,
        on=at.astimezone(NEW_YORK).date(),
        payer_class=given.get("payer_class", "medicare_ffs"),
        facts={"disposition": "01"},
    )


def reckoned(row: dict[str, str], given: dict[str, str]) -> tuple[DeadlineRule, rules.Due] | None:
    at = datetime.fromisoformat(row["start"])
    rule = chosen(row["rule_id"], at, given)
    if rule is None:
        return None
    if "base" in given:  # an extension counts from the due instant of the rule it extends
        base = chosen(given["base"], at, given)
        assert base is not None
        assert base.slug in rule.extends
        assert rule.amount == int(given["days"])
        at = rules.due(spec_of(base), at, NEW_YORK, federal()).due_at or at
    found = rules.due(
        spec_of(rule), at, NEW_YORK, federal(),
        is_notice_date=given.get("start_is") == "notice_date",
        is_extended=given.get("extended") == "1",
    )  # fmt: skip
    return rule, found


@pytest.mark.parametrize("row", golden("dates"))
def test_a_golden_date_is_computed(row: dict[str, str], process_zone: str) -> None:
    given = inputs_of(row)
    answer = reckoned(row, given)
    if row["expected_due"] == NO_RULE:
        assert answer is None
        return
    assert answer is not None
    rule, found = answer
    edge = found.opens_at if given.get("edge") in {"opens", "not_before"} else found.due_at
    assert edge is not None
    assert edge.isoformat() == row["expected_due"]
    if "version" in given:
        assert rule.version == int(given["version"])
    if "safe_by" in given:
        assert found.safe_by == date.fromisoformat(given["safe_by"])
    if "expect_warning" in given:
        closed = {date.fromisoformat(given["facility_holiday"]): "Closed"}
        assert found.due_at is not None
        days = rules.workdays(
            found.anchor_at, found.due_at, federal(), rules.Calendar(holidays=closed)
        )
        assert days.code == given["expect_warning"]


@pytest.mark.parametrize("row", golden("states"))
def test_a_golden_state_is_told(row: dict[str, str], process_zone: str) -> None:
    start = datetime.fromisoformat(row["start"])
    rule = chosen(row["rule_id"], start, {})
    assert rule is not None
    due_at = rules.due(spec_of(rule), start, NEW_YORK, federal()).due_at
    event_at = datetime.fromisoformat(row["event_at"]) if row["event_at"] else None
    state = rules.state_of(
        due_at, datetime.fromisoformat(row["created"]), datetime.fromisoformat(row["now"]), event_at
    )
    assert (state.state, state.alert) == (row["state"], row["alert"])


@pytest.mark.parametrize("row", golden("bands"))
def test_a_golden_band_is_told(row: dict[str, str], process_zone: str) -> None:
    due_at, now = datetime.fromisoformat(row["due"]), datetime.fromisoformat(row["now"])
    assert rules.band(due_at, now, federal(), NEW_YORK) == row["band"]


@pytest.mark.parametrize("row", golden("snf"))
def test_golden_inpatient_days_are_counted(row: dict[str, str], process_zone: str) -> None:
    segments = []
    for part in row["segments"].split("|"):
        name, span = part.split("@")
        start, end = (datetime.fromisoformat(at) for at in span.split("/"))
        segments.append(rules.Segment(name, start, end))
    assert rules.inpatient_days(segments, NEW_YORK) == int(row["inpatient_days"])
    assert rules.qualifies_for_snf(segments, NEW_YORK) == (row["qualifies"] == "yes")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["dates", "states", "bands", "snf"])
def test_the_copies_equal_the_fences(name: str) -> None:
    source = Path(__file__).resolve().parents[2].parent / "shared" / "rules.md"
    if not source.exists():
        pytest.skip("../shared is not laid beside this checkout")
    fence = re.search(rf"```csv golden-{name}\n(.*?)```", source.read_text(), re.S)
    assert fence is not None
    assert (HERE / f"golden_{name}.csv").read_text() == fence.group(1)


HOLIDAYS: Any = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_federal_holidays_are_those_observed(year: int) -> None:
    weekdays = [d for d in federal().holidays if d.year == year and d.weekday() < 5]
    assert [f"{d:%m-%d}" for d in sorted(weekdays)] == HOLIDAYS[year].split()


def stretch(name: str, start: str, end: str | None = None) -> rules.Segment:
    ends_at = datetime.fromisoformat(f"{end}-05:00") if end else None
    return rules.Segment(name, datetime.fromisoformat(f"{start}-05:00"), ends_at)


FIRST = ("inpatient", "2026-12-01T09:00", "2026-12-02T10:00")
NOW = datetime.fromisoformat("2026-12-05T10:00:00-05:00")


@pytest.mark.parametrize(
    ("segments", "has_part_b", "owed"),
    [
        ([FIRST, ("observation", "2026-12-02T10:00", "2026-12-04T09:00")], True, True),
        ([FIRST, ("observation", "2026-12-02T10:00", "2026-12-03T09:00")], True, False),
        ([FIRST, ("observation", "2026-12-02T10:00", "2026-12-03T09:00")], False, True),
        ([FIRST, ("observation", "2026-12-02T10:00", None)], True, True),
        ([("observation", "2026-12-01T10:00", "2026-12-04T09:00")], False, False),
        (
            [
                ("inpatient", "2026-12-01T09:00", "2026-12-04T10:00"),
                ("observation", "2026-12-04T10:00", "2026-12-05T09:00"),
            ],
            True,
            False,
        ),
    ],
)
def test_a_changed_status_is_told_when_both_facts_are_true(segments, has_part_b, owed) -> None:
    stay = [stretch(*part) for part in segments]
    assert rules.is_mcsn_due(stay, NEW_YORK, has_part_b=has_part_b, now=NOW) == owed


def test_observation_is_counted_in_real_time() -> None:
    stay = [stretch("observation", "2026-12-04T09:00"), stretch(*FIRST)]
    assert rules.observation_time(stay, NOW).total_seconds() == 25 * 3600
    assert rules.is_too_short(stay[0].starts_at, NOW, 24) is False
    assert rules.is_too_short(stay[0].starts_at, NOW, 25) is True


def test_a_stretch_that_goes_on_needs_to_know_now() -> None:
    with pytest.raises(ValueError, match="needs now"):
        rules.inpatient_days([stretch("inpatient", "2026-12-04T09:00")], NEW_YORK)
