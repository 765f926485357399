"""What nobody owns yet in one's pools: patients to take over, patients without anyone, tasks.

Each kind is one constant statement, oldest first; the counters of all are one more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from patients.queries import SCOPE_SQL, scope_params

QUEUE_ROWS = 50
CAP = 1000

WHO = """
  p.id AS patient_pk, p.public_id AS patient_id, p.given, p.family, p.birth_date, p.sex, p.language,
  p.interpreter = 'needed', p.is_unlisted, s.bed, u.code, s.expected_at, s.is_here
"""
STAY = """
LEFT JOIN LATERAL (
  SELECT s.bed, s.unit_id, s.expected_at, s.status <> 'finished' AS is_here
  FROM patients_stay s WHERE s.patient_id = p.id
    AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id AND s.is_here
"""
OPEN = """
CROSS JOIN LATERAL (
  SELECT count(*) AS open, count(*) FILTER (WHERE t.due_at < %(now)s) AS late
  FROM worklist_task t WHERE t.patient_id = p.id AND t.is_open) k
"""
NAME = "coalesce(nullif(trim({0}.first_name || ' ' || {0}.last_name), ''), {0}.username, '')"

MOVED = f"""
SELECT {WHO}, k.open, k.late, o.public_id, o.version, o.proposed_at, m.name, l.name, n.name,
  {NAME.format("a")}, {NAME.format("c")}, {NAME.format("b")}, (
    SELECT string_agg(DISTINCT {NAME.format("w")}, ', ') FROM patients_assignment h
    JOIN access_user w ON w.id = h.user_id
    WHERE h.patient_id = p.id AND h.ends_at IS NULL AND h.kind = 'primary')
FROM worklist_ownerproposal o
JOIN patients_patient p ON p.id = o.patient_id {STAY} {OPEN}
JOIN access_team m ON m.id = o.team_id
JOIN access_unit n ON n.id = o.unit_id
LEFT JOIN access_unit l ON l.id = o.left_unit_id
LEFT JOIN access_user a ON a.id = o.primary_id
LEFT JOIN access_user c ON c.id = o.backup_id
LEFT JOIN access_user b ON b.id = o.nurse_id
WHERE {SCOPE_SQL} AND o.team_id = ANY(%(team_ids)s) AND o.is_taken IS NULL
ORDER BY o.proposed_at, o.id LIMIT {QUEUE_ROWS}
"""  # noqa: S608  only our own constants
# Turned down, and not read yet by a team of another unit that has the patient, still lying there.
BACK = f"""
FROM worklist_ownerproposal o JOIN patients_patient p ON p.id = o.patient_id
JOIN patients_stay t ON t.id = o.stay_id AND t.unit_id = o.unit_id
  AND t.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
WHERE {SCOPE_SQL} AND o.organization_id = %(organization_id)s
  AND o.is_taken = false AND o.answered_by_id IS NOT NULL AND o.seen_at IS NULL
  AND EXISTS (SELECT 1 FROM patients_assignment x
    JOIN access_team_units y ON y.team_id = x.team_id
    WHERE x.patient_id = o.patient_id AND x.ends_at IS NULL AND x.team_id = ANY(%(team_ids)s)
      AND x.team_id <> o.team_id AND NOT EXISTS (SELECT 1 FROM access_team_units z
        WHERE z.team_id = x.team_id AND z.unit_id = o.unit_id))
"""  # noqa: S608  only our own constants
BACK_ROWS = f"""
SELECT {WHO}, k.open, k.late, o.public_id, o.version, o.answered_at, m.name, n.name, o.reason,
  {NAME.format("a")}
FROM (SELECT o.* {BACK} ORDER BY o.answered_at, o.id LIMIT {QUEUE_ROWS}) o
JOIN patients_patient p ON p.id = o.patient_id {STAY} {OPEN}
JOIN access_team m ON m.id = o.team_id
JOIN access_unit n ON n.id = o.unit_id
JOIN access_user a ON a.id = o.answered_by_id
ORDER BY o.answered_at, o.id
"""  # noqa: S608
# Patients of my pools with no primary person anywhere, and nobody asked to take them over.
BARE = f"""
FROM patients_assignment x JOIN patients_patient p ON p.id = x.patient_id
WHERE {SCOPE_SQL} AND x.team_id = ANY(%(team_ids)s) AND x.kind = 'primary' AND x.user_id IS NULL
  AND x.ends_at IS NULL AND p.merged_into_id IS NULL AND p.deceased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM patients_assignment y WHERE y.patient_id = p.id
    AND y.kind = 'primary' AND y.ends_at IS NULL AND y.user_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM worklist_ownerproposal o WHERE o.patient_id = p.id
    AND o.team_id = x.team_id AND o.is_taken IS NULL)
