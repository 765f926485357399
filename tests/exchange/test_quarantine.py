"""What cannot be read is kept with its bytes and a sentence, and the rest goes on."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from coordination.access.models import AuditEvent, Organization
from coordination.exchange.fhir import readers
from coordination.exchange.models import QuarantinedRecord
from patients.models import Condition, Patient
from tests.exchange.importing import DATA, about, patient, run, write

BROKEN = DATA / "broken.ndjson"


def sentences(organization: Organization) -> dict[str, str]:
    found = QuarantinedRecord.objects.filter(organization=organization)
    return dict(found.values_list("position", "sentence"))


def test_each_broken_line_says_why_and_the_rest_goes_on(hospital: Organization) -> None:
    run(hospital, BROKEN)
    assert Patient.objects.get().given == "Ada"
    assert Condition.objects.get().external_id == "fhir|Condition/10"
    said = sentences(hospital)
    assert said.pop("line 2").startswith("This is not JSON: line 1, column ")
    assert said == {
        "line 3": "Condition.subject is missing: nobody knows whose record this is.",
        "line 4": "The patient this record is about was not found.",
        "line 5": "Condition.recordedDate is not a date or time.",
        "line 6": "Condition.code is not an object.",
        "line 7": "The text holds a NUL or a broken character.",
        "line 8": "The text holds a NUL or a broken character.",
        "line 9": "Encounter.period ends before it starts.",
        "line 10": "Encounter.period.end is missing, so the stay has no time of leaving.",
        "line 11": "This is not a FHIR resource: resourceType is missing.",
        "line 12": "This is not a FHIR resource: resourceType is missing.",
        "line 13": "This is not a FHIR resource: resourceType is missing.",
        "line 14": "Patient.name is not a list.",
    }


def test_the_bytes_are_kept_as_they_came(hospital: Organization) -> None:
    run(hospital, BROKEN)
    line = BROKEN.read_bytes().splitlines()[5]
    assert bytes(QuarantinedRecord.objects.get(position="line 6").raw) == line


def test_an_entry_of_a_bundle_keeps_its_numbers_as_written(
    hospital: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "b.json"
    file.write_text(
        '{"resourceType": "Bundle", "type": "batch", "entry": [{"resource":'
        ' {"resourceType": "Condition", "id": "1", "severity": 1.50}}, {"response": {}}, 7]}'
    )
    run(hospital, file)
    assert sentences(hospital)["entry 3"].startswith("This is not a FHIR resource")
    raw = bytes(QuarantinedRecord.objects.get(position="entry 1").raw)
    assert raw == b'{"resourceType":"Condition","id":"1","severity":1.50}'


def test_a_record_read_at_last_leaves_the_quarantine(
    hospital: Organization, tmp_path: Path
) -> None:
    gout = about("Condition", code={"text": "Gout"})
    run(hospital, write(tmp_path / "a.ndjson", gout))
    run(hospital, write(tmp_path / "a.ndjson", patient(), gout))
    assert QuarantinedRecord.objects.get().resolved_at is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('{"a":' * 70 + "1" + "}" * 70, readers.TOO_DEEP, id="nested"),
        pytest.param("[" * 100_000, readers.TOO_DEEP, id="nested without an end"),
        pytest.param('{"a": "' + "x" * readers.MAX_RESOURCE + '"}', readers.TOO_LONG, id="long"),
        pytest.param('{"resourceType": "Patient", "x": NaN}', readers.NOT_JSON, id="no number"),
        pytest.param("", "", id="empty"),
    ],
)
def test_what_is_too_much_is_refused(
    text: str, sentence: str, hospital: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "a.ndjson"
    file.write_text(text + "\n" + json.dumps(patient()) + "\n")
    run(hospital, file)
    assert [row.sentence for row in QuarantinedRecord.objects.all()] == [sentence] * bool(sentence)
    assert Patient.objects.count() == 1


def test_bytes_that_are_no_text_are_refused(hospital: Organization, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'\xff\xfe{"resourceType": "Patient"}')
    run(hospital, tmp_path)
    assert QuarantinedRecord.objects.get().sentence == readers.NOT_TEXT


def test_the_same_broken_record_waits_only_once(hospital: Organization) -> None:
    run(hospital, BROKEN)
    found = QuarantinedRecord.objects.first()
    assert found is not None
    found.pk = None
    with pytest.raises(IntegrityError, match="quarantinedrecord_open_once"):
        found.save()


def test_the_command_lists_sentences_and_opens_one_with_a_trail(hospital: Organization) -> None:
    done = run(hospital, BROKEN)
    out = StringIO()
    call_command("quarantine", str(done.pk), stdout=out)
    assert "line 2: This is not JSON" in out.getvalue()
    assert "Hidden" not in out.getvalue()
    found = QuarantinedRecord.objects.get(position="line 2")
    call_command("quarantine", str(done.pk), "--raw", str(found.pk), stdout=out)
    assert "Hidden" in out.getvalue()
    assert AuditEvent.objects.filter(action="exchange.quarantine_read").count() == 1
    with pytest.raises(CommandError, match="no such record"):
        call_command("quarantine", str(done.pk), "--raw", "0")
    with pytest.raises(CommandError, match="no such run"):
        call_command("quarantine", "0")
