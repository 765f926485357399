"""Notices up the ladder: who hears that a task is late, written set by set (rules.md 4.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from coordination.access.actor import system_actor
from coordination.access.audit import record
from coordination.access.models import Organization, Team
from coordination.access.rules import parse_steps
from coordination.access.settings_of import facility_setting
from coordination.events import publish
from coordination.worklist.events import TasksEscalated
from coordination.worklist.models import Task
from coordination.worklist.rules import Band, escalation_level

BATCH = 5000

# Who holds the rungs of each team now; every live membership counts as on duty until shifts exist.
# Parameters everywhere: now, level. `late` is what a caller puts in front: id, organization_id,
# team_id, patient_id, assignee_id, due_at, status.
TELL = """
, holder AS (
  SELECT m.team_id, min(m.user_id) FILTER (WHERE m.is_deputy) AS deputy,
    min(m.user_id) FILTER (WHERE m.role_id = 'charge') AS charge,
    min(m.user_id) FILTER (WHERE m.role_id = 'supervisor') AS supervisor,
    max(m.user_id) FILTER (WHERE m.role_id = 'supervisor') AS above,
    array_agg(m.user_id) FILTER (WHERE m.role_id IN ('nurse', 'charge')) AS nurses
  FROM access_membership m JOIN access_user u ON u.id = m.user_id AND u.is_active
  WHERE m.team_id IN (SELECT team_id FROM late)
    AND m.starts_at <= %(now)s AND (m.ends_at IS NULL OR m.ends_at > %(now)s)
  GROUP BY 1),
rung AS (
  SELECT l.*, CASE WHEN %(level)s = 0 THEN l.assignee_id
    ELSE coalesce(
      CASE WHEN %(level)s = 1 THEN nullif(coalesce(b.user_id, h.deputy), l.assignee_id) END,
      CASE WHEN %(level)s <= 2 AND l.assignee_id = ANY(h.nurses)
        THEN nullif(h.charge, l.assignee_id) END,
      CASE WHEN %(level)s = 3 AND NOT coalesce(l.assignee_id = ANY(h.nurses), false)
        THEN nullif(h.above, h.supervisor) END,
      nullif(h.supervisor, l.assignee_id)) END AS to_id
  FROM late l
  LEFT JOIN holder h ON h.team_id = l.team_id
  LEFT JOIN patients_assignment b ON b.patient_id = l.patient_id AND b.team_id = l.team_id
    AND b.kind = 'backup' AND b.ends_at IS NULL),
fresh AS (
  INSERT INTO worklist_escalation (organization_id, task_id, level, fired_at, to_id, by_id, note)
  SELECT r.organization_id, r.id, %(level)s, %(now)s,
    CASE WHEN e.heard < 2 THEN r.to_id END, %(by)s, %(note)s
  FROM rung r, LATERAL (
    SELECT coalesce(max(x.level), -1) AS top, count(*) FILTER (WHERE x.to_id = r.to_id) AS heard
    FROM worklist_escalation x WHERE x.task_id = r.id) e
  WHERE e.top < %(level)s
  ON CONFLICT DO NOTHING
  RETURNING task_id, to_id),
said AS (
  INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, user_id, after, why)
  SELECT l.organization_id, l.id, 'escalated', %(now)s, %(by)s, %(level)s::text, %(note)s
  FROM fresh f JOIN late l ON l.id = f.task_id)
