"""Names, readings of a search text, days and scores: pure, and computed elsewhere first."""

from __future__ import annotations

import csv
import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules import (
    HospitalInputs,
    age,
    day_number,
    folded,
    hospital,
    identifier_norm,
    is_history,
    lace,
    name_norm,
    readings,
    stay_days,
)

TODAY = date(2026, 11, 23)
BORN = date(1948, 3, 14)
HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "rules.md"


@pytest.mark.parametrize(
    "text",
    [
        "1948-03-14", "3/14/1948", "03/14/1948", "3-14-1948", "14.3.1948", "14 mar 1948",
        "14 March 1948", "March 14 1948", "March 14, 1948", "mar 14th, 1948", "14-Mar-1948",
        "031448", "03141948", "19480314", "3/14/48", "1948/3/14", "born 14 Mar 1948",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_any_usual_spelling(text) -> None:
    assert BORN in readings(text, TODAY).birth_dates


@pytest.mark.parametrize(
    "text", ["2/30/1948", "13/13/1948", "1/1/2030", "1/1/1800", "99 xyz 1948", "045"]
)
def test_what_is_no_birth_date_is_not_read_as_one(text) -> None:
    assert readings(text, TODAY).birth_dates == ()


@pytest.mark.parametrize("text", ["004 118 27", "MRN 00411827", "004-118-27", "mrn: 004.118.27"])
def test_an_mrn_is_read_however_it_is_grouped(text) -> None:
    assert readings(text, TODAY).numbers[0] == "00411827"


def test_a_name_with_a_birth_date_is_read_as_both() -> None:
    read = readings("O'Neil José 3/14/1948", TODAY)
    assert (read.words, read.birth_dates, read.numbers) == (("oneil", "jose"), (BORN,), ())


def test_a_two_digit_year_is_read_in_each_century_possible() -> None:
    assert readings("3/14/15", TODAY).birth_dates == (date(1915, 3, 14), date(2015, 3, 14))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text) -> None:
    read = readings(text, TODAY)
    assert all(day <= TODAY for day in read.birth_dates)
    assert all(word == folded(word) for word in read.words)


def test_names_fold_accents_apostrophes_and_hyphens() -> None:
    assert name_norm("O’Brien-Núñez", "José  María") == "obrien nunez jose maria"
    assert identifier_norm(" 004-118.27 ") == "00411827"


def test_a_very_long_name_still_fits() -> None:
    assert len(name_norm("a" * 80, "ß" * 80)) <= 180


@pytest.mark.parametrize(
    ("today", "years"), [(date(2026, 3, 13), 77), (date(2026, 3, 14), 78), (date(1948, 3, 14), 0)]
)
def test_age_counts_full_years(today, years) -> None:
    assert age(BORN, today) == years


def test_days_are_counted_in_the_facilitys_zone() -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # still the 22nd in New York
    now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert day_number(start, now, zone) == 2
    assert stay_days(start, now, zone) == 1


@pytest.mark.parametrize(
    ("at", "ended", "expected"),
    [(-5, None, False), (-400, None, True), (-5, -1, False), (-60, -31, True), (-60, -29, False)],
)
def test_history_stays_history(at, ended, expected) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    go_live = now - timedelta(days=365)
    ended_at = None if ended is None else now + timedelta(days=ended)
    assert is_history(now + timedelta(days=at), go_live, now, ended_at) is expected


def vectors() -> list[dict[str, str]]:
    with (HERE / "golden_scores.csv").open() as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["inputs"])
def test_scores_are_those_computed_elsewhere(row) -> None:
    raw = dict(pair.split("=") for pair in row["inputs"].split(";"))
    if row["score"] == "lace-2010":
        score = lace(
            int(raw["los"]), acute=raw["acute"] == "1", charlson=int(raw["charlson"]),
            ed=int(raw["ed"]),
        )  # fmt: skip
    else:
        inputs = HospitalInputs(
            hemoglobin=float(raw["hb"]), oncology=raw["oncology"] == "1", sodium=float(raw["na"]),
            procedure=raw["procedure"] == "1", urgent=raw["urgent"] == "1",
            admissions=int(raw["admissions"]), los=int(raw["los"]),
        )  # fmt: skip
        score = hospital(inputs, row["score"])
    assert score is not None
    assert (score.points, score.band) == (int(row["expected"]), row["detail"])


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not laid beside this checkout")
def test_our_copy_of_the_score_vectors_is_theirs() -> None:
    lines = SHARED.read_text().split("```csv golden-scores\n")[1].split("```")[0].splitlines()
    theirs = [line for line in lines if not line.startswith("fpl")]
    assert (HERE / "golden_scores.csv").read_text().splitlines() == theirs


def test_a_missing_input_makes_a_score_incomplete() -> None:
    for missing in ("los", "charlson", "ed"):
        known = {"los": 3, "charlson": 1, "ed": 0} | {missing: None}
        assert lace(known["los"], acute=True, charlson=known["charlson"], ed=known["ed"]) is None
    assert hospital(HospitalInputs(hemoglobin=11.0)) is None


def test_an_unknown_version_of_a_score_is_refused() -> None:
    with pytest.raises(ValueError, match="no such version"):
        hospital(HospitalInputs(), "hospital-1999")


@pytest.mark.parametrize("order", list(itertools.permutations(["Rosa", "Martinez", "1948"])))
def test_the_order_of_what_is_typed_never_matters(order) -> None:
    read = readings(" ".join(order), TODAY)
    assert (set(read.words), read.years) == ({"rosa", "martinez"}, (1948,))
