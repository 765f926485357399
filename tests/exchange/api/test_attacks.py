"""A3, A4, A5, A6 and A13 of trust.md for JSON."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.worklist.models import Task
from patients.models import ContactPerson, Patient, Stay
from tests.conftest import member
from tests.exchange.api.conftest import Caller
from tests.factories import (
    FacilityFactory,
    PatientFactory,
    StayFactory,
    TeamFactory,
    UnitFactory,
)
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

NOBODYS = "00000000-0000-4000-8000-000000000000"


def now(**shift: float) -> str:
    return (timezone.now() + timedelta(**shift)).isoformat()


@pytest.fixture
def bodies(team, patient) -> dict[str, dict[str, Any]]:
    """Give one good body for each way in, by address."""
    house = FacilityFactory(organization=team.organization, slug="main")
    UnitFactory(organization=team.organization, facility=house, code="4W")
    stay = StayFactory(patient=patient)
    contact = ContactFactory(patient=patient, phone="(555) 010-7730")
    task = TaskFactory(team=team, patient=patient, evidence_required="filing")
    who = str(patient.public_id)
    return {
        "/api/patients/": {"family": "New", "team": str(team.public_id)},
        "/api/stays/": {"patient": who, "unit": "main/4W", "at": now(hours=-1)},
        "/api/contacts/": {"patient": who, "name": "Nora", "phone": "(555) 010-7730"},
        "/api/tasks/": {"patient": who, "title": "Call", "team": str(team.public_id)},
        f"/api/stays/{stay.public_id}/move/": {"unit": "main/4W", "at": now(hours=-1)},
        f"/api/stays/{stay.public_id}/expected/": {"expected_at": now(days=1), "why": "x"},
        f"/api/stays/{stay.public_id}/plan/": {"disposition": "01"},
        f"/api/contacts/{contact.public_id}/end/": {"why": "x"},
        f"/api/tasks/{task.public_id}/complete/": {"proof": "R-1", "outcome": "x"},
        f"/api/tasks/{task.public_id}/move/": {"due_at": now(days=1), "why": "x"},
        f"/api/tasks/{task.public_id}/assign/": {"assignee": None, "why": "x"},
        f"/api/tasks/{task.public_id}/hold/": {"until": now(days=1), "why": "x"},
        f"/api/tasks/{task.public_id}/cancel/": {"reason": "other", "words": "x"},
        f"/api/patients/{patient.public_id}/": {"city": "Troy", "why": "x"},
        f"/api/contacts/{contact.public_id}/": {"note": "x", "why": "x"},
    }


def send(caller: Caller, url: str, body: Any) -> Any:
    """Send a write in the way its address takes, with the version it has at first."""
    ends = url.rstrip("/").rpartition("/")[2]
    if len(ends) == len(NOBODYS):
        return caller.patch(url, body, version=1)
    return caller.post(url, body, version=1)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Patient, Stay, ContactPerson, Task))


@pytest.fixture
def foreign(hospital) -> dict[str, list[str]]:
    """Give ids of other scopes: another team's, another hospital's, nobody's. By field."""
    elsewhere = TeamFactory()
    other = TeamFactory(organization=hospital)
    unit = UnitFactory(organization=elsewhere.organization, code="9Z")
    patients = [
        PatientFactory(organization=team.organization, team=team) for team in [other, elsewhere] * 5
    ]
    return {
        "patient": [NOBODYS, *[str(one.public_id) for one in patients]],
        "team": [NOBODYS, str(elsewhere.public_id)],
        "assignee": [NOBODYS, str(member(elsewhere).public_id)],
        "unit": ["main/9Z", f"{unit.facility.slug}/{unit.code}", "main/", "/", "x"],
    }


def test_an_id_of_anothers_says_the_same_as_an_id_of_nobodys(
    program: Caller, bodies, foreign
) -> None:
    asked = 0
    for url, body in bodies.items():
        fields = set(body) & set(foreign) | ({"assignee"} if url == "/api/tasks/" else set())
        for field in fields - ({"team"} if url == "/api/patients/" else set()):
            before, said = counts(), set()
            for theirs in foreign[field]:
                answer = send(program, url, body | {field: theirs})
                said.add((answer.status_code, answer.content))
                asked += 1
            assert len(said) == 1, (url, field, said)
            assert {status for status, _content in said} == {400}, (url, field)
            assert counts() == before
    assert asked > 40


def test_a_team_that_is_not_ones_own_registers_nobody(program: Caller, foreign, hospital) -> None:
    teams = [*foreign["team"], str(TeamFactory(organization=hospital).public_id)]
    said = {program.post("/api/patients/", {"family": "A", "team": t}).content for t in teams}
    assert len(said) == 1
    assert not Patient.objects.filter(family="A").exists()


FILTERED = [
    "/api/patients/", "/api/patients/?in_hospital=true", "/api/patients/?sort=-name&limit=1",
    "/api/stays/?unit=main/4W", "/api/stays/?is_open=true", "/api/contacts/", "/api/clocks/",
    "/api/tasks/?sort=-due_at", "/api/tasks/?kind=call", "/api/tasks/?is_open=true&limit=2",
]  # fmt: skip