SELECT l.id, l.patient_id, l.due_at, f.task_id IS NOT NULL, f.to_id
FROM late l LEFT JOIN fresh f ON f.task_id = l.id ORDER BY l.due_at, l.id
"""
COLUMNS = "id, organization_id, team_id, patient_id, assignee_id, due_at, status"
BY_DUE = f"""
WITH late AS MATERIALIZED (
  SELECT {COLUMNS} FROM worklist_task
  WHERE is_open AND due_at <= %(upto)s AND due_at >= %(from_due)s
    AND (due_at, id) > (%(from_due)s, %(from_id)s) AND team_id = ANY(%(teams)s)
    AND (status <> 'on-hold' OR clock_id IS NOT NULL)
  ORDER BY due_at, id LIMIT {BATCH}){TELL}"""  # noqa: S608  constants only
ANY_DUE = """
SELECT EXISTS (SELECT 1 FROM worklist_task WHERE is_open AND due_at <= %s AND due_at >= %s)
"""
BY_ID = f"""
WITH late AS MATERIALIZED (
  SELECT {COLUMNS} FROM worklist_task WHERE is_open AND id = ANY(%(ids)s)){TELL}"""  # noqa: S608  constants only


@dataclass(frozen=True, slots=True)
class Told:
    """One task of a batch. is_fresh: a notice was written now, to `to_id` if anybody holds it."""

    task_id: int
    patient_id: int
    due_at: datetime
    is_fresh: bool
    to_id: int | None


def tell_band(
    band: Band, teams: Sequence[int], now: datetime, after: tuple[datetime, int]
) -> list[Told]:
    """Write the notices of one batch of one band, in the caller's transaction. 1 statement.

    after: (due, pk) of the last row of the batch before.
    """
    return _tell(
        BY_DUE, band.level, now, upto=band.upto, from_due=after[0], from_id=after[1],
        teams=list(teams),
    )  # fmt: skip


def holds_any(band: Band, since: datetime) -> bool:
    """Say whether any open task is due in the band: most ticks of an idle house find none."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_DUE, [band.upto, since])
        return bool(cursor.fetchone()[0])


def tell_tasks(
    ids: Iterable[int], level: int, now: datetime, *, by: int | None = None, note: str = ""
) -> list[Told]:
    """Write the notices of these tasks at one level, in the caller's transaction. 1 statement."""
    return _tell(BY_ID, level, now, by=by, note=note, ids=list(ids))


def _tell(
    sql: str, level: int, now: datetime, *, by: int | None = None, note: str = "", **params: Any
) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"level": level, "now": now, "by": by, "note": note[:200], **params})
        return [Told(*row) for row in cursor.fetchall()]


def steps_of(facility: int | None) -> tuple[timedelta, ...]:
    """Return a facility's escalation steps; none while it has not settled them."""
    text = facility_setting(facility, "escalation_steps")
    return parse_steps(text) if text else ()


def tell_if_late(tasks: Iterable[Task], now: datetime) -> None:
    """Write the notices of tasks that are late already: the sweep's window has passed them by.

    No statement when none is late, which is nearly always; else a few a level, however many tasks.
    """
    late = [task for task in tasks if task.due_at is not None and task.due_at < now]
    if not late:
        return
    teams = {task.team_id for task in late}
    facilities = dict(Team.objects.filter(pk__in=teams).values_list("pk", "facility_id"))
    steps = {pk: steps_of(pk) for pk in set(facilities.values())}
    by_level: dict[tuple[int, int], list[int]] = defaultdict(list)
    for task in late:
        level = escalation_level(task.due_at, now, steps[facilities[task.team_id]])  # type: ignore[arg-type]
        if level is not None:
            by_level[task.organization_id, level].append(task.pk)
    for (organization_id, level), ids in sorted(by_level.items()):
        announce(organization_id, level, tell_tasks(ids, level, now), now)


def announce(organization_id: int, level: int, told: Sequence[Told], now: datetime) -> int:
    """Write one audit row for a batch and publish one event; return how many notices were new."""
    fresh = [one for one in told if one.is_fresh]
    if not fresh:
        return 0
    organization = Organization.objects.get(pk=organization_id)
    actor = system_actor("worklist.escalate_late", organization)
    record(
        actor, "task.escalate", now=now, patients={one.patient_id for one in fresh},
        detail={"level": level, "tasks": len(fresh)},
    )  # fmt: skip
    ids = tuple(one.task_id for one in fresh)
    publish(
        TasksEscalated(actor=actor, at=now, organization_id=organization_id, ids=ids, level=level)
    )
    return len(fresh)
