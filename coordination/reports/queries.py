"""The overdue report: its numbers and its rows, each by one constant statement (speed.md T8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from coordination.access.actor import Actor
from coordination.clocks.rules import BANDS
from coordination.prepared import Prepared
from patients.queries import SCOPE_SQL, SCOPE_TYPES, scope_params

PAGE_ROWS = 50
OWNERS = 60  # lines of the table of people: a hospital has more than a page should

# Whose work the actor may read here: all, the teams' or the own (report.own). Each has statements
# of its own, since each is found by another index.
MINE = {
    "all": "true",
    "team": "(t.team_id = ANY(%(team_ids)s) OR t.assignee_id = %(user_id)s)",
    "own": "t.assignee_id = %(user_id)s",
}
MINE_SQL = "MINE"  # stands where one of them goes
# From which row the list goes on. The planner takes any range of due times for half a percent of
# all work: a team's late tasks are few beside the hospital's, and are found by team first.
AFTER = {
    "all": "(t.due_at, t.id) > (%(after_due)s, %(after_id)s)",
    "team": "(t.due_at + interval '0', t.id) > (%(after_due)s, %(after_id)s)",
    "own": "(t.due_at, t.id) > (%(after_due)s, %(after_id)s)",
}
AFTER_SQL = "AFTER"
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
# Counted from the index of open work alone: no row of a patient is read where all are in scope.
# A team's are set against its own patients once, not one by one: a chart that was merged into
# another one has no tasks left to count.
OPEN = """
  count(*) AS open, count(*) FILTER (WHERE t.due_at < %(now)s) AS late,
  count(*) FILTER (WHERE t.due_at IS NULL) AS undated
"""
LOAD_OF_ALL = f"""
WITH load AS (
  SELECT o.id AS owner, w.* FROM access_user o
  CROSS JOIN LATERAL (SELECT {OPEN} FROM worklist_task t
    WHERE t.assignee_id = o.id AND t.is_open) w
  WHERE o.organization_id = %(organization_id)s
  UNION ALL
  SELECT NULL, {OPEN} FROM worklist_task t
  WHERE t.assignee_id IS NULL AND t.is_open AND t.organization_id = %(organization_id)s)
"""  # noqa: S608  only our own constants
LOAD_OF_SOME = f"""
WITH load AS (
  SELECT t.assignee_id AS owner, {OPEN} FROM worklist_task t
  WHERE {MINE_SQL} AND t.is_open AND t.patient_id IN (
    SELECT a.patient_id FROM patients_assignment a
    WHERE a.team_id = ANY(%(team_ids)s) AND a.ends_at IS NULL)
  GROUP BY 1)
"""  # noqa: S608  only our own constants
LOAD = """
SELECT coalesce(l.owner, 0), coalesce(o.first_name, ''), coalesce(o.last_name, ''), o.usual_load,
       l.open, l.late, l.undated, l.all_undated, l.people
FROM (SELECT l.*, sum(undated) OVER ()::bigint AS all_undated, count(*) OVER () AS people
      FROM load l WHERE open > 0 ORDER BY late DESC, open DESC, owner LIMIT %(limit)s) l
LEFT JOIN access_user o ON o.id = l.owner
ORDER BY l.late DESC, l.open DESC, 1
"""
FOUND = f"""
  SELECT t.id, t.public_id::text, t.version, t.title, t.kind, t.due_at, t.created_at,
         coalesce(nullif(t.waiting_on_kind, ''), 'ours') AS cause, t.waiting_on_person,
         t.assignee_id, p.id AS patient_pk, p.public_id::text AS patient_id, p.given, p.family,
         p.mrn
  FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
  WHERE {SCOPE_SQL} AND {MINE_SQL} AND t.is_open
    AND (%(owner)s::bigint IS NULL OR coalesce(t.assignee_id, 0) = %(owner)s)
    AND (%(unit)s::text IS NULL OR %(unit)s = coalesce((
      SELECT u.code FROM (SELECT 1) one {PLACE_SQL}), ''))
    AND (%(kind)s::text IS NULL OR t.kind = %(kind)s)
    AND (%(cause)s::text IS NULL OR coalesce(nullif(t.waiting_on_kind, ''), 'ours') = %(cause)s)
    AND (%(bucket)s::int IS NULL
         OR width_bucket(t.due_at, %(cuts)s::timestamptz[]) = %(bucket)s)
