"""The sweep that finds clocks whose time has passed. Set-based: two statements a batch."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection, transaction

from coordination.access.actor import system_actor
from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.clocks.events import ClocksBreached
from coordination.events import publish

BATCH = 500
LOST = "breached"

# Late means past in whole seconds: 23:59:59 is in time until 00:00:00. A rule that asks for no
# evidence is a period, which its end closes.
SWEEP = """
WITH late AS (
  SELECT c.id, cardinality(r.evidence) = 0 AS is_period
  FROM clocks_clock c JOIN clocks_deadlinerule r ON r.id = c.rule_id
  WHERE c.state = 'running' AND c.due_at < date_trunc('second', %(now)s::timestamptz)
  ORDER BY c.due_at LIMIT %(batch)s FOR UPDATE OF c SKIP LOCKED
), moved AS (
  UPDATE clocks_clock c SET version = c.version + 1,
    state = CASE WHEN late.is_period THEN 'satisfied' ELSE 'breached' END,
    satisfied_by = CASE WHEN late.is_period THEN 'period-end' ELSE c.satisfied_by END,
    satisfied_at = CASE WHEN late.is_period THEN c.due_at ELSE c.satisfied_at END
  FROM late WHERE c.id = late.id
  RETURNING c.id, c.organization_id, c.patient_id, c.state
), told AS (
  INSERT INTO access_statusevent (organization_id, subject_kind, subject_id, before, after, why, at)
  SELECT organization_id, 'clocks.clock', id, 'running', state, '', %(now)s FROM moved
)
SELECT id, organization_id, patient_id, state FROM moved ORDER BY id
"""


@transaction.atomic
def breach_due(now: datetime) -> int:
    """Mark up to 500 running clocks whose due instant has passed; returns how many.

    Publishes one ClocksBreached per organization in the batch. Call until it returns 0; several
    workers may, rows that one holds are skipped by the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"now": now, "batch": BATCH})
        rows = cursor.fetchall()
    lost = defaultdict(list)
    for pk, organization_id, patient_id, state in rows:
        if state == LOST:
            lost[organization_id].append((pk, patient_id))
    for organization in Organization.objects.filter(pk__in=lost) if lost else ():
        found = lost[organization.pk]
        actor = system_actor("clocks.breach_due", organization)
        record(
            actor, "clock.breach", None, now,
            patients={patient_id for _pk, patient_id in found}, detail={"count": len(found)},
        )  # fmt: skip
        publish(
            ClocksBreached(
                actor=actor, at=now, organization_id=organization.pk,
                ids=tuple(pk for pk, _patient_id in found),
            )
        )  # fmt: skip
    return len(rows)
