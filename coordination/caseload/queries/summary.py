"""The numbers of one person's day, by one constant statement (speed.md T1)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from coordination.access.actor import Actor
from coordination.caseload.queries.owners import (
    IN_PART,
    IS_MINE,
    MINE_SQL,
    OWNER_TYPES,
    owner_params,
)
from coordination.caseload.rules import Day
from coordination.prepared import Prepared
from patients.queries import SCOPE_SQL, SCOPE_TYPES, scope_params

CAP = 1000

SUMMARY = f"""
WITH {MINE_SQL},
work AS (
  SELECT t.id, t.due_at, t.status, t.patient_id, t.waiting_since, s.expected_at, s.departed_at,
         s.unit_id
  FROM mine m CROSS JOIN LATERAL (
    SELECT t.* FROM worklist_task t WHERE {IS_MINE} AND t.is_open
    ORDER BY t.due_at, t.id LIMIT {CAP + 1}) t
  JOIN patients_patient p ON p.id = t.patient_id
  LEFT JOIN LATERAL (
    SELECT s.expected_at, s.departed_at, s.unit_id FROM patients_stay s
    WHERE s.patient_id = p.id AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
    ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
  WHERE {SCOPE_SQL}
  ORDER BY t.due_at, t.id LIMIT {CAP + 1}),
done AS (  -- by team first: the index of done work begins with it
  SELECT t.closed_at FROM worklist_task t
  WHERE t.team_id = ANY(%(team_ids)s) AND t.status = 'completed'
    AND t.closed_at >= %(begins)s AND t.closed_at < %(ends)s AND t.assignee_id = ANY(%(owners)s)
  ORDER BY t.closed_at LIMIT 100)
SELECT
  count(*) FILTER (WHERE due_at < %(now)s),
  min(due_at),
  count(*) FILTER (WHERE due_at >= %(now)s AND due_at < %(soon)s AND status <> 'on-hold'),
  min(due_at) FILTER (WHERE due_at >= %(now)s),
  count(*) FILTER (WHERE due_at < %(ends)s AND (status <> 'on-hold' OR due_at < %(now)s)),
  count(*) FILTER (WHERE due_at IS NULL AND status <> 'on-hold'),
  count(DISTINCT patient_id) FILTER (
    WHERE expected_at >= %(begins)s AND expected_at < %(ends)s AND departed_at IS NULL),
  (SELECT count(DISTINCT a.patient_id) FROM mine m JOIN patients_assignment a
     ON a.user_id = m.owner AND {IN_PART.format("a")}
   WHERE a.kind <> 'backup' AND a.ends_at IS NULL),
  (SELECT array_agg(DISTINCT u.code ORDER BY u.code) FROM access_unit u
   WHERE u.id IN (SELECT unit_id FROM work)),
  (array_agg(due_at ORDER BY due_at) FILTER (WHERE due_at < %(ends)s))[:100],
  (SELECT array_agg(closed_at) FROM done),
  count(*) FILTER (WHERE waiting_since IS NOT NULL),
  count(*),
  coalesce(max(id), 0),
  count(*) FILTER (WHERE status = 'requested'),
  count(*) FILTER (WHERE id > %(seen)s AND status <> 'requested')
FROM work
"""  # noqa: S608  only our own constants

MY_SUMMARY = Prepared(
    "caseload_summary", SUMMARY, **SCOPE_TYPES, **OWNER_TYPES, now="timestamptz",
    soon="timestamptz", begins="timestamptz", ends="timestamptz", seen="bigint",
)  # fmt: skip
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
        **owner_params(actor),
        "now": day.now,
        "soon": day.soon,
        "begins": day.begins,
        "ends": day.ends,
        "seen": seen.newest if seen else NEWEST,
    }
    found = MY_SUMMARY.row(params)
    return Summary._make(found or ())
