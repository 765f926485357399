"""Finding the right patient, by any usual spelling, and nobody out of scope."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination.access.audit import keyed_hash
from patients.models import Assignment, Identifier, Patient
from patients.queries import all_in_scope, find
from patients.queries.search_sql import WORDS, statement
from patients.rules import identifier_norm, name_norm
from tests.conftest import actor_of, member
from tests.factories import LONG_AGO, PatientFactory, TeamFactory

TODAY = date(2026, 11, 23)


@pytest.fixture
def grace(team) -> Patient:
    return PatientFactory(
        organization=team.organization, team=team, given="Grace", family="Okafor",
        birth_date=date(1948, 3, 14), mrn="004 118 27",
    )  # fmt: skip


@pytest.fixture
def rosas(team) -> list[Patient]:
    return [
        PatientFactory(
            organization=team.organization, team=team, given="Rosa", family=family,
            birth_date=date(1951, 5, day),
        )
        for day, family in enumerate(["Martinez", "Martinez-Leal"], 1)
    ]  # fmt: skip


def names(found) -> list[str]:
    return [hit.full_name for hit in found.rows]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("00411827", "mrn"), ("004-118-27", "mrn"), ("MRN 411827", "mrn"),
        ("3/14/1948", "birth date"), ("14 mar 1948", "birth date"), ("031448", "birth date"),
        ("okafor 14.3.1948", "birth date"),
        ("okafor", "name"), ("grace", "name"), ("oka gra", "name"), ("GRA OKA", "name"),
        ("Ökafor", "name"),
    ],
)  # fmt: skip
def test_a_patient_is_found_in_any_usual_way(text, how, grace, rosas, actor) -> None:
    found = find(actor, text, TODAY)
    assert (names(found), found.how) == (["Grace Okafor"], how)
    hit = found.rows[0]
    assert (hit.mrn, hit.birth_date) == ("004 118 27", date(1948, 3, 14))


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "& | !", "okafor 1/1/1950", "x:*"])
def test_what_fits_nobody_finds_nobody(text, grace, actor) -> None:
    assert find(actor, text, TODAY).rows == []


def test_an_old_number_still_finds_and_says_so(grace, actor) -> None:
    Identifier.objects.create(
        organization=grace.organization, patient=grace, system="harrow", value="HB-77",
        value_norm=identifier_norm("HB-77"),
    )  # fmt: skip
    assert find(actor, "hb 77", TODAY).rows[0].matched == "HB-77"


@pytest.mark.database
def test_nobody_out_of_scope_is_found(hospital, team, actor) -> None:
    other = TeamFactory(organization=hospital, facility=team.facility)
    for owner in (other, TeamFactory()):
        PatientFactory(
            organization=owner.organization, team=owner, birth_date=date(1948, 3, 14), mrn="77"
        )
    for text in ("okafor", "3/14/1948", "77", "gra oka"):
        assert find(actor, text, TODAY).rows == []
    assert find(actor, "okaffor", TODAY, similar=True).rows == []
    assert all_in_scope(actor).rows == []
    assert actor.shown == set()


def test_the_order_of_words_never_matters(team, actor) -> None:
    PatientFactory(
        organization=team.organization, team=team, given="María José", family="de la Cruz-Ortiz"
    )
    for words in itertools.permutations(["mar", "jos", "cru", "ort"]):
        assert names(find(actor, " ".join(words), TODAY)) == ["María José de la Cruz-Ortiz"]


def test_a_typo_is_found_on_a_press_only(grace, actor) -> None:
    assert find(actor, "Okaffor Grase", TODAY).rows == []
    assert names(find(actor, "Okaffor Grase", TODAY, similar=True)) == ["Grace Okafor"]
    assert names(find(actor, "Okaffor 1948", TODAY, similar=True)) == ["Grace Okafor"]
    assert names(find(actor, "Okaffor 1949", TODAY, similar=True)) == []


def test_a_typo_in_a_large_scope_wants_a_year(grace, actor, monkeypatch) -> None:
    monkeypatch.setattr("patients.queries.search.SMALL_SCOPE", 0)
    found = find(actor, "Okaffor", TODAY, similar=True)
    assert (found.rows, found.needs_year) == ([], True)


def test_like_names_in_one_scope_carry_an_alert(rosas, grace, actor) -> None:
    alerts = {hit.full_name: hit.has_like_name for hit in all_in_scope(actor).rows}
    assert alerts == {"Grace Okafor": False, "Rosa Martinez": True, "Rosa Martinez-Leal": True}


def test_a_like_name_out_of_scope_is_not_hinted_at(rosas, hospital, actor) -> None:
    Assignment.objects.filter(patient=rosas[1]).update(ends_at=LONG_AGO)
    assert [hit.has_like_name for hit in all_in_scope(actor).rows] == [False]


def test_the_trail_keeps_a_hash_and_a_count_never_the_text(grace, actor) -> None:
    find(actor, "  Okafor ", TODAY)
    assert actor.detail == {"terms": keyed_hash("okafor"), "hits": 1, "how": "name"}
    assert actor.shown == {grace.pk}


def many(team, count: int) -> None:
    """Make patients of one family, the last of them with it as given name."""
    patients = Patient.objects.bulk_create(
        Patient(
            organization=team.organization, family="Smith", given=f"A{n:04d}", mrn=f"S{n}",
            name_norm=name_norm("Smith", f"A{n:04d}"), birth_date=date(1950, 1, 1 + n % 28),
        )
        for n in range(count)
    )  # fmt: skip
    patients.append(PatientFactory(organization=team.organization, given="Smithson", family="Abel"))
    Assignment.objects.bulk_create(
        Assignment(organization=team.organization, patient=p, team=team, starts_at=LONG_AGO)
        for p in patients
    )


def test_pages_follow_each_other_without_a_gap_or_a_double(team, actor) -> None:
    many(team, 45)
    seen, after = [], ""
    while True:
        found = find(actor, "smith", TODAY, after=after)
        seen += names(found)
        if not (after := found.next):
            break
    assert len(seen) == len(set(seen)) == 46
    assert seen[-1] == "Smithson Abel"


def test_a_forged_page_key_starts_anew(team, actor) -> None:
    many(team, 3)
    for forged in ("x", "p:", "p:abc:x", "p:-1:x", f"w:{10**30}:x", "zz:1:a"):
        assert len(find(actor, "smith", TODAY, after=forged).rows) == 4


@pytest.mark.parametrize(
    ("text", "statements"), [("S1", 1), ("1950-01-02", 1), ("smith", 2), ("a0001 smith", 3)]
)
def test_a_search_costs_the_same_however_many_are_found(text, statements, team, actor) -> None:
    for count in (1, 10, 50):
        Assignment.objects.all().delete()
        Identifier.objects.all().delete()
        Patient.objects.all().delete()
        many(team, count)
        if text == "S1":
            patient = Patient.objects.filter(family="Smith").first()
            Identifier.objects.create(
                organization=team.organization, patient=patient, system="mrn", value="S1",
                value_norm="S1",
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find(actor, text, TODAY)
        assert len(queries) <= statements


@pytest.mark.database
@pytest.mark.parametrize(
    ("choice", "params", "index"),
    [
        ("mrn", {"numbers": ["004118"]}, "identifier_value_idx"),
        ("birth date", {"birth_dates": [date(1950, 1, 2)]}, "patient_birth_idx"),
        ("prefix", {"prefix": "smith a0012%"}, "patient_name_idx"),
        ("words", {"query": "a0012:* & smith:*"}, "patient_words_idx"),
    ],
)
def test_each_search_uses_its_index(choice, params, index, team) -> None:
    Patient.objects.bulk_create(
        Patient(
            organization=team.organization, family=f"Smith{n % 50}", given=f"A{n:04d}",
            name_norm=name_norm("Smith", f"A{n:04d}"),
            birth_date=date(1950, 1 + n % 12, 1 + n % 28),
        )
        for n in range(5000)
    )  # fmt: skip
    Identifier.objects.bulk_create(
        Identifier(
            organization=team.organization, patient=p, system="mrn", value=f"{p.pk:06d}",
            value_norm=f"{p.pk:06d}",
        )
        for p in Patient.objects.all()
    )  # fmt: skip
    auditor = actor_of(member(team, "auditor"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE patients_patient, patients_identifier")
        sql = statement(choice, words=WORDS if choice == "words" else "true")
        cursor.execute(
            f"EXPLAIN {sql}",
            {"organization_id": auditor.organization_id, "sees_all": True, "team_ids": [],
             "limit": 21, **params},
        )  # fmt: skip
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