"""  # noqa: S608  only our own constants
# The page's rows first; then what stands beside each: where they lie, who holds it, who knows.
LIST = f"""
SELECT t.id, t.public_id, t.version, t.title, t.kind, t.due_at, t.created_at, t.cause,
       t.waiting_on_person, t.patient_pk, t.patient_id, t.given, t.family, t.mrn, s.bed, u.code,
       t.assignee_id, o.first_name, o.last_name, e.level, e.fired_at, e.first_name, e.last_name,
       e.acked_at
FROM page t {PLACE_SQL.replace("p.id", "t.patient_pk")}
LEFT JOIN access_user o ON o.id = t.assignee_id
LEFT JOIN LATERAL (
  SELECT e.level, e.fired_at, e.acked_at, w.first_name, w.last_name
  FROM worklist_escalation e LEFT JOIN access_user w ON w.id = e.to_id
  WHERE e.task_id = t.id AND e.level > 0 ORDER BY e.level DESC LIMIT 1) e ON true
"""  # noqa: S608  only our own constants
LATE_ROWS = f"""
WITH page AS MATERIALIZED ({FOUND}
    AND t.due_at < %(now)s AND {AFTER_SQL}
  ORDER BY t.due_at, t.id LIMIT %(limit)s)
{LIST} ORDER BY t.due_at, t.id
"""
UNDATED_ROWS = f"""
WITH page AS MATERIALIZED ({FOUND} AND t.due_at IS NULL AND t.id > %(after_id)s
  ORDER BY t.id LIMIT %(limit)s)
{LIST} ORDER BY t.id
"""
TYPES = {
    **SCOPE_TYPES, "user_id": "bigint", "now": "timestamptz", "cuts": "timestamptz[]",
    "owner": "bigint", "unit": "text", "kind": "text", "cause": "text", "bucket": "int",
    "after_due": "timestamptz", "after_id": "bigint", "limit": "bigint",
}  # fmt: skip


def _prepared(name: str, sql: str) -> dict[str, Prepared]:
    """Return the statement for each of MINE."""
    return {
        whose: Prepared(
            f"report_{name}_{whose}",
            sql.replace(MINE_SQL, condition).replace(AFTER_SQL, AFTER[whose]),
            **TYPES,
        )
        for whose, condition in MINE.items()
    }


COUNT_LATE = _prepared("matrix", MATRIX)
COUNT_OPEN = _prepared("load", LOAD_OF_SOME + LOAD) | {
    "all": Prepared("report_load_all", LOAD_OF_ALL + LOAD, **TYPES)
}
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
    """What one person, or nobody (pk 0), has open: all, late, undated.

    all_undated and people: of everybody who has something open, shown or not.
    """

    pk: int
    first_name: str
    last_name: str
    usual_load: int | None
    open: int
    late: int
    undated: int
    all_undated: int
    people: int


class LateRow(NamedTuple):
    """One late, or undated, task of the report."""

    id: int
    public_id: str
    version: int
    title: str
    kind: str
    due_at: datetime | None
    created_at: datetime
    cause: str
    waiting_on_person: str
    patient_pk: int
    patient_id: str
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
    """Count what each person has open, late and undated, those with most late first.

    At most OWNERS people. 1 statement; shows no patient.
    """
    params = _params(actor, now, ()) | {"limit": OWNERS}
    return [Owner._make(row) for row in COUNT_OPEN[_whose(actor)].rows(params)]


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
