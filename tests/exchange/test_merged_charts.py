"""What a source says of a chart that became part of another one comes to the one that stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coordination.access.models import Organization, Team
from patients.actions import merge_charts, unmerge_charts
from patients.models import Condition, Patient
from tests.conftest import actor_of, member
from tests.exchange.importing import NOW, about, mrn, patient, run, write


def condition(pk: str, whose: str) -> dict[str, Any]:
    return about("Condition", pk, f"Patient/{whose}", code={"text": "Broken hip"})


def test_the_merged_number_and_the_merged_source_find_the_patient(
    hospital: Organization, team: Team, tmp_path: Path
) -> None:
    both = [patient("a", identifier=mrn("77 1")), patient("b", identifier=mrn("77 2"))]
    run(hospital, write(tmp_path / "1.ndjson", *both), team=team)
    stays, goes = Patient.objects.order_by("external_id")
    boss = actor_of(member(team, "supervisor"))
    done = merge_charts(boss, into=stays.public_id, gone=goes.public_id, why="twice", now=NOW)
    run(hospital, write(tmp_path / "2.ndjson", *both, condition("c", "b")), team=team)
    run(hospital, write(tmp_path / "3.ndjson", patient("z", identifier=mrn("77 2"), gender="male")))
    assert Patient.objects.count() == 2
    assert Condition.objects.get().patient == stays
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.sex, goes.sex) == ("male", "unknown")
    unmerge_charts(boss, done.public_id, None, why="two people", now=NOW)
    assert Condition.objects.get().patient == stays  # it came in between, so it stays
