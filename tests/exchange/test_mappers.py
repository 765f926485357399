"""Mappers read what senders send, and say only Unreadable to the rest."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.exchange.fhir.mappers import FIRST, SECOND
from coordination.exchange.fhir.readers import parse, tail
from coordination.exchange.fhir.states import state_code
from coordination.exchange.fhir.values import Context, Ref, Unreadable
from tests.exchange.importing import DATA, about, patient, stay

CONTEXT = Context("fhir", ZoneInfo("America/New_York"))
MAPPERS = {**FIRST, **SECOND}
SEEDS: list[dict[str, Any]] = [
    entry["resource"]
    for entry in json.loads((DATA / "ward" / "1_bundle.json").read_text())["entry"]
] + [
    json.loads(line)
    for name in ("2_AllergyIntolerance", "3_Patient")
    for line in (DATA / "ward" / f"{name}.ndjson").read_text("utf-8-sig").splitlines()
    if line
]  # fmt: skip
JUNK = [
    None,
    True,
    7,
    -1,
    "",
    "x",
    "2026-13-45",
    [],
    {},
    [None],
    [[]],
    {"a": 1},
    "\t\\N",
    "é" * 400,
]


def rows(resource: dict[str, Any], context: Context = CONTEXT) -> list[Any]:
    key = f"{resource['resourceType']}/{resource.get('id', 'x')}"
    return list(MAPPERS[resource["resourceType"]](resource, key, context))


def refused(resource: dict[str, Any]) -> str:
    with pytest.raises(Unreadable) as no:
        rows(resource)
    return no.value.sentence


@pytest.mark.parametrize(
    ("code", "segment"),
    [("IMP", "inpatient"), ("ACUTE", "inpatient"), ("NONAC", "inpatient"),
     ("OBSENC", "observation"), ("SS", "outpatient"), ("EMER", "ED")],
)  # fmt: skip
def test_a_class_with_a_bed_is_a_stay(code: str, segment: str) -> None:
    (row,) = rows(stay(**{"class": {"code": code}}))
    assert [s[0] for s in row.segments] == [segment]


@pytest.mark.parametrize("code", ["AMB", "VR", "HH", "FLD", "PRENC", ""])
def test_every_other_class_is_a_kept_visit(code: str) -> None:
    (row,) = rows(stay(end="2026-11-20T09:00:00Z", **{"class": {"code": code}}))
    assert (row.status, row.visit_class) == ("fulfilled", code)


@pytest.mark.parametrize(
    ("coding", "disposition"),
    [
        ({"system": "http://www.nubc.org/patient-discharge", "code": "3"}, "03"),
        ({"system": "https://www.nubc.org/CodeSystem/PatDischargeStatus", "code": "06"}, "06"),
        ({"code": "snf"}, "03"),
        ({"code": "exp"}, "20"),
        ({"system": "http://snomed.info/sct", "code": "306689006"}, "00"),
    ],
)
def test_where_the_patient_went_is_never_guessed(coding: dict[str, str], disposition: str) -> None:
    hospital = {"dischargeDisposition": {"coding": [coding]}}
    (row,) = rows(stay(end="2026-11-21T00:00:00Z", hospitalization=hospital))
    assert row.disposition == disposition


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2026-11-20T09:00:00-05:00", datetime(2026, 11, 20, 14, tzinfo=UTC)),
        ("2026-11-20T14:00:00.123456789Z", datetime(2026, 11, 20, 14, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-20T14:00Z", datetime(2026, 11, 20, 14, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, 5, tzinfo=UTC)),
        ("2026-07", datetime(2026, 7, 1, 4, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("", None),
    ],
)
def test_an_instant_is_read_in_the_hospitals_zone(said: str, instant: datetime | None) -> None:
    assert CONTEXT.at(said, "x") == instant


@pytest.mark.parametrize(
    "said", ["yesterday", "2026-02-30", "0001-01-01T00:00:00+14:00", "2026-11-20 10:00", "20261120"]
)
def test_what_is_no_instant_is_said(said: str) -> None:
    with pytest.raises(Unreadable, match="x is not a date or time"):
        CONTEXT.at(said, "x")


@pytest.mark.parametrize(
    ("reference", "ref"),
    [
        ({"reference": "Patient/1"}, Ref("fhir|Patient/1")),
        ({"reference": "Patient/1/_history/2"}, Ref("fhir|Patient/1")),
        ({"reference": "https://a.example/fhir/Patient/1"}, Ref("fhir|Patient/1")),
        ({"reference": "urn:uuid:5"}, Ref("fhir|Patient/five")),
        ({"reference": "urn:uuid:6"}, Ref("fhir|urn:uuid:6")),
        ({"reference": "Patient?identifier=urn:a|7"}, Ref("", "urn:a", "7")),
        ({"reference": "Patient?name=x"}, Ref()),
        ({"identifier": {"system": "urn:a", "value": "7"}}, Ref("", "urn:a", "7")),
        ({"reference": "#doc"}, Ref(display="Ines Okoro")),
        ({"reference": "#gone"}, Ref()),
        ({"display": "Dr. Okoro"}, Ref(display="Dr. Okoro")),
    ],
)
def test_every_way_to_refer_is_understood(reference: dict[str, Any], ref: Ref) -> None:
    inside = {"contained": [{"id": "doc", "name": [{"given": ["Ines"], "family": "Okoro"}]}]}
    context = Context("fhir", CONTEXT.zone, urls={"urn:uuid:5": "Patient/five"})
    assert context.ref(reference, "x", inside) == ref


def test_a_url_ends_in_an_id() -> None:
    assert (tail("urn:uuid:5"), tail("https://a.example/Patient/1"), tail("")) == ("5", "1", "")


def test_states_go_by_code_or_name() -> None:
    said = ("ny", "New York", "Saint Joseph Parish", "XX")
    assert [state_code(s) for s in said] == ["NY", "NY", "", ""]


def test_a_medicine_may_be_named_by_what_it_is_made_of() -> None:
    held = {"resourceType": "Medication", "id": "m",
            "ingredient": [{"itemCodeableConcept": {"text": "Saline"}}]}  # fmt: skip
    asked = about("MedicationRequest", contained=[held], medicationReference={"reference": "#m"})
    assert rows(asked)[0].name == "Saline"


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (patient(gender="f"), "Patient.gender is none of female, male, other, unknown."),
        (patient(name=[{"family": "x" * 81}]), "Patient.name is longer than 80 characters."),
        (patient(name=[], birthDate=""),
         "Patient has neither a name nor a number nor a birth date."),
        (patient(deceasedBoolean="no"), "Patient.deceasedBoolean is neither true nor false."),
        (about("Condition"), "Condition.code has neither a text nor a code."),
        (about("MedicationRequest"), "MedicationRequest.medication names no medicine."),
        (about("Coverage"), "Coverage.payor names nobody who pays."),
        (about("Coverage", payor=[{"display": "A"}],
               period={"start": "2026-02-01", "end": "2026-01-01"}),
         "Coverage.period ends before it starts."),
        (about("RelatedPerson"), "RelatedPerson.name is missing."),
        (about("Condition", whose="#p", code={"text": "Gout"}),
         "Condition.subject names no patient we could look up."),
        (stay(status="on-fire"), "Encounter.status is missing or not one a stay can have."),
    ],
)  # fmt: skip
def test_each_refusal_names_the_element(resource: dict[str, Any], sentence: str) -> None:
    assert refused(resource) == sentence


def mutate(value: Any, chance: random.Random) -> Any:
    """Put junk at one random place of a resource."""
    if isinstance(value, dict) and value and chance.random() > 0.15:
        key = chance.choice(sorted(value))
        return {**value, key: mutate(value[key], chance)}
    if isinstance(value, list) and value and chance.random() > 0.15:
        place = chance.randrange(len(value))
        return [*value[:place], mutate(value[place], chance), *value[place + 1 :]]
    return copy.deepcopy(chance.choice(JUNK))


def test_a_thousand_mutilated_resources_raise_nothing_but_unreadable() -> None:
    said: set[str] = set()
    chance = random.Random(6)  # noqa: S311  a fixed seed, so that a failure comes again
    for _ in range(1000):
        seed = chance.choice([s for s in SEEDS if s["resourceType"] in MAPPERS])
        resource = mutate(seed, chance)
        if not isinstance(resource, dict):
            continue
        resource["resourceType"] = seed["resourceType"]
        try:
            rows(resource)
        except Unreadable as no:
            said.add(no.sentence)
    assert len(said) > 50  # many ways to be broken, each named
    assert not [sentence for sentence in said if "é" in sentence or not sentence.endswith(".")]


TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(sorted({key for seed in SEEDS for key in seed} | {
            "coding", "code", "system", "value", "text", "reference", "start", "end", "use",
            "given", "family", "display", "individual", "member", "rank",
        })), inner, max_size=6),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(MAPPERS)), tree=TREE)
def test_no_tree_raises_anything_but_unreadable(kind: str, tree: Any) -> None:
    resource = tree if isinstance(tree, dict) else {"code": tree, "name": tree, "subject": tree}
    with suppress(Unreadable):
        rows({**resource, "resourceType": kind, "id": "x"})


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise_anything(raw: bytes) -> None:
    parse(raw)
