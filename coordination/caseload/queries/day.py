"""The rows and the numbers of one person's day, each by one constant statement (speed.md T1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from coordination.access.actor import Actor
from coordination.caseload.queries.owners import IS_MINE, MINE_SQL, OWNER_TYPES, owner_params
from coordination.caseload.rules import Day
from coordination.prepared import Prepared
from coordination.worklist.models import Task
from patients.queries import SCOPE_SQL, SCOPE_TYPES, scope_params

PAGE_ROWS = 50

COLUMNS = """
  t.id, t.public_id::text, t.version, t.title, t.kind, t.next_step, t.status, t.due_at,
  t.due_event, t.hold_until, t.waiting_on_person, t.waiting_since, p.id AS patient_pk,
  p.public_id::text AS patient_id, p.given, p.family, p.mrn, p.birth_date, p.sex, p.language,
  p.interpreter, p.is_unlisted, s.bed, s.status AS stay_status, s.expected_at, s.departed_at,
  (SELECT u.code FROM access_unit u WHERE u.id = s.unit_id) AS unit_code,
  c.calls, c.voicemails, c.last_call_at, t.assignee_id,
  EXISTS (SELECT 1 FROM worklist_approvalrequest q
    WHERE q.act = 'cancel-owed-task' AND q.subject_kind = 'task' AND q.subject_id = t.id
      AND q.state IN ('asked', 'asked-back')) AS is_asked