"""  # noqa: S608  only our own constants
BARE_ROWS = f"""
SELECT {WHO}, k.open, k.late, m.public_id, x.starts_at, m.name, x.reason
FROM (SELECT x.patient_id, x.team_id, x.starts_at, x.reason, x.id {BARE}
  ORDER BY x.starts_at, x.id LIMIT {QUEUE_ROWS}) x
JOIN patients_patient p ON p.id = x.patient_id
JOIN access_team m ON m.id = x.team_id {STAY} {OPEN}
ORDER BY x.starts_at, x.id
"""  # noqa: S608
# Each team's pool by its own index, so that a page costs the same however long the pools are.
POOL_ROWS = f"""
SELECT {WHO}, t.public_id, t.version, t.title, t.kind, t.next_step, t.due_at, t.due_event,
  t.created_at, t.id, m.name
FROM (SELECT t.* FROM unnest(%(team_ids)s::bigint[]) AS mine (team_id) CROSS JOIN LATERAL (
    SELECT t.* FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
    WHERE t.team_id = mine.team_id AND t.is_open AND t.assignee_id IS NULL AND {SCOPE_SQL}
      AND (t.created_at, t.id) > (%(after_at)s, %(after_id)s)
      AND (NOT %(late)s OR t.due_at < %(now)s)
    ORDER BY t.created_at, t.id LIMIT %(limit)s) t
  ORDER BY t.created_at, t.id LIMIT %(limit)s) t
JOIN patients_patient p ON p.id = t.patient_id
JOIN access_team m ON m.id = t.team_id {STAY}
ORDER BY t.created_at, t.id
"""  # noqa: S608
COUNTS = f"""
SELECT
  (SELECT count(*) FROM worklist_ownerproposal o JOIN patients_patient p ON p.id = o.patient_id
   WHERE {SCOPE_SQL} AND o.team_id = ANY(%(team_ids)s) AND o.is_taken IS NULL),
  (SELECT count(*) {BACK}),
  (SELECT count(*) FROM (SELECT 1 {BARE} LIMIT {CAP + 1}) bare),
  (SELECT min(x.starts_at) {BARE}),
  (SELECT count(*) FROM (SELECT 1 FROM worklist_task t WHERE t.team_id = ANY(%(team_ids)s)
     AND t.is_open AND t.assignee_id IS NULL LIMIT {CAP + 1}) pool),
  (SELECT count(*) FROM (SELECT 1 FROM worklist_task t WHERE t.team_id = ANY(%(team_ids)s)
     AND t.is_open AND t.assignee_id IS NULL AND t.due_at < %(now)s LIMIT {CAP + 1}) late),
  (SELECT min(t.due_at) FROM worklist_task t WHERE t.team_id = ANY(%(team_ids)s)
     AND t.is_open AND t.assignee_id IS NULL AND t.due_at < %(now)s)
