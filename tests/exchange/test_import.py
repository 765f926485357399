"""A whole import, from files to rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordination.access.models import AuditEvent, Organization, Team
from coordination.exchange.models import QuarantinedRecord
from patients.models import (
    Allergy,
    Assignment,
    CareTeamMember,
    Condition,
    ContactPerson,
    Coverage,
    FieldChange,
    Identifier,
    Medication,
    Patient,
    StatusSegment,
    Stay,
    Visit,
)
from patients.queries import scope
from tests.conftest import actor_of, member
from tests.exchange.importing import DATA, about, mrn, patient, rows, run, stay, write

WARD = DATA / "ward"


def test_a_folder_of_bundles_and_lines_comes_in(hospital: Organization, team: Team) -> None:
    done = run(hospital, WARD, team=team)
    assert done.counts["quarantined"] == []
    one, two = Patient.objects.order_by("external_id")
    assert (one.full_name, one.mrn, one.sex) == ("Beatriz A. Núñez", "004 118 27", "female")
    assert (one.language, one.phone, one.state) == ("es", "212-555-0101", "NY")
    assert (two.family, two.given, two.birth_date) == ("Adler", "Otto", None)
    assert Visit.objects.get().with_whom == "Dr. Ines Okoro"
    assert Medication.objects.get().name == "Furosemide 40 mg"
    assert Medication.objects.get().recorded_by == "Dr. Ines Okoro"
    assert Allergy.objects.get().patient == two
    assert Condition.objects.get().patient == one  # by its number; the one in error stayed out
    assert CareTeamMember.objects.get().role == "Cardiologist"
    contact = ContactPerson.objects.get()
    assert (contact.name, contact.relation, contact.other_phone) == (
        "Leo Adler",
        "son",
        "212-555-0112",
    )
    assert ["Observation", "no room for it yet", 1] in done.counts["left_out"]
    assert ["Condition", "withdrawn at the source", 1] in done.counts["left_out"]


def test_a_bed_becomes_a_stay_with_its_segments(hospital: Organization) -> None:
    run(hospital, WARD)
    here = Stay.objects.get(status="in-progress")
    kinds = StatusSegment.objects.filter(stay=here).order_by("starts_at")
    assert [(s.segment_class, s.ends_at is None) for s in kinds] == [
        ("observation", False),
        ("inpatient", True),
    ]
    gone = Stay.objects.get(external_id="fhir|Encounter/gone")
    assert (gone.status, gone.disposition) == ("finished", "01")
    assert gone.segments.get().segment_class == "observation"
    old = Stay.objects.get(external_id="fhir|Encounter/old")
    assert (old.get_disposition_display(), old.segments.get().segment_class) == (
        "Not known where to",
        "ED",
    )


def test_coverage_inside_claims_comes_in_once_and_unconfirmed(hospital: Organization) -> None:
    run(hospital, WARD)
    found = {c.payer: c for c in Coverage.objects.all()}
    assert set(found) == {"Blue Plan", "Medicare"}
    assert {c.payer_class for c in found.values()} == {"unconfirmed"}
    assert found["Blue Plan"].as_imported == "Blue Plan · Blue Plan PPO"


def test_numbers_nobody_needs_stay_out(hospital: Organization) -> None:
    run(hospital, WARD)
    assert not Identifier.objects.filter(value__startswith="900").exists()
    assert Identifier.objects.filter(is_mrn=True).count() == 2


def test_a_second_run_writes_nothing(hospital: Organization, team: Team) -> None:
    run(hospital, WARD, team=team)
    run(hospital, DATA / "broken.ndjson", team=team)
    before = rows()
    for path in (WARD, DATA / "broken.ndjson"):
        again = run(hospital, path, team=team)
        assert {sum(figures[:2]) for figures in again.counts["came_in"].values()} == {0}
    assert rows() == before


def test_the_same_files_in_another_folder_are_the_same(
    hospital: Organization, tmp_path: Path
) -> None:
    run(hospital, WARD)
    before = rows()
    for file in WARD.iterdir():
        (tmp_path / f"other {file.name}").write_bytes(file.read_bytes())
    run(hospital, tmp_path)
    assert rows() == before


def test_the_team_sees_whom_it_got(hospital: Organization, team: Team) -> None:
    run(hospital, WARD, team=team)
    assert scope(actor_of(member(team))).count() == 2


def test_an_assignment_that_ended_stays_ended(hospital: Organization, team: Team) -> None:
    run(hospital, WARD, team=team)
    Assignment.objects.update(ends_at="2026-11-23T00:00Z")
    run(hospital, WARD, team=team)
    assert not Assignment.objects.filter(ends_at__isnull=True).exists()


def test_a_change_at_the_source_is_written_with_what_stood_before(
    hospital: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "a.ndjson"
    run(hospital, write(file, patient(telecom=[{"system": "phone", "value": "1"}])))
    again = run(hospital, write(file, patient(telecom=[{"system": "phone", "value": "2"}])))
    assert again.counts["came_in"]["patients"] == [0, 1, 0]
    assert Patient.objects.get().version == 2
    change = FieldChange.objects.get()
    assert (change.field, change.before, change.after) == ("phone", "1", "2")


def test_a_correction_by_hand_outlives_the_same_file(
    hospital: Organization, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.ndjson", patient(telecom=[{"system": "phone", "value": "1"}]))
    run(hospital, file)
    Patient.objects.update(phone="3")
    run(hospital, file)
    assert Patient.objects.get().phone == "3"


def test_what_the_source_leaves_out_empties_nothing(hospital: Organization, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    run(hospital, write(file, patient()))
    Patient.objects.update(email="ada@example.org", deceased_at="2026-11-01T00:00Z")
    run(hospital, write(file, patient(gender="female")))
    found = Patient.objects.get()
    assert (found.email, found.sex, found.deceased_at is None) == (
        "ada@example.org",
        "female",
        False,
    )


def test_one_number_is_one_patient_whatever_the_sender_calls_them(
    hospital: Organization, tmp_path: Path
) -> None:
    run(hospital, write(tmp_path / "a.ndjson", patient("p", identifier=mrn("12-34"))), source="a")
    second = write(
        tmp_path / "b.ndjson",
        patient("other", identifier=mrn("1234")),
        about("Condition", whose="Patient/other", code={"text": "Gout"}),
    )
    run(hospital, second, source="b")
    assert Condition.objects.get().patient == Patient.objects.get()


def test_a_number_that_means_two_people_is_quarantined(
    hospital: Organization, tmp_path: Path
) -> None:
    other = patient("o", identifier=mrn("1234"), birthDate="1931-01-01")
    other["name"] = [{"family": "Stone"}]
    run(hospital, write(tmp_path / "a.ndjson", patient(identifier=mrn("1234"))))
    run(hospital, write(tmp_path / "b.ndjson", other))
    assert Patient.objects.get().family == "Vale"
    assert "another name" in QuarantinedRecord.objects.get().sentence


def test_two_people_under_one_number_in_one_file(hospital: Organization, tmp_path: Path) -> None:
    other = patient("o", identifier=mrn("1234"), birthDate="1931-01-01")
    other["name"] = [{"family": "Stone"}]
    run(hospital, write(tmp_path / "a.ndjson", patient(identifier=mrn("1234")), other))
    assert Patient.objects.count() == QuarantinedRecord.objects.count() == 1


def test_a_newborn_without_a_name_comes_in(hospital: Organization, tmp_path: Path) -> None:
    run(hospital, write(tmp_path / "a.ndjson", patient(name=[])))
    assert Patient.objects.get().family == "(no name)"


def test_a_confirmed_payer_class_holds_until_the_insurance_changes(
    hospital: Organization, tmp_path: Path
) -> None:
    def sent(payer: str, start: str) -> Path:
        cover = about("Coverage", payor=[{"display": payer}], period={"start": start})
        return write(tmp_path / "a.ndjson", patient(), cover)

    run(hospital, sent("Medicare", "2020-01-01"))
    Coverage.objects.update(payer_class="medicare_ffs")
    run(hospital, sent("Medicare", "2020-02-01"))
    assert Coverage.objects.get().payer_class == "medicare_ffs"
    run(hospital, sent("Blue Plan", "2020-02-01"))
    assert Coverage.objects.get().payer_class == "unconfirmed"


def test_a_row_the_database_refuses_leaves_the_others_alone(
    hospital: Organization, tmp_path: Path
) -> None:
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay()))
    here = Stay.objects.get()
    StatusSegment.objects.create(
        organization=hospital, stay=here, segment_class="ED",
        starts_at="2026-11-19T00:00Z", ends_at="2026-11-20T08:00Z",
    )  # fmt: skip
    moved = stay(start="2026-11-19T12:00:00Z")
    run(hospital, write(tmp_path / "a.ndjson", patient(), moved, stay("good")))
    assert Stay.objects.filter(external_id="fhir|Encounter/good").exists()
    assert QuarantinedRecord.objects.get().external_id == "fhir|Encounter/e"


def test_a_stay_moved_at_the_source_takes_its_segment_along(
    hospital: Organization, tmp_path: Path
) -> None:
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay()))
    run(hospital, write(tmp_path / "a.ndjson", patient(), stay(start="2026-11-20T07:00:00Z")))
    here = Stay.objects.get()
    assert here.segments.get().starts_at == here.admitted_at


def test_each_batch_leaves_one_audit_row_with_its_patients(hospital: Organization) -> None:
    run(hospital, WARD)
    trail = AuditEvent.objects.filter(action="exchange.import")
    by_kind = {row.detail["kind"]: row for row in trail}
    assert len(by_kind) == trail.count() == 9
    assert len(by_kind["patients"].patients) == 2


def test_another_organization_is_another_world(hospital: Organization) -> None:
    from tests.factories import OrganizationFactory

    run(hospital, WARD)
    other = OrganizationFactory()
    done = run(other, WARD)
    assert done.counts["came_in"]["patients"] == [2, 0, 0]
    assert Patient.objects.count() == 4


def test_a_missing_folder_is_said(hospital: Organization, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run(hospital, tmp_path / "nowhere")