def test_no_answer_depends_on_what_is_hidden(program: Caller, team, hospital, bodies) -> None:
    other = TeamFactory(organization=hospital)
    searches = ["Hiddenname", "009 990 01", "14 Mar 1948", "(555) 010-9999"]

    def answers() -> list[bytes]:
        found = [program.client.get(url, headers=program.headers()).content for url in FILTERED]
        asked = [program.post("/api/patients/search/", {"text": text}) for text in searches]
        return found + [one.content for one in asked]

    before = answers()
    for number in range(20):
        secret = PatientFactory(
            organization=hospital, team=other, family="Hiddenname", mrn=f"009 990 {number:02}",
            birth_date="1948-03-14", phone="(555) 010-9999",
        )  # fmt: skip
        StayFactory(patient=secret)
        ContactFactory(patient=secret)
        task = TaskFactory(team=other, patient=secret)
        for url in (f"/api/tasks/?patient={secret.public_id}",
                    f"/api/tasks/?team={other.public_id}&patient={NOBODYS}"):  # fmt: skip
            empty = program.client.get(url, headers=program.headers()).json()
            assert empty == {"results": [], "next": None}
        theirs = program.post(f"/api/tasks/{task.public_id}/complete/", {}, version=9)
        nobodys = program.post(f"/api/tasks/{NOBODYS}/complete/", {}, version=9)
        assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    assert answers() == before


HOSTILE = [
    "a\0b", "\x1b[31m", "\ud800", "\udfff\ud800", "\ufffd", "a\u0085b", "\x7f",
    "x" * 100_000, "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "=1+1",
    "../../etc/passwd", "\u202eabc", "👩‍👩‍👧" * 9, "0", "-1", "1e999", "null", "true", " ", "",
    "\n\n", "a\tb", "İ", "ﷺ" * 50, "9" * 400, "2026-02-30", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "2026-11-24T24:00:00Z", "2026-11-24", NOBODYS,
]  # fmt: skip
TYPED = [None, True, 0, -1, 10**30, 1.5, [], {}, [[]], {"a": 1}, ["x"], [NOBODYS]]


UNREADABLE = frozenset("\0\ud800\x1b\x7f")


def test_no_text_breaks_a_field(program: Caller, bodies, settings) -> None:
    """Try each field with every fifth of the values; together the fields see all of them."""
    settings.API_PER_MINUTE = settings.API_SEARCHES_PER_MINUTE = 10**6
    bodies["/api/patients/search/"] = {"text": "x"}
    broken = []
    fields = [(url, body, field) for url, body in bodies.items() for field in body]
    for number, (url, body, field) in enumerate(fields):
        for value in ["a\0b", "\ud800", *[*HOSTILE, *TYPED][number % 5 :: 5]]:
            with transaction.atomic():
                answer = send(program, url, body | {field: value})
                transaction.set_rollback(True)
            is_text = isinstance(value, str) and not UNREADABLE.isdisjoint(value)
            unsaid = is_text and field not in answer.json().get("errors", {})
            if answer.status_code >= 500 or unsaid:
                broken.append((url, field, repr(value)[:30], answer.content[:200]))
    assert broken == []


def test_no_name_of_a_field_breaks_it(program: Caller, bodies) -> None:
    for url, body in bodies.items():
        for name in ("\0", "\ud800", "", "x" * 1000, "__class__", "errors"):
            answer = send(program, url, body | {name: "x"})
            assert answer.status_code == 400, (url, name)


BODIES = ["null", "[]", "7", '"x"', "{", '{"a":', "NaN", '{"a": NaN}', "[" * 100_000,
          '{"a":' * 50_000, b"\xff\xfe", b"\xed\xa0\x80", '{"a": 1' + "0" * 5000 + "}"]  # fmt: skip


@pytest.mark.parametrize("raw", BODIES, ids=range(len(BODIES)))
def test_what_is_no_json_is_told_so(raw: Any, program: Caller, bodies) -> None:
    for url in bodies:
        answer = send(program, url, raw)
        assert answer.status_code == 400, (url, answer.status_code)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None, categories=None), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=25,
    derandomize=True,
    deadline=1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_mutated_json_never_breaks_anything(data, program: Caller, bodies) -> None:
    url = data.draw(st.sampled_from(sorted(bodies)))
    body = dict(bodies[url])
    for name in data.draw(st.lists(st.sampled_from(sorted(body)), min_size=1, unique=True)):
        body[name] = data.draw(JSON)
    raw = json.dumps(body)
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    insert = data.draw(st.sampled_from(["", "", "}", ",", "\\u0000", "\x00", "1e400"]))
    answer = send(program, url, raw[:cut] + insert + raw[cut:])
    assert answer.status_code < 500
    json.loads(answer.content)


def privileged() -> dict[str, Any]:
    """Return every column of every model, each with a value somebody might try."""
    names = {
        field.attname
        for model in (Patient, Stay, ContactPerson, Task)
        for field in model._meta.concrete_fields
    }
    return dict.fromkeys(names | {"pk", "actor", "now", "quiet", "external_id"}, 1)


def test_no_column_is_set_that_is_not_asked_for(program: Caller, bodies) -> None:
    described = program.get("/api/schema/").json()
    for url, body in bodies.items():
        before = counts()
        extra = set(privileged()) - taken(described, url)
        assert {"organization_id", "version", "pk", "actor"} <= extra
        answer = send(program, url, body | dict.fromkeys(extra, 1))
        assert answer.status_code == 400, url
        errors = answer.json()["errors"]
        assert {name for name, said in errors.items() if "not known here" in said[0]} == extra
        assert counts() == before


def taken(schema: dict[str, Any], url: str) -> set[str]:
    """Return the fields an address says it takes."""
    path = "/".join("{public_id}" if len(p) == len(NOBODYS) else p for p in url.split("/"))
    method = "patch" if path.endswith("{public_id}/") else "post"
    body = schema["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    name = body["$ref"].rpartition("/")[2]
    return set(schema["components"]["schemas"][name]["properties"])


def test_random_ids_find_nothing(program: Caller, settings, hidden) -> None:
    settings.API_PER_MINUTE = 10**6
    for _ in range(4):
        for kind in ("patients", "stays", "contacts", "tasks", "clocks"):
            assert program.get(f"/api/{kind}/{uuid.uuid4()}/").status_code == 404
