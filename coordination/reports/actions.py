"""Counting the day: what the overdue report says of the past."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from coordination.access.models import Organization
from coordination.reports import rules

COUNTING_HOUR = time(18, 0)

COUNT = """
INSERT INTO reports_dailycount (organization_id, team_id, day, measure, value, counted_at)
SELECT %(organization)s, found.team_id, %(day)s, found.measure, found.value, %(at)s FROM (
  SELECT team_id, 'late:' || coalesce(nullif(waiting_on_kind, ''), 'ours') AS measure,
         count(*) AS value
  FROM worklist_task WHERE organization_id = %(organization)s AND is_open AND due_at < %(at)s
  GROUP BY 1, 2
  UNION ALL
  SELECT team_id, %(median)s,
         extract(epoch FROM %(at)s - percentile_disc(0.5) WITHIN GROUP (ORDER BY due_at))::int / 60
  FROM worklist_task WHERE organization_id = %(organization)s AND is_open AND due_at < %(at)s
  GROUP BY 1
  UNION ALL
  SELECT team_id, %(undated)s, count(*) FROM worklist_task
  WHERE organization_id = %(organization)s AND is_open AND due_at IS NULL GROUP BY 1
  UNION ALL
  SELECT team_id, %(done)s, count(*) FROM worklist_task
  WHERE team_id = ANY(%(teams)s) AND status = 'completed' AND due_at IS NOT NULL
    AND closed_at > %(since)s AND closed_at <= %(at)s GROUP BY 1
  UNION ALL
  SELECT team_id, %(on_time)s, count(*) FROM worklist_task
  WHERE team_id = ANY(%(teams)s) AND status = 'completed' AND closed_at <= due_at
    AND closed_at > %(since)s AND closed_at <= %(at)s GROUP BY 1) found
ON CONFLICT (team_id, day, measure) DO NOTHING
"""


@transaction.atomic
def count_day(organization: Organization, now: datetime) -> int:
    """Store today's counts of every team, once; returns how many numbers were written.

    now: an instant at or after the counting hour (18:00 in the organization's zone); before it
    nothing is counted. A second call on the same day writes nothing. Set-based: one statement.
    """
    local = now.astimezone(ZoneInfo(organization.zone))
    if local.time() < COUNTING_HOUR:
        return 0
    team_ids = list(organization.team_set.values_list("pk", flat=True))
    params: dict[str, Any] = {
        "organization": organization.pk,
        "day": local.date(),
        "at": now,
        "since": now - timedelta(days=1),
        "teams": team_ids,
        "median": rules.MEDIAN,
        "undated": rules.UNDATED,
        "done": rules.DONE,
        "on_time": rules.DONE_ON_TIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, params)
        return int(cursor.rowcount)