"""  # noqa: S608


class WhoRow(NamedTuple):
    """Whom a row of the queue is about, and where they are."""

    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    birth_date: date | None
    sex: str
    language: str
    interpreter: bool
    is_unlisted: bool
    bed: str | None
    unit_code: str | None
    expected_at: datetime | None
    is_here: bool | None


class MovedRow(NamedTuple):
    """One patient whom a team was asked to take over. held_by: who has them until it answers."""

    who: WhoRow
    open: int
    late: int
    public_id: UUID
    version: int
    proposed_at: datetime
    team: str
    left: str | None
    unit: str
    primary: str
    backup: str
    nurse: str
    held_by: str | None


class BackRow(NamedTuple):
    """One patient whom another team did not take over: by whom and why."""

    who: WhoRow
    open: int
    late: int
    public_id: UUID
    version: int
    answered_at: datetime
    team: str
    unit: str
    reason: str
    answered_by: str


class BareRow(NamedTuple):
    """One patient of a pool whom nobody looks after."""

    who: WhoRow
    open: int
    late: int
    team_id: UUID
    since: datetime
    team: str
    reason: str


class PoolRow(NamedTuple):
    """One task nobody owns."""

    who: WhoRow
    public_id: UUID
    version: int
    title: str
    kind: str
    next_step: str
    due_at: datetime | None
    due_event: str
    created_at: datetime
    pk: int
    team: str


class QueueNumbers(NamedTuple):
    """How much waits in each part; counts stop at 1,001."""

    moved: int
    back: int
    bare: int
    bare_since: datetime | None
    tasks: int
    late: int
    late_since: datetime | None


QueueKey = tuple[datetime, int]


def _read(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _who(row: tuple[Any, ...]) -> tuple[WhoRow, tuple[Any, ...]]:
    width = len(WhoRow._fields)
    return WhoRow(*row[:width]), row[width:]


def queue_numbers(actor: Actor, now: datetime) -> QueueNumbers:
    """Count what waits in the actor's pools. 1 statement; shows no patient."""
    return QueueNumbers(*_read(COUNTS, scope_params(actor) | {"now": now})[0])


def to_take_over(actor: Actor, now: datetime) -> list[MovedRow]:
    """List the patients the actor's teams were asked to take over, oldest first. 1 statement."""
    rows = [_who(row) for row in _read(MOVED, scope_params(actor) | {"now": now})]
    actor.shown.update(who.patient_pk for who, _rest in rows)
    return [MovedRow(who, *rest) for who, rest in rows]


def turned_down(actor: Actor, now: datetime) -> list[BackRow]:
    """List the patients of the actor's teams whom another did not take over. 1 statement."""
    rows = [_who(row) for row in _read(BACK_ROWS, scope_params(actor) | {"now": now})]
    actor.shown.update(who.patient_pk for who, _rest in rows)
    return [BackRow(who, *rest) for who, rest in rows]


def without_anyone(actor: Actor, now: datetime) -> list[BareRow]:
    """List the patients of the actor's pools nobody looks after, oldest first. 1 statement."""
    rows = [_who(row) for row in _read(BARE_ROWS, scope_params(actor) | {"now": now})]
    actor.shown.update(who.patient_pk for who, _rest in rows)
    return [BareRow(who, *rest) for who, rest in rows]


def unowned_tasks(
    actor: Actor,
    now: datetime,
    *,
    late: bool = False,
    after: QueueKey | None = None,
    limit: int = QUEUE_ROWS,
) -> tuple[list[PoolRow], QueueKey | None]:
    """Fetch a page of the pools' unowned tasks, oldest first, and the next key. 1 statement."""
    params = scope_params(actor) | {
        "now": now, "late": late, "limit": limit + 1,
        "after_at": after[0] if after else "-infinity", "after_id": after[1] if after else 0,
    }  # fmt: skip
    found = [PoolRow(who, *rest) for who, rest in map(_who, _read(POOL_ROWS, params))]
    rows = found[:limit]
    actor.shown.update(row.who.patient_pk for row in rows)
    last = rows[-1] if len(found) > limit else None
    return rows, (last.created_at, last.pk) if last else None
