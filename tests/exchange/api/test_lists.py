"""Lists: every row once, in the order asked for, at the same number of statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.access.models import Team
from patients.models import Patient
from tests.counting import statements
from tests.exchange.api.conftest import Caller
from tests.factories import PatientFactory, StayFactory
from tests.paperwork.factories import DocumentFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MAKE = {
    "patients": lambda team, _patient: PatientFactory(organization=team.organization, team=team),
    "stays": lambda _team, patient: StayFactory(patient=patient),
    "contacts": lambda _team, patient: ContactFactory(patient=patient),
    "documents": lambda _team, patient: DocumentFactory(patient=patient),
    "tasks": lambda team, patient: TaskFactory(team=team, patient=patient),
}


def every(caller: Caller, url: str) -> list[dict]:
    """Walk a list to its end."""
    rows = []
    while url:
        page = caller.client.get(url, headers=caller.headers()).json()
        rows += page["results"]
        url = page["next"]
    return rows


@settings(
    max_examples=12, derandomize=True, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    offsets=st.lists(st.none() | st.integers(-3, 3), max_size=14),
    limit=st.integers(1, 6),
    down=st.booleans(),
)
def test_pages_hold_every_row_once_in_order(
    offsets, limit, down, program: Caller, team: Team, patient: Patient
) -> None:
    patient.tasks.all().delete()
    for hours in offsets:
        due = None if hours is None else NOON + timedelta(hours=hours)
        TaskFactory(team=team, patient=patient, due_at=due)
    sort = "-due_at" if down else "due_at"
    rows = every(program, f"/api/tasks/?limit={limit}&sort={sort}")
    assert len({row["id"] for row in rows}) == len(rows) == len(offsets)
    dated = [row["due_at"] for row in rows if row["due_at"]]
    assert dated == sorted(dated, reverse=down)
    assert [row["due_at"] for row in rows[len(dated) :]] == [None] * (len(rows) - len(dated))


def test_a_row_added_meanwhile_moves_no_page(program: Caller, team, patient) -> None:
    for hours in (1, 3, 5, 7):
        TaskFactory(team=team, patient=patient, due_at=NOON + timedelta(hours=hours))
    first = program.get("/api/tasks/", limit=2).json()
    TaskFactory(team=team, patient=patient, due_at=NOON)
    second = program.client.get(first["next"], headers=program.headers()).json()
    ids = {row["id"] for row in first["results"] + second["results"]}
    assert (len(ids), second["next"]) == (4, None)


def test_names_page_in_their_order(program: Caller, team) -> None:
    for name in ["O'Neil", "Zorn", "Ábel", "Adams", "abel"]:
        PatientFactory(organization=team.organization, team=team, family=name)
    seen = [row["family"] for row in every(program, "/api/patients/?limit=1")]
    assert [name.casefold() for name in seen] in (
        ["ábel", "abel", "adams", "o'neil", "zorn"], ["abel", "ábel", "adams", "o'neil", "zorn"],
    )  # fmt: skip
    back = [row["family"] for row in every(program, "/api/patients/?limit=2&sort=-name")]
    assert back == seen[::-1]


@pytest.mark.parametrize("kind", MAKE)
def test_a_list_takes_the_same_statements_whatever_its_length(
    kind: str, program: Caller, team, patient, django_assert_num_queries
) -> None:
    program.get("/api/tasks/")  # its first use writes the last use of the token
    made = 0
    for target in (1, 10, 50):
        while made < target:
            MAKE[kind](team, patient)
            made += 1
        with statements(5):  # token, person, limit, rows, trail
            assert len(program.get(f"/api/{kind}/", limit=200).json()["results"]) >= target


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/api/tasks/?limit=0", "limit"), ("/api/tasks/?limit=201", "limit"),
        ("/api/tasks/?limit=x", "limit"), ("/api/tasks/?sort=patient__mrn", "sort"),
        ("/api/tasks/?sort=due_at;drop table", "sort"), ("/api/tasks/?after=x", "after"),
        ("/api/tasks/?after=WzEsMl0", "after"), ("/api/tasks/?after=W251bGwsICJ4Il0", "after"),
        ("/api/tasks/?patient__mrn=1", "patient__mrn"), ("/api/tasks/?patient=1", "patient"),
        ("/api/tasks/?due_before=2026-11-24T12:00:00", "due_before"),
        ("/api/tasks/?status=lost", "status"), ("/api/tasks/?is_open=perhaps", "is_open"),
        ("/api/patients/?mrn=00411827", "mrn"), ("/api/patients/?family=Okafor", "family"),
        ("/api/stays/?unit=a%01b", "unit"), ("/api/clocks/?rule__isnull=1", "rule__isnull"),
    ],
)  # fmt: skip
def test_only_what_is_allowed_is_asked(url: str, field: str, program: Caller) -> None:
    answer = program.client.get(url, headers=program.headers())
    assert answer.status_code == 400
    assert field in answer.json()["errors"], answer.content


def test_filters_leave_what_they_say(program: Caller, team, patient) -> None:
    late = TaskFactory(team=team, patient=patient, due_at=NOON, kind="ride")
    TaskFactory(team=team, patient=patient, status="completed", completed_at=NOON, closed_at=NOON)
    StayFactory(patient=patient)
    StayFactory(patient=patient, status="finished", departed_at=NOON, disposition="01")

    def count(url: str) -> int:
        return len(every(program, url))

    assert [row["id"] for row in every(program, "/api/tasks/?is_open=true")] == [
        str(late.public_id)
    ]
    assert count("/api/tasks/?kind=ride&due_before=2026-11-24T12:00:01Z") == 1
    assert count(f"/api/tasks/?patient={patient.public_id}&team={team.public_id}") == 2
    assert (count("/api/stays/?is_open=true"), count("/api/stays/?is_open=false")) == (1, 1)
    assert (count("/api/stays/?status=finished"), count("/api/stays/?unit=a/b")) == (1, 0)
    ContactFactory(patient=patient)
    assert (count("/api/contacts/?is_ended=false"), count("/api/contacts/?is_ended=true")) == (1, 0)
    assert (count("/api/patients/?in_hospital=true"), count("/api/patients/?in_hospital=no")) == (
        1, 0,
    )  # fmt: skip
