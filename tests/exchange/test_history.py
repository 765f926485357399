"""History stays history, and a trial may move it to now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coordination import events as bus
from coordination.access.models import Organization
from coordination.events import Event
from patients import events
from patients.models import Patient, Stay, TimelineEntry
from tests.exchange.importing import DATA, NOW, about, patient, run, stay, write

KINDS = [
    getattr(events, name) for name in dir(events)
    if isinstance(getattr(events, name), type) and issubclass(getattr(events, name), Event)
]  # fmt: skip


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Listen to all events of patients, by a reaction of our own."""
    said: list[Event] = []
    monkeypatch.setattr(bus, "reactions", lambda: dict.fromkeys(KINDS, (said.append,)))
    return said


def names(said: list[Event]) -> list[str]:
    return [type(event).__name__ for event in said]


def test_an_open_stay_is_announced_with_each_class(
    hospital: Organization, heard: list[Any]
) -> None:
    run(hospital, DATA / "ward")
    assert names(heard) == [
        "PatientsImported", "StayDeparted", "StayAdmitted", "SegmentStarted", "SegmentStarted",
        "CoverageChanged", "CoverageChanged",
    ]  # fmt: skip
    assert [e.segment_class for e in heard[3:5]] == ["observation", "inpatient"]
    assert heard[1].departed_at == datetime(2026, 11, 12, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "published"),
    [
        pytest.param("2026-10-20T08:00:00Z", "2026-10-24T15:41:00Z", False, id="over 30 days ago"),
        pytest.param("2026-10-20T08:00:00Z", "2026-10-24T15:43:00Z", True, id="within 30 days"),
        pytest.param("2026-11-20T08:00:00Z", "", True, id="open"),
        pytest.param("2026-09-30T08:00:00Z", "", False, id="open since before we went live"),
    ],
)
def test_only_a_stay_that_is_no_history_is_announced(
    start: str, end: str, published: bool, hospital: Organization, tmp_path: Path, heard: list[Any]
) -> None:
    hospital.go_live_at = datetime(2026, 10, 1, tzinfo=UTC)
    hospital.save()
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay(start=start, end=end)))
    assert [n for n in names(heard) if n.startswith("Stay")] == (
        [] if not published else ["StayDeparted" if end else "StayAdmitted"]
    )
    assert Stay.objects.count() == 1


def test_a_stay_that_ends_at_the_source_is_announced_once(
    hospital: Organization, tmp_path: Path, heard: list[Any]
) -> None:
    file = tmp_path / "a.ndjson"
    run(hospital, write(file, patient(), stay()))
    for _ in range(2):
        run(hospital, write(file, patient(), stay(end="2026-11-23T12:00:00Z")))
    assert names(heard).count("StayDeparted") == 1
    assert Stay.objects.get().segments.get().ends_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_corrected_start_moves_the_clocks_that_hang_on_it(
    hospital: Organization, tmp_path: Path, heard: list[Any]
) -> None:
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay()))
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay(start="2026-11-20T06:00:00Z")))
    moved = [e.anchor_event for e in heard if isinstance(e, events.AnchorCorrected)]
    assert moved == ["stay.admitted", "stay.segment_started(inpatient)"]


def test_the_death_of_somebody_known_is_announced(
    hospital: Organization, tmp_path: Path, heard: list[Any]
) -> None:
    file = tmp_path / "a.ndjson"
    run(hospital, write(file, patient()))
    run(hospital, write(file, patient(deceasedBoolean=True)))
    assert names(heard).count("PatientDied") == 1
    assert Patient.objects.get().deceased_at == NOW


def test_coverage_is_announced_only_where_a_stay_needs_it(
    hospital: Organization, tmp_path: Path, heard: list[Any]
) -> None:
    cover = about("Coverage", payor=[{"display": "Medicare"}])
    run(hospital, write(tmp_path / "a.ndjson", patient(), cover))
    assert "CoverageChanged" not in names(heard)
    changed = {**cover, "payor": [{"display": "Blue Plan"}]}
    run(hospital, write(tmp_path / "a.ndjson", patient(), changed, stay()))
    assert names(heard)[-1] == "CoverageChanged"


def test_history_writes_no_line_of_the_story(hospital: Organization, tmp_path: Path) -> None:
    old = stay(start="2019-01-01T00:00:00Z", end="2019-01-02T00:00:00Z")
    run(hospital, write(tmp_path / "a.ndjson", patient(), old))
    assert not TimelineEntry.objects.exists()


def test_a_trial_moves_the_newest_instant_to_now(hospital: Organization, tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.ndjson",
        patient(),
        stay("old", "2019-01-01T00:00:00Z", "2019-01-02T00:00:00Z"),
        stay("new", "2020-01-01T00:00:00Z", "2020-01-02T06:00:00Z"),
        stay("planned", "2030-01-01T00:00:00Z", status="planned"),
    )
    done = run(hospital, file, shift_to_now=True)
    assert Stay.objects.get(external_id="fhir|Encounter/new").departed_at == NOW
    assert done.shift == NOW - datetime(2020, 1, 2, 6, tzinfo=UTC)
    old = Stay.objects.get(external_id="fhir|Encounter/old")
    assert old.departed_at == NOW - timedelta(days=365, hours=6)
    assert Patient.objects.get().birth_date == date(1970, 1, 1) + done.shift


def test_a_trial_run_twice_in_a_day_changes_nothing(hospital: Organization, tmp_path: Path) -> None:
    file = write(tmp_path / "a.ndjson", patient(), stay(end="2026-11-21T00:00:00Z"))
    run(hospital, file, shift_to_now=True)
    again = run(hospital, file, shift_to_now=True, now=NOW + timedelta(hours=2))
    assert again.counts["came_in"]["stays"] == [0, 0, 1]
    later = run(hospital, file, shift_to_now=True, now=NOW + timedelta(days=2))
    assert later.counts["came_in"]["stays"] == [0, 1, 0]
