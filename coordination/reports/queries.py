"""The overdue report: its numbers and its rows, each by one constant statement (speed.md T8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from coordination.access.actor import Actor
from coordination.clocks.rules import BANDS
from coordination.prepared import Prepared
from patients.queries import SCOPE_SQL, SCOPE_TYPES, scope_params

PAGE_ROWS = 50

# Whose work the actor may read here: all, the teams' or the own (report.own). Each has statements
# of its own, since each is found by another index.
MINE = {
    "all": "true",
    "team": "(t.team_id = ANY(%(team_ids)s) OR t.assignee_id = %(user_id)s)",
    "own": "t.assignee_id = %(user_id)s",
}
MINE_SQL = "MINE"  # stands where one of them goes
PLACE_SQL = """
LEFT JOIN LATERAL (
  SELECT s.unit_id, s.bed FROM patients_stay s
  WHERE s.patient_id = p.id AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id
"""
# The planner takes nearly all open work for late, and would read every patient of the house: the
# OFFSET 0 keeps it to one look-up for each late task. Units get their code once they are grouped.
MATRIX = f"""
WITH late AS (
  SELECT coalesce(t.assignee_id, 0) AS owner, s.unit_id, t.kind,
         coalesce(nullif(t.waiting_on_kind, ''), 'ours') AS cause, t.due_at,
         width_bucket(t.due_at, %(cuts)s::timestamptz[]) AS bucket,
         t.clock_id IS NOT NULL AND EXISTS (
           SELECT 1 FROM clocks_clock c JOIN clocks_deadlinerule r ON r.id = c.rule_id
           WHERE c.id = t.clock_id AND r.whose = 'payer') AS payer
  FROM worklist_task t
  CROSS JOIN LATERAL (SELECT p.id FROM patients_patient p
    WHERE p.id = t.patient_id AND {SCOPE_SQL} OFFSET 0) p
  LEFT JOIN LATERAL (SELECT s.unit_id FROM patients_stay s
    WHERE s.patient_id = p.id AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
    ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
  WHERE {MINE_SQL} AND t.is_open AND t.due_at < %(now)s)
SELECT owner, coalesce((SELECT u.code FROM access_unit u WHERE u.id = unit_id), '') AS unit,
       kind, cause, bucket, count(*),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY due_at), min(due_at),
       count(*) FILTER (WHERE payer)
FROM late GROUP BY GROUPING SETS ((owner, unit_id, kind, cause, bucket), ())
"""  # noqa: S608  only our own constants
LOAD = f"""
SELECT coalesce(t.assignee_id, 0), coalesce(o.first_name, ''), coalesce(o.last_name, ''),
       o.usual_load, count(*), count(*) FILTER (WHERE t.due_at < %(now)s),
       count(*) FILTER (WHERE t.due_at IS NULL)
FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
LEFT JOIN access_user o ON o.id = t.assignee_id
WHERE {SCOPE_SQL} AND {MINE_SQL} AND t.is_open
GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 5 DESC, 1
"""  # noqa: S608  only our own constants
LIST = f"""
SELECT t.id, t.public_id, t.version, t.title, t.kind, t.due_at, t.created_at,
       coalesce(nullif(t.waiting_on_kind, ''), 'ours') AS cause, t.waiting_on_person,
       p.id, p.public_id, p.given, p.family, p.mrn, s.bed, u.code,
       t.assignee_id, o.first_name, o.last_name, e.level, e.fired_at, e.first_name, e.last_name,
       e.acked_at
FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id {PLACE_SQL}
LEFT JOIN access_user o ON o.id = t.assignee_id
LEFT JOIN LATERAL (
  SELECT e.level, e.fired_at, e.acked_at, w.first_name, w.last_name
  FROM worklist_escalation e LEFT JOIN access_user w ON w.id = e.to_id
  WHERE e.task_id = t.id AND e.level > 0 ORDER BY e.level DESC LIMIT 1) e ON true
WHERE {SCOPE_SQL} AND {MINE_SQL} AND t.is_open
  AND (%(owner)s::bigint IS NULL OR coalesce(t.assignee_id, 0) = %(owner)s)
  AND (%(unit)s::text IS NULL OR coalesce(u.code, '') = %(unit)s)
  AND (%(kind)s::text IS NULL OR t.kind = %(kind)s)
  AND (%(cause)s::text IS NULL OR coalesce(nullif(t.waiting_on_kind, ''), 'ours') = %(cause)s)
  AND (%(bucket)s::int IS NULL
       OR width_bucket(t.due_at, %(cuts)s::timestamptz[]) = %(bucket)s)
"""  # noqa: S608  only our own constants
LATE_ROWS = f"""{LIST}
  AND t.due_at < %(now)s AND (t.due_at, t.id) > (%(after_due)s, %(after_id)s)
ORDER BY t.due_at, t.id LIMIT %(limit)s
"""
UNDATED_ROWS = f"""{LIST}
  AND t.due_at IS NULL AND t.id > %(after_id)s
ORDER BY t.id LIMIT %(limit)s
"""
TYPES = {
    **SCOPE_TYPES, "user_id": "bigint", "now": "timestamptz", "cuts": "timestamptz[]",
    "owner": "bigint", "unit": "text", "kind": "text", "cause": "text", "bucket": "int",
    "after_due": "timestamptz", "after_id": "bigint", "limit": "bigint",
}  # fmt: skip


def _prepared(name: str, sql: str) -> dict[str, Prepared]:
    """Return the statement for each of MINE."""
    return {
        whose: Prepared(f"report_{name}_{whose}", sql.replace(MINE_SQL, condition), **TYPES)
        for whose, condition in MINE.items()
    }


COUNT_LATE = _prepared("matrix", MATRIX)
COUNT_OPEN = _prepared("load", LOAD)
LIST_LATE = _prepared("late", LATE_ROWS)
LIST_UNDATED = _prepared("undated", UNDATED_ROWS)


class Cell(NamedTuple):
    """How many are late of one owner, unit, kind, cause and band."""

    owner: int
    unit: str
    kind: str
    cause: str
    band: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """All overdue work by its five dimensions, and over all: count, median due, oldest due.

    payer: how many wait for a payer whose own deadline has passed.
    """

    cells: list[Cell]
    total: int
    median_due: datetime | None
    oldest_due: datetime | None
    payer: int


class Owner(NamedTuple):
    """What one person, or nobody (pk 0), has open: all, late, undated."""

    pk: int
    first_name: str
    last_name: str
    usual_load: int | None
    open: int
    late: int
    undated: int


class LateRow(NamedTuple):
    """One late, or undated, task of the report."""

    id: int
    public_id: UUID
    version: int
    title: str
    kind: str
    due_at: datetime | None
    created_at: datetime
    cause: str
    waiting_on_person: str
    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    mrn: str
    bed: str | None
    unit: str | None
    owner: int | None
    owner_first: str | None
    owner_last: str | None
    level: int | None
    told_at: datetime | None
    told_first: str | None
    told_last: str | None
    acked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drill:
    """Which rows are asked for. Empty: all. owner 0 is nobody."""

    owner: int | None = None
    unit: str | None = None
    kind: str | None = None
    cause: str | None = None
    band: str | None = None
    undated: bool = False
    after: tuple[str, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was narrowed."""
        return self == Drill(after=self.after)


def _params(actor: Actor, now: datetime, cuts: Sequence[datetime]) -> dict[str, Any]:
    return {
        **scope_params(actor),
        "user_id": actor.user_id,
        "now": now,
        "cuts": sorted(cuts),
    }


def _whose(actor: Actor) -> str:
    if actor.may("scope.organization"):
        return "all"
    return "team" if actor.may("report.team") or actor.may("report.unit") else "own"


def matrix(actor: Actor, now: datetime, cuts: Sequence[datetime]) -> Matrix:
    """Count what is late, in one statement whose cost follows the late rows only.

    cuts: the four instants of clocks.rules.band_cuts. Shows no patient.
    """
    found = COUNT_LATE[_whose(actor)].rows(_params(actor, now, cuts))
    cells = [
        Cell(owner, unit, kind, cause, BANDS[len(BANDS) - 1 - bucket], count)
        for owner, unit, kind, cause, bucket, count, *_over_all in found
        if owner is not None
    ]
    over_all = next(row for row in found if row[0] is None)
    return Matrix(cells, *over_all[5:])


def load(actor: Actor, now: datetime) -> list[Owner]:
    """Count what each person has open, late and undated. 1 statement; shows no patient."""
    return [Owner._make(row) for row in COUNT_OPEN[_whose(actor)].rows(_params(actor, now, ()))]


def rows(
    actor: Actor,
    now: datetime,
    cuts: Sequence[datetime],
    drill: Drill,
    limit: int = PAGE_ROWS,
) -> tuple[list[LateRow], bool]:
    """Fetch one page of the rows behind a number, oldest first, and whether there are more.

    1 statement. Adds the patients to `actor.shown`.
    """
    params = _params(actor, now, cuts) | {
        "owner": drill.owner,
        "unit": drill.unit,
        "kind": drill.kind,
        "cause": drill.cause,
        "bucket": len(BANDS) - 1 - BANDS.index(drill.band) if drill.band else None,
        "after_due": drill.after[0] if drill.after else "-infinity",
        "after_id": drill.after[1] if drill.after else 0,
        "limit": limit + 1,
    }
    statement = (LIST_UNDATED if drill.undated else LIST_LATE)[_whose(actor)]
    found = [LateRow._make(row) for row in statement.rows(params)]
    actor.shown.update(row.patient_pk for row in found[:limit])
    return found[:limit], len(found) > limit


DAYS = """
SELECT d.day, d.measure, sum(d.value)::int FROM reports_dailycount d
WHERE d.organization_id = %(organization_id)s AND d.day >= %(since)s
  AND (%(sees_all)s OR d.team_id = ANY(%(team_ids)s))
GROUP BY 1, 2
UNION ALL
SELECT h."on", 'holiday', 1 FROM clocks_holiday h JOIN clocks_calendar c ON c.id = h.calendar_id
WHERE h."on" >= %(since)s AND h."on" <= %(today)s
  AND ((c.kind = 'regulatory' AND c.slug = 'us-federal')
       OR (c.kind = 'facility' AND c.organization_id = %(organization_id)s
           AND c.facility_id IS NULL))
"""
READ_DAYS = Prepared("report_days", DAYS, **SCOPE_TYPES, since="date", today="date")


@dataclass(frozen=True, slots=True)
class Days:
    """The days behind us: what was counted on each, and which of them were holidays."""

    counts: dict[date, dict[str, int]]
    holidays: dict[date, str]


def days(actor: Actor, since: date, today: date) -> Days:
    """Read the stored counts of the actor's teams, and the holidays, since a day. 1 statement."""
    params = scope_params(actor) | {"since": since, "today": today}
    found = READ_DAYS.rows(params)
    counts: dict[date, dict[str, int]] = {}
    holidays: dict[date, str] = {}
    for day, measure, value in found:
        if measure == "holiday":
            holidays[day] = measure
        else:
            counts.setdefault(day, {})[measure] = value
    return Days(counts, holidays)
