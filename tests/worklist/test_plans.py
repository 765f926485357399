"""The hot questions to the task table use the index made for each, and read no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection

from coordination.access.models import Team, User
from coordination.worklist.actions.holding import RETURN
from tests.factories import PatientFactory

FILL = """
INSERT INTO worklist_task (organization_id, public_id, patient_id, team_id, assignee_id, kind,
  title, status, due_at, completed_at, closed_at, version, ordinal)
SELECT %(organization)s, gen_random_uuid(), %(patient)s, %(team)s, %(user)s, 'call', 'Call',
  CASE WHEN n %% 10 = 0 THEN 'ready' ELSE 'completed' END,
  timestamptz '2026-11-23 12:00Z' + (n - 4000) * interval '1 minute',
  timestamptz '2026-11-23 12:00Z', timestamptz '2026-11-01 12:00Z' + n * interval '1 minute', 1, 1
FROM generate_series(1, 8000) n
"""
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "my caseload": (
        "SELECT id FROM worklist_task WHERE assignee_id = %(user)s AND is_open"
        " AND (due_at, id) > ('2026-11-23 12:00Z', 0) ORDER BY due_at, id LIMIT 51",
        "task_assignee_idx",
    ),
    "a team's list": (
        "SELECT id FROM worklist_task WHERE team_id = %(team)s AND is_open"
        " AND (due_at, id) > ('2026-11-23 12:00Z', 0) ORDER BY due_at, id LIMIT 51",
        "task_team_idx",
    ),
    "what is late": (
        "SELECT team_id, count(*) FROM worklist_task WHERE is_open"
        " AND due_at < '2026-11-22 12:00Z' GROUP BY 1",
        "task_due_idx|task_team_idx",  # both hold open rows only; statistics choose
    ),
    "done today": (
        "SELECT count(*) FROM worklist_task WHERE team_id = ANY(ARRAY[%(team)s]::bigint[])"
        " AND status = 'completed' AND closed_at >= '2026-11-06 12:00Z'",
        "task_done_idx",
    ),
}


@pytest.fixture
def filled(team: Team, coordinator: User) -> dict[str, Any]:
    patient = PatientFactory(organization=team.organization, team=team)
    known = {
        "organization": team.organization_id, "patient": patient.pk, "team": team.pk,
        "user": coordinator.pk, "now": "2026-11-23 12:00Z", "batch": 500,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, known)
        cursor.execute("ANALYZE worklist_task")
    return known


def plan(sql: str, known: Mapping[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", known)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.database
@pytest.mark.parametrize("name", QUESTIONS)
def test_each_hot_question_uses_its_index(name: str, filled: dict[str, Any]) -> None:
    sql, index = QUESTIONS[name]
    found = plan(sql, filled)
    assert any(name in found for name in index.split("|")), found
    assert "Seq Scan on worklist_task" not in found


@pytest.mark.database
def test_bringing_back_reads_only_what_is_set_aside(filled: dict[str, Any]) -> None:
    found = plan(RETURN, filled)
    assert "task_hold_idx" in found, found
    assert "Seq Scan on worklist_task" not in found


@pytest.mark.database
def test_a_patients_tasks_are_found_by_the_patient(filled: dict[str, Any]) -> None:
    other = PatientFactory(organization_id=filled["organization"])
    found = plan("SELECT id FROM worklist_task WHERE patient_id = %(p)s", {"p": other.pk})
    assert "task_patient_idx" in found, found


@pytest.mark.database
def test_the_task_table_leaves_room_on_its_pages(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'worklist_task'")
        assert cursor.fetchone()[0] == ["fillfactor=80"]
