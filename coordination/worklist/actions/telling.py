"""Notices up the ladder, set by set: one statement writes a batch's notices, events and trail.

Nothing is done per row in Python: the level, who is told (`rungs.py`) and the audit rows are the
statement's; back come counts and pks, for one event each organization and level.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db import connection

from coordination.access.actor import organization_of, system_actor
from coordination.access.audit import SYSTEM_ROWS
from coordination.access.rules import parse_steps
from coordination.access.settings_of import values_in_use
from coordination.events import publish
from coordination.worklist.actions.rungs import RUNGS
from coordination.worklist.events import TasksEscalated
from coordination.worklist.models import Task
from coordination.worklist.rules import Window

BATCH = 5000
DAWN = datetime(1, 1, 1, tzinfo=UTC)
LAST_ID = 2**63 - 1  # nothing due at a window's lower edge itself
JOB = "worklist.escalate_late"
STEPS = "escalation_steps"  # the setting

COLUMNS = "t.id, t.organization_id, t.team_id, t.patient_id, t.assignee_id, t.due_at"
# The steps each facility has settled, as instants: due at or before the first means level 1.
LADDER = """
WITH ladder AS (
  SELECT f.facility_id, v.first, v.second, v.third
  FROM unnest(%(steps)s::text[], %(first)s::timestamptz[], %(second)s::timestamptz[],
    %(third)s::timestamptz[]) AS v (steps, first, second, third)
  JOIN access_facilitysetting f ON f.key = 'escalation_steps' AND f.value = v.steps)"""
LEVEL = """
  (coalesce(t.due_at <= y.first, false)::int + coalesce(t.due_at <= y.second, false)::int
    + coalesce(t.due_at <= y.third, false)::int)::smallint AS level"""
OF_TEAM = (
    "JOIN access_team m ON m.id = t.team_id LEFT JOIN ladder y ON y.facility_id = m.facility_id"
)
# Bounds stand in the text as constants, or the planner would read and sort all that is late.
IN_WINDOW = f"""
    (SELECT {COLUMNS} FROM worklist_task t
    WHERE t.is_open AND t.due_at <= %(upto{{0}})s AND t.due_at >= %(after{{0}})s
      AND (t.due_at, t.id) > (%(after{{0}})s, %(after_id{{0}})s)
      AND (t.status <> 'on-hold' OR t.clock_id IS NOT NULL)
    ORDER BY t.due_at, t.id LIMIT {BATCH})"""  # noqa: S608  constants only
BY_ID = f"""{LADDER}, late AS MATERIALIZED (
  SELECT {COLUMNS}, {LEVEL} FROM worklist_task t {OF_TEAM}
  WHERE t.is_open AND t.id = ANY(%(ids)s) AND t.due_at < %(now)s)"""  # noqa: S608  constants only
AT_LEVEL = f"""
WITH late AS MATERIALIZED (
  SELECT {COLUMNS}, %(level)s::smallint AS level FROM worklist_task t
  WHERE t.is_open AND t.id = ANY(%(ids)s))"""  # noqa: S608  constants only
# What was told before is read once: for each row, a plan made while the table was small would
# walk through what the batch itself has written.
TELL = f"""{RUNGS},
told_before AS MATERIALIZED (
  SELECT x.task_id, max(x.level) AS top, array_agg(x.to_id) AS heard
  FROM worklist_escalation x WHERE x.task_id IN (SELECT id FROM late) GROUP BY 1),
fresh AS (
  INSERT INTO worklist_escalation (organization_id, task_id, level, fired_at, to_id, by_id, note)
  SELECT r.organization_id, r.id, r.level, %(now)s,
    CASE WHEN cardinality(array_positions(b.heard, r.to_id)) >= 2 THEN NULL ELSE r.to_id END,
    %(by)s, %(note)s
  FROM rung r LEFT JOIN told_before b ON b.task_id = r.id
  WHERE b.top IS NULL OR b.top < r.level
  ON CONFLICT DO NOTHING
  RETURNING task_id, organization_id, level),
said AS (
  INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, user_id, after, why)
  SELECT organization_id, task_id, 'escalated', %(now)s, %(by)s, level::text, %(note)s FROM fresh),
told AS MATERIALIZED (
  SELECT f.organization_id, f.level, array_agg(f.task_id) AS ids,
    array_agg(DISTINCT l.patient_id) AS patients,
    jsonb_build_object('level', f.level, 'tasks', count(*)) AS detail
  FROM fresh f JOIN late l ON l.id = f.task_id GROUP BY 1, 2),
trail AS ({SYSTEM_ROWS} told),
edge AS (
  SELECT count(*) OVER () AS rows, due_at, id FROM late ORDER BY due_at DESC, id DESC LIMIT 1)
