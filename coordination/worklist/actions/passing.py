"""What nobody answered in the set time goes to whoever is on call: one notice each, set by set."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from coordination.access.actor import organization_of, system_actor
from coordination.access.audit import SYSTEM_ROWS
from coordination.events import publish
from coordination.worklist.actions.rungs import RUNGS
from coordination.worklist.events import RequestsPassedOn
from coordination.worklist.queries import acts

BATCH = 500
JOB = "worklist.pass_on_requests"
# `late` is what RUNGS reads: who holds which rung in each team at this moment. Whoever is on call
# for the team is asked: its supervisor on shift, else who answers for them; never who asked, and
# only somebody who may decide.
PASS_ON = f"""
WITH late AS MATERIALIZED (
  SELECT q.id, q.organization_id, q.team_id, q.patient_id, q.asked_by_id AS assignee_id,
    q.answer_by AS due_at, 3::smallint AS level, q.act
  FROM worklist_approvalrequest q
  WHERE q.state = 'asked' AND q.passed_at IS NULL AND q.answer_by <= %(now)s
  ORDER BY q.answer_by, q.id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
{RUNGS},
decides AS (
  SELECT DISTINCT m.user_id, a.act
  FROM unnest(%(acts)s::text[], %(permissions)s::text[]) AS a (act, permission)
  JOIN access_role r ON a.permission = ANY(r.permissions)
  JOIN access_membership m ON m.role_id = r.slug AND m.starts_at <= %(now)s
    AND (m.ends_at IS NULL OR m.ends_at > %(now)s)
    AND m.organization_id IN (SELECT organization_id FROM late)),
told AS MATERIALIZED (
  SELECT l.id, l.organization_id, l.patient_id, (
    SELECT o.user_id FROM unnest(ARRAY[h.supervisor, h.above]) WITH ORDINALITY AS o (user_id, nr)
    JOIN decides d ON d.user_id = o.user_id AND d.act = l.act
    WHERE o.user_id <> l.assignee_id ORDER BY o.nr LIMIT 1) AS to_id
  FROM late l LEFT JOIN holder h ON h.team_id = l.team_id),
passed AS (
  UPDATE worklist_approvalrequest q SET passed_at = %(now)s, passed_to_id = t.to_id
  FROM told t WHERE t.id = q.id RETURNING q.id, q.organization_id, q.patient_id),
batch AS MATERIALIZED (
  SELECT organization_id, array_agg(id) AS ids, array_agg(DISTINCT patient_id) AS patients,
    jsonb_build_object('requests', count(*)) AS detail
  FROM passed GROUP BY 1),
trail AS ({SYSTEM_ROWS} batch)
SELECT organization_id, ids FROM batch
"""  # noqa: S608  constants only


def pass_on_requests(now: datetime) -> int:
    """Pass what nobody answered in time to who is on call, once; return how many.

    The version stays: an answer under way is not disturbed. Each batch of 500 commits by itself,
    so this must not run inside a transaction. 1 statement a batch.
    """
    count = 0
    while done := _pass_batch(now):
        count += done
        if done < BATCH:
            break
    return count


@transaction.atomic
def _pass_batch(now: datetime) -> int:
    table = acts().values()
    values: dict[str, Any] = {
        "now": now, "acts": [act.code for act in table],
        "permissions": [act.decide for act in table], "action": "request.pass_on", "job": JOB,
        "request_id": uuid.uuid4().hex,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PASS_ON, values)
        found = cursor.fetchall()
    for organization_id, ids in found:
        actor = system_actor(JOB, organization_of(organization_id))
        publish(
            RequestsPassedOn(actor=actor, at=now, organization_id=organization_id, ids=tuple(ids))
        )
    return sum(len(ids) for _organization, ids in found)
