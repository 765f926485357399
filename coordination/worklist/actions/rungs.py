"""Who hears of a late task: the one place that decides it, in SQL (rules.md 4.2).

`RUNGS` continues a WITH after a table `late` (id, organization_id, team_id, patient_id,
assignee_id, due_at, level) and leaves a table `rung`: each row of `late` with `to_id`, the pk of
whoever is told at that level, or NULL when nobody holds that rung or one above. Its one parameter
is `now`. It has steps, so that a new condition on *who is there* has one place to go:

- `on_shift`, `absent`, `member`: who is confirmed on duty in which team, who covers for whom, and
  each live member of a team of the batch with whether they are here.
- `holder`: one row for each team of the batch, with who holds each rung in it now. What makes
  somebody hold a rung (a live membership, a shift, being there, who covers for them) belongs above
  it; there are few teams and people, so joins are cheap here.
- `rung`: one row for each task. It only picks: the first rung at or above the level that somebody
  other than the owner holds. A look-up here is paid for every task, so keep it to columns of
  `late` and `holder` and to rows found by a unique index, as the patient's backup is.
"""

from __future__ import annotations

# A team with no shift under way does not keep shifts at this hour: every live membership counts
# (docs/decisions/0009). The owner hears at level 0 even at home, in their own list, unless somebody
# covers for them. A supervisor always answers: off shift rather than nobody.
RUNGS = """
, on_shift AS MATERIALIZED (
  SELECT coalesce(s.team_id, n.team_id) AS team_id, s.user_id, s.role_id
  FROM access_shift s LEFT JOIN access_team_units n ON n.unit_id = s.unit_id
  WHERE s.organization_id IN (SELECT organization_id FROM late) AND s.confirmed_at IS NOT NULL
    AND s.ends_at > %(now)s AND s.starts_at <= %(now)s
    AND coalesce(s.ended_at, s.ends_at) > %(now)s),
absent AS MATERIALIZED (
  SELECT DISTINCT ON (c.away_id, c.team_id, x.patient_id)
    c.away_id, c.team_id, x.patient_id, c.covering_id
  FROM access_cover c JOIN access_user u ON u.id = c.covering_id AND u.is_active
  LEFT JOIN LATERAL unnest(c.patients) AS x (patient_id) ON true
  WHERE c.organization_id IN (SELECT organization_id FROM late) AND c.accepted_at IS NOT NULL
    AND c.starts_at <= %(now)s AND coalesce(c.ended_at, c.ends_at) > %(now)s
  ORDER BY 1, 2, 3, c.id),
member AS MATERIALIZED (
  SELECT m.team_id, m.user_id, m.role_id, m.is_deputy, k.keeps, a.covering_id,
    a.covering_id IS NULL AND (NOT k.keeps OR m.user_id IN (SELECT user_id FROM on_shift))
      AS is_here
  FROM access_membership m JOIN access_user u ON u.id = m.user_id AND u.is_active
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM on_shift o WHERE o.team_id = m.team_id) AS keeps) k
  LEFT JOIN LATERAL (
    SELECT a.covering_id FROM absent a
    WHERE a.away_id = m.user_id AND a.team_id = m.team_id LIMIT 1) a ON true
  WHERE m.team_id IN (SELECT team_id FROM late)
    AND m.starts_at <= %(now)s AND (m.ends_at IS NULL OR m.ends_at > %(now)s)),
holder AS (
  SELECT m.team_id,
    min(m.user_id) FILTER (WHERE m.is_deputy AND m.is_here) AS deputy,
    CASE WHEN bool_or(m.keeps) THEN (
        SELECT min(o.user_id) FROM on_shift o
        WHERE o.team_id = m.team_id AND o.role_id = 'charge' AND NOT EXISTS (
          SELECT 1 FROM absent a WHERE a.away_id = o.user_id AND a.team_id = m.team_id))
      ELSE min(m.user_id) FILTER (WHERE m.role_id = 'charge' AND m.is_here) END AS charge,
    coalesce(min(m.user_id) FILTER (WHERE m.role_id = 'supervisor' AND m.is_here),
      min(m.user_id) FILTER (WHERE m.role_id = 'supervisor' AND m.covering_id IS NULL),
      min(m.covering_id) FILTER (WHERE m.role_id = 'supervisor')) AS supervisor,
    coalesce(max(m.user_id) FILTER (WHERE m.role_id = 'supervisor' AND m.is_here),
      max(m.user_id) FILTER (WHERE m.role_id = 'supervisor' AND m.covering_id IS NULL)) AS above,
    array_agg(m.user_id) FILTER (WHERE m.role_id IN ('nurse', 'charge')) || (
      SELECT array_agg(o.user_id) FROM on_shift o
      WHERE o.team_id = m.team_id AND o.role_id IN ('nurse', 'charge')) AS nurses,
    array_agg(m.user_id) FILTER (WHERE NOT m.is_here) AS gone
  FROM member m GROUP BY 1),
rung AS (
  SELECT l.*, CASE WHEN l.level = 0 THEN coalesce(o.acting, l.assignee_id)
    ELSE coalesce(
      CASE WHEN l.level = 1 THEN nullif(nullif(coalesce(
        CASE WHEN b.user_id = ANY(h.gone) THEN NULL ELSE b.user_id END, h.deputy),
        l.assignee_id), o.acting) END,
      CASE WHEN l.level <= 2 AND l.assignee_id = ANY(h.nurses)
        THEN nullif(nullif(h.charge, l.assignee_id), o.acting) END,
      CASE WHEN l.level = 3 AND NOT coalesce(l.assignee_id = ANY(h.nurses), false)
        THEN nullif(h.above, h.supervisor) END,
      nullif(nullif(h.supervisor, l.assignee_id), o.acting)) END AS to_id
  FROM late l
  LEFT JOIN holder h ON h.team_id = l.team_id
  LEFT JOIN LATERAL (
    SELECT a.covering_id AS acting FROM absent a
    WHERE (SELECT true FROM absent LIMIT 1)  -- asked once: mostly nobody is away
      AND a.away_id = l.assignee_id AND a.team_id = l.team_id
      AND (a.patient_id IS NULL OR a.patient_id = l.patient_id)
    ORDER BY a.patient_id LIMIT 1) o ON true
  LEFT JOIN patients_assignment b  -- no look-up but at level 1: NULL finds nothing
    ON b.patient_id = CASE WHEN l.level = 1 THEN l.patient_id END
    AND b.team_id = l.team_id AND b.kind = 'backup' AND b.ends_at IS NULL)
"""