SELECT e.rows, e.due_at, e.id, o.organization_id, o.level, o.ids
FROM edge e LEFT JOIN told o ON true
"""  # noqa: S608  constants only
TELL_LATE, TELL_LEVEL = BY_ID + TELL, AT_LEVEL + TELL
ANY_DUE = """
SELECT EXISTS (
  SELECT 1 FROM unnest(%(after)s::timestamptz[], %(upto)s::timestamptz[]) AS w (after, upto)
  JOIN worklist_task t ON t.is_open AND t.due_at > w.after AND t.due_at <= w.upto)
"""


Ladders = Mapping[str, Sequence[timedelta]]  # as typed: the steps


class Heard(NamedTuple):
    """The new notices of one batch at one level of one organization. ids: of their tasks."""

    organization_id: int
    level: int
    ids: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one statement did. last: (due, pk) of the last task it read, if there may be more."""

    heard: list[Heard]
    last: tuple[datetime, int] | None = None

    @property
    def fresh(self) -> int:
        """Return how many notices are new."""
        return sum(len(one.ids) for one in self.heard)


NOTHING = Batch([])


def ladders(texts: Iterable[str]) -> Ladders:
    """Return the ladders in use: as the facilities typed them, and their steps.

    A facility that has not settled its steps has none: there only the owner hears.
    """
    return {text: parse_steps(text) for text in texts}


def cuts_of(steps: Ladders, now: datetime) -> dict[str, Any]:
    """Return the ladders as the statements read them: the instants of their steps."""
    columns = dict.fromkeys(("first", "second", "third"), [None] * len(steps))
    cuts = zip_longest(*([now - step for step in one] for one in steps.values()))
    return {"steps": list(steps), **columns, **dict(zip(columns, map(list, cuts), strict=False))}


@cache
def sweep_batch(windows: int) -> str:
    """Return the statement for one batch from so many windows."""
    parts = "\n    UNION ALL".join(IN_WINDOW.format(number) for number in range(windows))
    first = f"ORDER BY t.due_at, t.id LIMIT {BATCH}" if windows > 1 else ""
    return f"""{LADDER}, late AS MATERIALIZED (
  SELECT {COLUMNS}, {LEVEL} FROM ({parts}) t {OF_TEAM} {first}){TELL}"""  # noqa: S608  constants only


def holds_any(windows: Sequence[Window]) -> bool:
    """Say whether any open task is due in the windows: most ticks of an idle house find none."""
    with connection.cursor() as cursor:
        cursor.execute(
            ANY_DUE,
            {
                "after": [window.after or DAWN for window in windows],
                "upto": [window.upto for window in windows],
            },
        )
        return bool(cursor.fetchone()[0])


def tell_windows(windows: Sequence[Window], now: datetime, steps: Ladders) -> Batch:
    """Write the notices of the next batch, oldest due first, in the caller's transaction.

    1 statement.
    """
    bounds: dict[str, Any] = {}
    for number, window in enumerate(windows):
        bounds[f"after{number}"] = window.after or DAWN
        bounds[f"after_id{number}"] = window.after_id
        bounds[f"upto{number}"] = window.upto
    return _tell(sweep_batch(len(windows)), now, **bounds, **cuts_of(steps, now))


def tell_level(ids: Iterable[int], level: int, now: datetime, *, by: int | None, note: str) -> None:
    """Write the notices of these tasks at one level, in the caller's transaction. 1 statement."""
    _tell(TELL_LEVEL, now, by=by, note=note, ids=list(ids), level=level)


def tell_if_late(tasks: Iterable[Task], now: datetime) -> None:
    """Write the notices of tasks that are late already: the sweep's window has passed them by.

    No statement when none is late, which is nearly always; else 2, however many tasks.
    """
    late = [task.pk for task in tasks if task.due_at is not None and task.due_at < now]
    if late:
        _tell(TELL_LATE, now, ids=late, **cuts_of(ladders(values_in_use(STEPS)), now))


def _tell(
    sql: str, now: datetime, *, by: int | None = None, note: str = "", **params: Any
) -> Batch:
    values = {
        "now": now, "by": by, "note": note[:200], "action": "task.escalate", "job": JOB,
        "request_id": uuid.uuid4().hex, **params,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    if not found:
        return NOTHING
    rows, due_at, pk = found[0][:3]
    heard = [Heard._make(row[3:]) for row in found if row[3] is not None]
    for one in heard:
        actor = system_actor(JOB, organization_of(one.organization_id))
        publish(
            TasksEscalated(
                actor=actor, at=now, organization_id=one.organization_id, ids=tuple(one.ids),
                level=one.level,
            )
        )  # fmt: skip
    return Batch(heard, (due_at, pk) if rows == BATCH else None)
