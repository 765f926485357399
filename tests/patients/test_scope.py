"""Who sees whom: the one wall."""

from __future__ import annotations

import pytest
from django.db import connection

from coordination.access.models import Organization, Team
from patients.models import Assignment, Patient
from patients.queries import SCOPE_SQL, open_chart, scope, scope_params
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory


def raw_scope(actor) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.id FROM patients_patient p WHERE {SCOPE_SQL}", scope_params(actor)
        )
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def world(hospital: Organization, team: Team, now) -> dict[str, Patient]:
    other_team = TeamFactory(organization=hospital, facility=team.facility)
    other_hospital = TeamFactory()
    ended = PatientFactory(organization=hospital, team=team)
    Assignment.objects.filter(patient=ended).update(ends_at=now)
    return {
        "own": PatientFactory(organization=hospital, team=team),
        "other team": PatientFactory(organization=hospital, team=other_team),
        "other hospital": PatientFactory(
            organization=other_hospital.organization, team=other_hospital
        ),
        "ended": ended,
        "nobody's": PatientFactory(organization=hospital),
    }


@pytest.mark.database
@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("coordinator", {"own"}),
        ("nurse", {"own"}),
        ("supervisor", {"own"}),
        ("auditor", {"own", "other team", "ended", "nobody's"}),
        ("admin", set()),
    ],
)
def test_each_role_sees_its_patients_by_both_statements(role, seen, world, team) -> None:
    actor = actor_of(member(team, role))
    expected = {world[name].pk for name in seen}
    assert {p.pk for p in scope(actor)} == expected
    assert raw_scope(actor) == expected


def test_opening_a_chart_outside_scope_finds_nothing(world, actor) -> None:
    for name in ("other team", "other hospital", "ended", "nobody's"):
        with pytest.raises(Patient.DoesNotExist):
            open_chart(actor, world[name].public_id)
    assert actor.shown == set()


def test_opening_a_chart_notes_who_was_shown(world, actor) -> None:
    open_chart(actor, world["own"].public_id)
    assert actor.shown == {world["own"].pk}
