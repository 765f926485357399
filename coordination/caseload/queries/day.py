"""The rows and the numbers of one person's day, each by one constant statement (speed.md T1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.caseload.rules import Day
from coordination.worklist.models import Task
from patients.queries import SCOPE_SQL, scope_params

PAGE_ROWS = 50
CAP = 1000

COLUMNS = """
  t.id, t.public_id, t.version, t.title, t.kind, t.next_step, t.status, t.due_at, t.due_event,
  t.due_set_by_id IS NOT NULL AS by_person, t.clock_id IS NOT NULL AS has_clock, t.hold_until,
  t.held_by, t.evidence_required, t.waiting_on_kind, t.waiting_on_person, t.waiting_since,
  t.promised_by, p.id AS patient_pk, p.public_id AS patient_id, p.given, p.family, p.mrn,
  p.birth_date, p.sex, p.language, p.interpreter, p.is_unlisted, p.deceased_at,
  s.bed, s.status AS stay_status, s.expected_at, s.departed_at, u.code AS unit_code,
  c.calls, c.voicemails, c.last_call_at, c.last_outcome
"""
SOURCE = f"""
  FROM worklist_task t
  JOIN patients_patient p ON p.id = t.patient_id
  LEFT JOIN LATERAL (
    SELECT s.bed, s.status, s.expected_at, s.departed_at, s.unit_id FROM patients_stay s
    WHERE s.patient_id = p.id AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
    ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
  LEFT JOIN access_unit u ON u.id = s.unit_id
  LEFT JOIN LATERAL (
    SELECT count(*) AS calls, count(*) FILTER (WHERE c.outcome = 'left-voicemail') AS voicemails,
           max(c.occurred_at) AS last_call_at,
           (array_agg(c.outcome ORDER BY c.occurred_at DESC))[1] AS last_outcome
    FROM outreach_call c WHERE c.task_id = t.id) c ON true
  WHERE {SCOPE_SQL}
    AND t.assignee_id = %(user_id)s AND t.is_open
    AND (%(units)s::text[] IS NULL OR u.code = ANY(%(units)s))
    AND (NOT %(waiting)s OR t.waiting_since IS NOT NULL)
    AND (NOT %(leaving)s OR (s.expected_at >= %(begins)s AND s.expected_at < %(ends)s
                             AND s.departed_at IS NULL))
"""  # noqa: S608  only our own constants
ROWS = f"""
(SELECT {COLUMNS} {SOURCE}
    AND t.due_at IS NOT NULL AND t.due_at >= %(since)s AND t.due_at < %(until)s
    AND (t.due_at, t.id) > (%(after_due)s, %(after_id)s)
  ORDER BY t.due_at, t.id LIMIT %(limit)s)
UNION ALL
(SELECT {COLUMNS} {SOURCE}
    AND t.due_at IS NULL AND %(undated)s
  ORDER BY t.due_event DESC, t.id LIMIT %(limit)s)
"""


class TaskRow(NamedTuple):
    """One task on a list, as the statement gives it."""

    id: int
    public_id: UUID
    version: int
    title: str
    kind: str
    next_step: str
    status: str
    due_at: datetime | None
    due_event: str
    by_person: bool
    has_clock: bool
    hold_until: datetime | None
    held_by: str
    evidence_required: str
    waiting_on_kind: str
    waiting_on_person: str
    waiting_since: datetime | None
    promised_by: datetime | None
    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    mrn: str
    birth_date: Any
    sex: str
    language: str
    interpreter: str
    is_unlisted: bool
    deceased_at: datetime | None
    bed: str | None
    stay_status: str | None
    expected_at: datetime | None
    departed_at: datetime | None
    unit_code: str | None
    calls: int
    voicemails: int
    last_call_at: datetime | None
    last_outcome: str | None


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
    """Fetch one page of the actor's own open tasks in due order, then the undated. 1 statement.

    Adds the patients to `actor.shown`.
    """
    since, until, undated = LANES.get(filters.lane, LANES[""])
    only_undated = filters.lane == "undated"
    params = {
        **scope_params(actor),
        "user_id": actor.user_id,
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
    with connection.cursor() as cursor:
        cursor.execute(ROWS, params)
        found = [TaskRow(*row) for row in cursor.fetchall()]
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


SUMMARY = f"""
WITH mine AS (
  SELECT t.id, t.due_at, t.status, t.patient_id, t.waiting_since, s.expected_at, s.departed_at,
         u.code
  FROM worklist_task t
  JOIN patients_patient p ON p.id = t.patient_id
  LEFT JOIN LATERAL (
    SELECT s.expected_at, s.departed_at, s.unit_id FROM patients_stay s
    WHERE s.patient_id = p.id AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
    ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
  LEFT JOIN access_unit u ON u.id = s.unit_id
  WHERE {SCOPE_SQL} AND t.assignee_id = %(user_id)s AND t.is_open
  LIMIT {CAP + 1}),
done AS (
  SELECT t.completed_at FROM worklist_task t
  WHERE t.assignee_id = %(user_id)s AND t.status = 'completed'
    AND t.completed_at >= %(begins)s AND t.completed_at < %(ends)s
  ORDER BY t.completed_at LIMIT 100)
SELECT
  count(*) FILTER (WHERE due_at < %(now)s),
  min(due_at),
  count(*) FILTER (WHERE due_at >= %(now)s AND due_at < %(soon)s AND status <> 'on-hold'),
  min(due_at) FILTER (WHERE due_at >= %(now)s),
  count(*) FILTER (WHERE due_at < %(ends)s AND (status <> 'on-hold' OR due_at < %(now)s)),
  count(*) FILTER (WHERE due_at IS NULL AND status <> 'on-hold'),
  count(DISTINCT patient_id) FILTER (
    WHERE expected_at >= %(begins)s AND expected_at < %(ends)s AND departed_at IS NULL),
  (SELECT count(*) FROM patients_assignment a
   WHERE a.user_id = %(user_id)s AND a.kind = 'primary' AND a.ends_at IS NULL),
  array_agg(DISTINCT code ORDER BY code) FILTER (WHERE code IS NOT NULL),
  (array_agg(due_at ORDER BY due_at) FILTER (WHERE due_at < %(ends)s))[:100],
  (SELECT array_agg(completed_at) FROM done),
  count(*) FILTER (WHERE waiting_since IS NOT NULL),
  count(*),
  coalesce(max(id), 0),
  count(*) FILTER (WHERE status = 'requested'),
  count(*) FILTER (WHERE id > %(seen)s AND status <> 'requested')
FROM mine
"""  # noqa: S608  only our own constants


NEWEST = 2**63 - 1


class Seen(NamedTuple):
    """What a page has seen: the newest task's pk, and how many tasks were handed over to accept."""

    newest: int
    handed_over: int


class Summary(NamedTuple):
    """The counters and the day strip of one person. Counts stop at 1,000, shown as "1000+"."""

    overdue: int
    oldest_at: datetime | None
    soon: int
    next_at: datetime | None
    today: int
    undated: int
    leaving: int
    patients: int
    units: list[str] | None
    due: list[datetime] | None
    done: list[datetime] | None
    waiting: int
    open: int
    newest: int
    handed_over: int
    raised: int

    @property
    def seen(self) -> Seen:
        """Return what a page drawn now has seen."""
        return Seen(self.newest, self.handed_over)

    def new_since(self, seen: Seen) -> int:
        """Return how many tasks came since a page was drawn: raised, or handed over and unseen."""
        return self.raised + max(self.handed_over - seen.handed_over, 0)


def my_summary(actor: Actor, day: Day, seen: Seen | None = None) -> Summary:
    """Count the actor's day. 1 statement; shows no patient. seen: what the page has already."""
    params = {
        **scope_params(actor),
        "user_id": actor.user_id,
        "now": day.now,
        "soon": day.soon,
        "begins": day.begins,
        "ends": day.ends,
        "seen": seen.newest if seen else NEWEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, params)
        return Summary(*cursor.fetchone())


ONE = f"SELECT {COLUMNS} {SOURCE} AND t.public_id = %(task)s"


def one_of_mine(actor: Actor, day: Day, public_id: UUID) -> TaskRow:
    """Fetch one row of the actor's own open tasks. 1 statement.

    Raises Task.DoesNotExist when the task is closed, somebody else's or not in scope.
    """
    params = {
        **scope_params(actor),
        "user_id": actor.user_id,
        "units": None,
        "waiting": False,
        "leaving": False,
        "begins": day.begins,
        "ends": day.ends,
        "task": public_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(ONE, params)
        found = cursor.fetchone()
    if found is None:
        raise Task.DoesNotExist
    row = TaskRow(*found)
    actor.shown.add(row.patient_pk)
    return row


NEXT = f"""
SELECT t.public_id FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
WHERE {SCOPE_SQL} AND t.assignee_id = %(user_id)s AND t.is_open AND t.status <> 'on-hold'
  AND t.due_at IS NOT NULL AND (t.due_at, t.id) > (%(due)s, %(id)s)
  AND t.public_id IS DISTINCT FROM %(skip)s
ORDER BY t.due_at, t.id LIMIT 1
"""  # noqa: S608  only our own constants


def next_of_mine(
    actor: Actor, after: tuple[datetime, int] | None, skip: UUID | None
) -> UUID | None:
    """Return the actor's next dated open task after a key; None when nothing follows. 1 statement.

    after: (due_at, pk) of the one just served; None starts at the top. skip: never this one.
    """
    due, pk = after or ("-infinity", 0)
    params = scope_params(actor) | {"user_id": actor.user_id, "due": due, "id": pk, "skip": skip}
    with connection.cursor() as cursor:
        cursor.execute(NEXT, params)
        found = cursor.fetchone()
    return found[0] if found else None


MY_PATIENTS = f"""
SELECT p.id, p.public_id, p.given, p.family, p.mrn, p.birth_date, s.bed,
       (SELECT count(*) FROM worklist_task t WHERE t.patient_id = p.id AND t.is_open
          AND t.due_at < %(now)s)
FROM patients_patient p
JOIN patients_assignment mine ON mine.patient_id = p.id AND mine.user_id = %(user_id)s
  AND mine.kind = 'primary' AND mine.ends_at IS NULL
LEFT JOIN LATERAL (
  SELECT s.bed FROM patients_stay s WHERE s.patient_id = p.id
    AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
WHERE {SCOPE_SQL}
ORDER BY s.bed NULLS LAST, p.name_norm, p.id LIMIT 200
"""  # noqa: S608  only our own constants


class MyPatient(NamedTuple):
    """One patient the actor is primary for, and how many of their tasks are late."""

    pk: int
    public_id: UUID
    given: str
    family: str
    mrn: str
    birth_date: Any
    bed: str | None
    late: int


def my_patients(actor: Actor, now: datetime) -> list[MyPatient]:
    """Return the actor's own patients by bed, at most 200. 1 statement; adds them to `shown`."""
    params = scope_params(actor) | {"user_id": actor.user_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(MY_PATIENTS, params)
        found = [MyPatient(*row) for row in cursor.fetchall()]
    actor.shown.update(patient.pk for patient in found)
    return found
