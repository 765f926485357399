"""Due instants do not depend on the zone of the process or of the database session."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.clocks.actions import breach_due, open_clock
from coordination.clocks.models import Clock, DeadlineRule, SignOff
from tests.clocks.conftest import HERE
from tests.clocks.test_golden import inputs_of
from tests.factories import PatientFactory


def rows() -> list[tuple[dict[str, str], dict[str, str]]]:
    with (HERE / "golden_dates.csv").open() as lines:
        found = [(row, inputs_of(row)) for row in csv.DictReader(lines)]
    return [(row, given) for row, given in found if "base" not in given]


@pytest.fixture
def both_zones(db: None, process_zone: str) -> Iterator[str]:
    """Run with the process's zone and the database session's zone set to each of four."""
    before = connection.settings_dict["TIME_ZONE"]
    set_session_zone(process_zone)
    yield process_zone
    set_session_zone(before)


def set_session_zone(name: str | None) -> None:
    """Let Django's own setting choose the session's zone: it reads instants back by the same."""
    ours = connections["default"]  # the connection itself: `connection` stands in for it
    ours.settings_dict["TIME_ZONE"] = name
    for known in ("timezone", "timezone_name"):
        ours.__dict__.pop(known, None)
    ours.ensure_timezone()


@pytest.mark.database
@pytest.mark.usefixtures("rulebook")
def test_golden_dates_are_stored_as_they_are_computed(
    both_zones: str, actor: Actor, supervisor, team: Team
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW TIME ZONE")
        assert cursor.fetchone() == (both_zones,)
    for rule in DeadlineRule.objects.filter(grade="C"):
        SignOff.objects.create(
            organization=team.organization, rule=rule, user=supervisor,
            signed_at=datetime(2020, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    patient = PatientFactory(organization=team.organization, team=team)
    for number, (row, given) in enumerate(rows()):
        if row["expected_due"] == "NO_RULE" and "grade-c" in given["case"]:
            continue  # everything is signed off here
        at = datetime.fromisoformat(row["start"])
        facts = {"payer_class": given.get("payer_class", "medicare_ffs"), "disposition": "01"}
        facts |= {"anchor_is": given.get("start_is", ""), "extended": given.get("extended", "")}
        clock = open_clock(
            actor, rule=row["rule_id"], patient=patient, subject=("case", number),
            anchor_event="x", anchor_at=at, now=at, facts=facts,
        )  # fmt: skip
        if row["expected_due"] == "NO_RULE":
            assert clock is None, row
            continue
        assert clock is not None, row
        kept = Clock.objects.get(pk=clock.pk)
        edge = kept.opens_at if given.get("edge") in {"opens", "not_before"} else kept.due_at
        assert edge == datetime.fromisoformat(row["expected_due"]), row


@pytest.mark.database
@pytest.mark.usefixtures("rulebook", "both_zones")
def test_the_sweep_is_right_to_the_second_in_every_zone(actor: Actor, team: Team) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    at = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
    clock = open_clock(
        actor, rule="tcm-contact", patient=patient, subject=("stay", 1), anchor_event="x",
        anchor_at=at, now=at, facts={"disposition": "01"},
    )  # fmt: skip
    assert clock is not None
    assert clock.due_at is not None
    assert [breach_due(clock.due_at + timedelta(seconds=n)) for n in (0, 1, 2)] == [0, 1, 0]
