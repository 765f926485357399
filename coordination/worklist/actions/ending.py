"""Ending the scope that admissions and moves opened, where no task holds it open."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from patients.actions import end_assignments as end
from patients.actions import end_some
from patients.rules import SCOPE_AFTER

STILL_OURS = """
SELECT DISTINCT a.patient_id FROM patients_assignment a
WHERE a.ends_at IS NULL AND a.stay_id IS NOT NULL AND a.starts_at < %(before)s AND EXISTS (
  SELECT 1 FROM worklist_task t
  WHERE t.patient_id = a.patient_id AND (t.is_open OR t.closed_at >= %(before)s))
"""


# Teams of other units that handed a patient over in part, and owe nothing any more.
LEFT_BEHIND = """
SELECT DISTINCT a.id FROM worklist_ownerproposal o
JOIN patients_assignment a ON a.patient_id = o.patient_id AND a.ends_at IS NULL
  AND a.team_id <> o.team_id AND a.starts_at < o.answered_at
WHERE o.is_taken AND o.answered_at >= %(before)s
  AND EXISTS (SELECT 1 FROM access_team_units n WHERE n.team_id = a.team_id)
  AND NOT EXISTS (SELECT 1 FROM access_team_units n JOIN patients_stay s ON s.unit_id = n.unit_id
    WHERE n.team_id = a.team_id AND s.patient_id = a.patient_id
      AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave'))
  AND NOT EXISTS (SELECT 1 FROM worklist_task t
    WHERE t.patient_id = a.patient_id AND t.team_id = a.team_id AND t.is_open)
  AND EXISTS (SELECT 1 FROM patients_assignment b WHERE b.patient_id = o.patient_id
    AND b.team_id = o.team_id AND b.ends_at IS NULL AND b.user_id IS NOT NULL)
"""


def end_assignments(now: datetime) -> int:
    """End what admissions opened, 35 days after the last open stay or task, and what moves left.

    A team that handed a patient over in part sees them as long as it owes something. Returns how
    many ended. Source: rules.md 4.3. 4 statements, and one audit row an organization for each.
    """
    before = now - SCOPE_AFTER
    with connection.cursor() as cursor:
        cursor.execute(STILL_OURS, {"before": before})
        keep = [row[0] for row in cursor.fetchall()]
        cursor.execute(LEFT_BEHIND, {"before": before})
        behind = [row[0] for row in cursor.fetchall()]
    return end(now, keep) + end_some(now, behind)
