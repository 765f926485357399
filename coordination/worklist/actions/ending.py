"""Ending the scope that admissions opened, where no task holds it open."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from patients.actions import end_assignments as end
from patients.rules import SCOPE_AFTER

STILL_OURS = """
SELECT DISTINCT a.patient_id FROM patients_assignment a
WHERE a.ends_at IS NULL AND a.stay_id IS NOT NULL AND a.starts_at < %(before)s AND EXISTS (
  SELECT 1 FROM worklist_task t
  WHERE t.patient_id = a.patient_id AND (t.is_open OR t.closed_at >= %(before)s))
"""


def end_assignments(now: datetime) -> int:
    """End every assignment an admission opened, 35 days after the last open stay or task.

    Returns how many ended. Source: rules.md 4.3. 2 statements, and one audit row an organization.
    """
    with connection.cursor() as cursor:
        cursor.execute(STILL_OURS, {"before": now - SCOPE_AFTER})
        keep = [row[0] for row in cursor.fetchall()]
    return end(now, keep)
