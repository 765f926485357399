"""The real inputs of ../shared come in, twice, and only what is broken stays out."""

from __future__ import annotations

import pytest
from django.utils import timezone

from coordination.access.actor import system_actor
from coordination.access.models import Organization, Team
from coordination.exchange.actions import import_directory
from coordination.exchange.models import QuarantinedRecord
from patients.models import ContactPerson, Coverage, Patient, Stay, Visit
from tests.exchange.conftest import SHARED
from tests.exchange.importing import rows, run

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(
    ("folder", "patients", "stays", "visits", "quarantined"),
    [
        ("fhir_synthea_r4", 12, 3, 118, []),
        ("fhir_bulk_ndjson", 8, 62, 976, []),
        ("fhir_us_core", 3, 1, 0, ["Encounter"]),  # finished, and nobody knows when
    ],
)
def test_a_real_set_comes_in_and_a_second_run_writes_nothing(
    folder: str,
    patients: int,
    stays: int,
    visits: int,
    quarantined: list[str],
    hospital: Organization,
    team: Team,
) -> None:
    run(hospital, SHARED / folder, team=team)
    found = (Patient.objects.count(), Stay.objects.count(), Visit.objects.count())
    assert found == (patients, stays, visits)
    kinds = list(QuarantinedRecord.objects.values_list("resource_type", flat=True))
    assert kinds == quarantined
    before = rows()
    run(hospital, SHARED / folder, team=team)
    assert rows() == before


def test_coverage_hidden_in_claims_is_found_once_for_each_patient(hospital: Organization) -> None:
    run(hospital, SHARED / "fhir_synthea_r4")
    assert Coverage.objects.values("patient").distinct().count() == 12
    assert Coverage.objects.count() == 13  # one of them changed insurance
    assert set(Coverage.objects.values_list("payer_class", flat=True)) == {"unconfirmed"}


def test_a_trial_has_somebody_who_just_left(hospital: Organization, now: object) -> None:
    run(hospital, SHARED / "fhir_bulk_ndjson", shift_to_now=True)
    newest = Visit.objects.order_by("-ends_at").values_list("ends_at", flat=True)[0]
    assert newest is not None
    assert newest <= now  # type: ignore[operator]


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("fhir_spec_r4", {"Ariadne Bor-Jansma", "Eve Everywoman"}),
        ("fhir_sdoh", {"Eve Everywoman"}),
    ],
)
def test_relatives_become_contacts(folder: str, names: set[str], hospital: Organization) -> None:
    run(hospital, SHARED / folder)
    assert set(ContactPerson.objects.values_list("name", flat=True)) == names


@pytest.mark.parametrize("folder", ["fhir_validator_cases", "fhir_ms_server", "fhir_pas"])
def test_hard_cases_never_stop_an_import(folder: str, hospital: Organization) -> None:
    done = run(hospital, SHARED / folder)
    assert done.ended_at is not None
    assert Patient.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name", "entries"),
    [
        ("long_term", "longterm", 233),
        ("rehab", "rehab", 659),  # ZIP codes that lost their zeros
        ("va", "va_facilities", 808),  # ids that repeat, a byte order mark
    ],
)
def test_a_real_file_of_providers_comes_in_whole_and_once(
    kind: str, name: str, entries: int, hospital: Organization
) -> None:
    actor, path = system_actor("test", hospital), SHARED / "directory_postacute" / f"{name}.csv"
    for came_in in ([entries, 0, 0], [0, 0, entries]):
        counts = import_directory(actor, kind, path, timezone.now()).counts
        assert list(counts["came_in"].values()) == [came_in]
        assert counts["quarantined"] == []
