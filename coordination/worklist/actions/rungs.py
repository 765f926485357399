"""Who hears of a late task: the one place that decides it, in SQL (rules.md 4.2).

`RUNGS` continues a WITH after a table `late` (id, organization_id, team_id, patient_id,
assignee_id, due_at, level) and leaves a table `rung`: each row of `late` with `to_id`, the pk of
whoever is told at that level, or NULL when nobody holds that rung or one above. Its one parameter
is `now`. It has two steps, so that a new condition on *who is there* has one place to go:

- `holder`: one row for each team of the batch, with who holds each rung in it now. What makes
  somebody hold a rung (a live membership, a shift, being there, who covers for them) belongs into
  its FROM and WHERE; there are few teams and people, so joins are cheap here.
- `rung`: one row for each task. It only picks: the first rung at or above the level that somebody
  other than the owner holds. A look-up here is paid for every task, so keep it to columns of
  `late` and `holder` and to rows found by a unique index, as the patient's backup is.
"""

from __future__ import annotations

# Every live membership counts as on duty until shifts exist.
RUNGS = """
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
  SELECT l.*, CASE WHEN l.level = 0 THEN l.assignee_id
    ELSE coalesce(
      CASE WHEN l.level = 1 THEN nullif(coalesce(b.user_id, h.deputy), l.assignee_id) END,
      CASE WHEN l.level <= 2 AND l.assignee_id = ANY(h.nurses)
        THEN nullif(h.charge, l.assignee_id) END,
      CASE WHEN l.level = 3 AND NOT coalesce(l.assignee_id = ANY(h.nurses), false)
        THEN nullif(h.above, h.supervisor) END,
      nullif(h.supervisor, l.assignee_id)) END AS to_id
  FROM late l
  LEFT JOIN holder h ON h.team_id = l.team_id
  LEFT JOIN patients_assignment b ON l.level = 1 AND b.patient_id = l.patient_id
    AND b.team_id = l.team_id AND b.kind = 'backup' AND b.ends_at IS NULL)
"""