"""
SOURCE = f"""
  FROM worklist_task t
  JOIN patients_patient p ON p.id = t.patient_id
  LEFT JOIN LATERAL (
    SELECT s.bed, s.status, s.expected_at, s.departed_at, s.unit_id FROM patients_stay s
    WHERE s.patient_id = p.id AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
    ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
  LEFT JOIN LATERAL (
    SELECT count(*) AS calls, count(*) FILTER (WHERE c.outcome = 'left-voicemail') AS voicemails,
           max(c.occurred_at) AS last_call_at
    FROM outreach_call c
    WHERE c.task_id = t.id AND c.status <> 'entered-in-error') c ON true
  WHERE {SCOPE_SQL}
    AND {IS_MINE} AND t.is_open
    AND (%(units)s::text[] IS NULL
         OR s.unit_id IN (SELECT u.id FROM access_unit u WHERE u.code = ANY(%(units)s)))
    AND (NOT %(waiting)s OR t.waiting_since IS NOT NULL)
    AND (NOT %(leaving)s OR (s.expected_at >= %(begins)s AND s.expected_at < %(ends)s
                             AND s.departed_at IS NULL))
"""  # noqa: S608  only our own constants
ROWS = f"""
WITH {MINE_SQL}
(SELECT r.* FROM mine m CROSS JOIN LATERAL (SELECT {COLUMNS} {SOURCE}
    AND t.due_at IS NOT NULL AND t.due_at >= %(since)s AND t.due_at < %(until)s
    AND (t.due_at, t.id) > (%(after_due)s, %(after_id)s)
    ORDER BY t.due_at, t.id LIMIT %(limit)s) r
  ORDER BY r.due_at, r.id LIMIT %(limit)s)
UNION ALL
(SELECT r.* FROM mine m CROSS JOIN LATERAL (SELECT {COLUMNS} {SOURCE}
    AND t.due_at IS NULL AND %(undated)s
    ORDER BY t.due_event DESC, t.id LIMIT %(limit)s) r
  ORDER BY r.due_event DESC, r.id LIMIT %(limit)s)
"""  # noqa: S608  only our own constants
TYPES = {
    **SCOPE_TYPES, **OWNER_TYPES, "units": "text[]", "waiting": "bool", "leaving": "bool",
    "begins": "timestamptz", "ends": "timestamptz", "since": "timestamptz", "until": "timestamptz",
    "after_due": "timestamptz", "after_id": "bigint", "undated": "bool", "limit": "bigint",
    "task": "uuid",
}  # fmt: skip
MY_DAY = Prepared("caseload_rows", ROWS, **TYPES)


class TaskRow(NamedTuple):
    """One task on a list, as the statement gives it."""

    id: int
    public_id: str
    version: int
    title: str
    kind: str
    next_step: str
    status: str
    due_at: datetime | None
    due_event: str
    hold_until: datetime | None
    waiting_on_person: str
    waiting_since: datetime | None
    patient_pk: int
    patient_id: str
    given: str
    family: str
    mrn: str
    birth_date: Any
    sex: str
    language: str
    interpreter: str
    is_unlisted: bool
    bed: str | None
    stay_status: str | None
    expected_at: datetime | None
    departed_at: datetime | None
    unit_code: str | None
    calls: int
    voicemails: int
    last_call_at: datetime | None
    owner_id: int
    is_asked: bool  # somebody asked the supervisor to cancel it, and waits


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for. lane: "", overdue, soon, today, undated or leaving."""

    lane: str = ""
    units: tuple[str, ...] = ()
    waiting: bool = False
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, read already. next_after: the key to go on from, or None."""

    rows: list[TaskRow]
    next_after: tuple[datetime, int] | None


LANES = {
    # lane: (from, until, undated too?) as attributes of Day; None is open
    "": (None, None, True),
    "overdue": (None, "now", False),
    "soon": ("now", "soon", False),
    "today": (None, "ends", False),
    "undated": (None, None, True),
    "leaving": (None, None, True),
}


def my_day(actor: Actor, day: Day, filters: Filters, limit: int = PAGE_ROWS) -> Page:
    """Fetch a page of the open tasks the actor owns now, in due order, then undated. 1 statement.

    Adds the patients to `actor.shown`.
    """
    since, until, undated = LANES.get(filters.lane, LANES[""])
    only_undated = filters.lane == "undated"
    params = {
        **scope_params(actor),
        **owner_params(actor),
        "units": list(filters.units) or None,
        "waiting": filters.waiting,
        "leaving": filters.lane == "leaving",
        "begins": day.begins,
        "ends": day.ends,
        "since": getattr(day, since) if since else "-infinity",
        "until": "-infinity" if only_undated else getattr(day, until) if until else "infinity",
        "after_due": filters.after[0] if filters.after else "-infinity",
        "after_id": filters.after[1] if filters.after else 0,
        "undated": undated and filters.after is None,
        "limit": limit + 1,
    }
    found = [TaskRow._make(row) for row in MY_DAY.rows(params)]
    return _page(actor, found, limit)


def _page(actor: Actor, found: Sequence[TaskRow], limit: int) -> Page:
    dated = [row for row in found if row.due_at is not None]
    rest = [row for row in found if row.due_at is None]
    more = len(dated) > limit
    dated = dated[:limit]
    rows = dated + ([] if more else rest[:limit])
    actor.shown.update(row.patient_pk for row in rows)
    last = dated[-1] if more else None
    return Page(rows, (last.due_at, last.id) if last and last.due_at else None)


ONE = f"""
WITH {MINE_SQL} SELECT r.* FROM mine m CROSS JOIN LATERAL (
  SELECT {COLUMNS} {SOURCE} AND t.public_id = %(task)s) r
"""  # noqa: S608  only our own constants
MY_TASK = Prepared("caseload_row", ONE, **TYPES)


def one_of_mine(actor: Actor, day: Day, public_id: UUID) -> TaskRow:
    """Fetch one row of the actor's own open tasks. 1 statement.

    Raises Task.DoesNotExist when the task is closed, somebody else's or not in scope.
    """
    params = {
        **scope_params(actor),
        **owner_params(actor),
        "units": None,
        "waiting": False,
        "leaving": False,
        "begins": day.begins,
        "ends": day.ends,
        "task": public_id,
    }
    found = MY_TASK.row(params)
    if found is None:
        raise Task.DoesNotExist
    row = TaskRow._make(found)
    actor.shown.add(row.patient_pk)
    return row
