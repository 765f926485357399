"""A3, A4, A5, A6 and A13 of trust.md for JSON: every address of the API that takes a body."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.access.walk import every_address
from coordination.exchange.api.base import ListView
from tests.access.sample_objects import NOBODYS
from tests.attacks.json_bodies import UNIT, Way, answered, every_way, names_a_record
from tests.attacks.strangers import Strangers, every_model, hide, ids, nobodys
from tests.attacks.world import ORGANIZATION, PLACES, World
from tests.exchange.api.conftest import Caller, caller_for
from tests.factories import UnitFactory

OUTSIDE = PLACES[1:]
# Who works in one's own hospital is no secret; the act refuses a team that does not fit.
COLLEAGUES = {"access.Team", "access.User"}


@pytest.fixture(scope="package")
def program(house: World) -> Caller:
    return caller_for(house.users["coordinator"])


@pytest.fixture(scope="package")
def ways(house: World, strangers: Strangers) -> list[Way]:
    return every_way(house)


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_SEARCHES_PER_MINUTE = 10**6


def test_every_address_takes_its_good_body(program: Caller, ways: list[Way]) -> None:
    refused = [way.url for way in ways if answered(program, way, way.body).status_code == 400]
    assert refused == [], "say in json_bodies.py what these fields take"


def theirs(strangers: Strangers) -> Iterator[tuple[str, str, str]]:
    """Yield each kind of record a stranger has, with each of its ids and where it is."""
    for place in OUTSIDE:
        for label, rows in strangers.rows[place].items():
            named = ids(rows[0])[: None if place == ORGANIZATION else 1]
            yield from ((place, label, text) for text in named)


def test_an_id_of_anothers_says_the_same_as_an_id_of_nobodys(
    program: Caller, ways: list[Way], strangers: Strangers
) -> None:
    tried, wrong = 0, []
    for way in ways:
        for name in way.references:
            usual = {
                text: answered(program, way, way.body | {name: text}).content
                for text in (NOBODYS, nobodys("1"))
            }
            for place, label, text in theirs(strangers):
                tried += 1
                answer = answered(program, way, way.body | {name: text})
                is_told = label in COLLEAGUES and place != ORGANIZATION and name != "patient"
                same = answer.content == usual[nobodys(text)]
                if answer.status_code < 400 or not (same or is_told):
                    wrong.append(f"{way.url} {name}: {label} of {place}: {answer.content!r}")
    assert tried > 200
    assert not wrong, "\n".join(wrong)


def test_a_unit_of_anothers_says_the_same_as_a_unit_of_nobodys(
    program: Caller, ways: list[Way], house: World
) -> None:
    team = house.teams[ORGANIZATION]
    unit = UnitFactory(organization=team.organization, facility=team.facility, code="9Z")
    texts = ["main/9Z", f"{unit.facility.slug}/{unit.code}", "main/", "/", "x"]
    said = [
        {answered(program, way, way.body | {"unit": text}).content for text in texts}
        for way in ways
        if UNIT in way.body.values()
    ]
    assert len(said) > 1
    assert {len(one) for one in said} == {1}


def test_a_filter_by_an_id_of_anothers_finds_what_an_id_of_nobodys_does(
    program: Caller, strangers: Strangers
) -> None:
    tried, wrong = 0, []
    for address in every_address():
        view: Any = getattr(address.view, "view_class", None)
        if view is None or not issubclass(view, ListView):
            continue
        for name in (n for n, one in view.filters().fields.items() if names_a_record(one)):
            usual = {
                t: program.get(address.route, **{name: t}).content for t in (NOBODYS, nobodys(""))
            }
            for place, label, text in theirs(strangers):
                tried += 1
                if program.get(address.route, **{name: text}).content != usual[nobodys(text)]:
                    wrong.append(f"{address.route} {name}: {label} of {place}")
    assert tried > 200
    assert not wrong, "\n".join(wrong)


def lists() -> list[str]:
    """Return every list of the API, in each of its orders, short and long."""
    views = [(a.route, getattr(a.view, "view_class", None)) for a in every_address()]
    found = [(route, view) for route, view in views if view and issubclass(view, ListView)]
    assert len(found) > 3
    return [
        f"{route}?sort={down}{sort}&limit={limit}"
        for route, view in found
        for sort in view.sorts
        for down in ("", "-")
        for limit in (2, 200)
    ]


def test_no_answer_depends_on_what_is_hidden(
    program: Caller, house: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["Hiddenname", "009 990 01", "14 Mar 1948", "(555) 010-9999"]

    def answers() -> list[bytes]:
        found = [program.client.get(url, headers=program.headers()) for url in lists()]
        found += [program.post("/api/patients/search/", {"text": text}) for text in secrets]
        return [one.content for one in found]

    with transaction.atomic():
        before = answers()
        hide(house, 3, monkeypatch)
        assert answers() == before
        transaction.set_rollback(True)


HOSTILE = [
    "a\0b", "\x1b[31m", "\ud800", "\udfff\ud800", "\ufffd", "a\u0085b", "\x7f",
    "x" * 100_000, "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "=1+1",
    "../../etc/passwd", "\u202eabc", "👩‍👩‍👧" * 9, "0", "-1", "1e999", "null", "true", " ", "",
    "\n\n", "a\tb", "İ", "ﷺ" * 50, "9" * 400, "2026-02-30", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "2026-11-24T24:00:00Z", "2026-11-24", NOBODYS,
]  # fmt: skip
TYPED = [None, True, 0, -1, 10**30, 1.5, [], {}, [[]], {"a": 1}, ["x"], [NOBODYS]]


UNREADABLE = frozenset("\0\ud800\x1b\x7f")


def test_no_text_breaks_a_field(program: Caller, ways: list[Way]) -> None:
    """Try each field with every twelfth of the values; together the fields see all of them."""
    broken = []
    fields = [(way, field) for way in ways for field in way.body]
    for number, (way, field) in enumerate(fields):
        for value in ["a\0b", "\ud800", *[*HOSTILE, *TYPED][number % 12 :: 12]]:
            answer = answered(program, way, way.body | {field: value})
            is_text = isinstance(value, str) and not UNREADABLE.isdisjoint(value)
            unsaid = is_text and field not in answer.json().get("errors", {})
            if answer.status_code >= 500 or unsaid:
                broken.append((way.url, field, repr(value)[:30], answer.content[:200]))
    assert broken == []


def test_no_name_of_a_field_breaks_it(program: Caller, ways: list[Way]) -> None:
    for way in ways:
        for name in ("\0", "\ud800", "", "x" * 1000, "__class__", "errors"):
            answer = answered(program, way, way.body | {name: "x"})
            assert answer.status_code == 400, (way.url, name)


BODIES = ["null", "[]", "7", '"x"', "{", '{"a":', "NaN", '{"a": NaN}', "[" * 100_000,
          '{"a":' * 50_000, b"\xff\xfe", b"\xed\xa0\x80", '{"a": 1' + "0" * 5000 + "}"]  # fmt: skip


def test_what_is_no_json_is_told_so(program: Caller, ways: list[Way]) -> None:
    for way in ways:
        for raw in BODIES:
            answer = answered(program, way, raw)
            assert answer.status_code == 400, (way.url, raw[:20], answer.status_code)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None, categories=None), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_mutated_json_never_breaks_anything(data, program: Caller, ways: list[Way]) -> None:
    way = data.draw(st.sampled_from(ways))
    body = dict(way.body)
    for name in data.draw(st.lists(st.sampled_from(sorted(body)), min_size=1, unique=True)):
        body[name] = data.draw(JSON)
    raw = json.dumps(body)
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    insert = data.draw(st.sampled_from(["", "", "}", ",", "\\u0000", "\x00", "1e400"]))
    answer = answered(program, way, raw[:cut] + insert + raw[cut:])
    assert answer.status_code < 500
    json.loads(answer.content)


HEADERS = [
    {"If-Match": "\x00"}, {"If-Match": '"' + "9" * 400 + '"'}, {"If-Match": 'W/"1"'},
    {"Idempotency-Key": "a\x7fb" * 9}, {"Idempotency-Key": "x" * 9000},
    {"Accept": "text/html"}, {"Accept": ";;q=x,*"}, {"Content-Type": "application/json; charset=q"},
    {"Content-Encoding": "gzip"}, {"Accept-Language": "\xff" * 400}, {"Origin": "null"},
    {"Authorization": "Bearer " + "\xe9" * 50}, {"Authorization": "Basic %%%"},
    {"X-HTTP-Method-Override": "DELETE"}, {"X-Forwarded-For": "'; --, ::1, 999.1.1.1"},
    {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "9e9"}, {"HX-Request": "true"},
]  # fmt: skip


def test_no_header_breaks_anything(program: Caller, ways: list[Way]) -> None:
    wrong = []
    for number, way in enumerate(ways):
        for more in HEADERS[number % 3 :: 3]:
            answer = answered(program, way, way.body, **more)
            if answer.status_code >= 500:
                wrong.append((way.url, more, answer.status_code))
    assert wrong == []


def privileged() -> set[str]:
    """Return the name of every column of every model, and names an action takes."""
    names = {column.attname for model in every_model() for column in model._meta.concrete_fields}
    return names | {"pk", "actor", "now", "quiet", "external_id"}


def test_no_column_is_set_that_is_not_asked_for(program: Caller, ways: list[Way]) -> None:
    for way in ways:
        extra = privileged() - way.body.keys()
        assert {"organization_id", "version", "pk", "actor"} <= extra
        answer = answered(program, way, way.body | dict.fromkeys(extra, 1))
        assert answer.status_code == 400, way.url
        errors = answer.json()["errors"]
        assert {name for name, said in errors.items() if "not known here" in said[0]} == extra


def test_random_ids_find_nothing(program: Caller) -> None:
    ones = [a for a in every_address() if a.route.startswith("/api/") and a.parameters]
    for address in ones:
        url = address.route.replace("<uuid:public_id>", str(uuid.uuid4()))
        assert program.get(url).status_code in {404, 405}, url
