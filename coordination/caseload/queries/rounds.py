"""A round of one unit, bed by bed: who lies there, what is open, and when they were seen last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.access.models import Unit
from coordination.caseload.queries.owners import IN_PART, MINE_SQL, owner_params
from coordination.caseload.rules import LOOK_BACK, Day
from coordination.clocks.queries import working_calendars
from coordination.clocks.rules import Calendar
from patients.queries import SCOPE_SQL, scope_params

MOST_BEDS = 200
MOST_TASKS = 12

ROUNDS = f"""
WITH {MINE_SQL}
SELECT s.public_id, s.bed, s.admitted_at, s.expected_at, s.planned_disposition, s.facility_id,
  p.id, p.public_id, p.given, p.family, p.mrn, p.birth_date, p.sex, p.language,
  p.interpreter = 'needed', p.is_unlisted,
  (SELECT string_agg(trim(u.first_name || ' ' || u.last_name), ', ' ORDER BY a.id)
    FROM patients_assignment a JOIN access_user u ON u.id = a.user_id
    WHERE a.patient_id = p.id AND a.kind = 'primary' AND a.ends_at IS NULL),
  b.occurred_at, b.by, k.open, k.tasks
FROM patients_stay s JOIN patients_patient p ON p.id = s.patient_id
LEFT JOIN LATERAL (
  SELECT c.occurred_at, (SELECT trim(u.first_name || ' ' || u.last_name) FROM access_user u
      WHERE u.id = c.logged_by_id) AS by
  FROM outreach_call c WHERE c.patient_id = p.id AND c.status <> 'entered-in-error'
    AND c.channel = 'bedside' AND c.outcome IN ('reached-two-way', 'reached-caregiver')
  ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1) b ON true
CROSS JOIN LATERAL (
  SELECT count(*) AS open, (coalesce(json_agg(json_build_array(
      t.public_id, t.title, t.due_at, t.due_event) ORDER BY t.due_at NULLS LAST, t.id)
      FILTER (WHERE t.place <= {MOST_TASKS}), '[]')) AS tasks
  FROM (SELECT t.*, row_number() OVER (ORDER BY t.due_at NULLS LAST, t.id) AS place
    FROM worklist_task t WHERE t.patient_id = p.id AND t.is_open) t) k
WHERE {SCOPE_SQL} AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  AND p.merged_into_id IS NULL AND (s.unit_id = %(unit)s OR s.public_id = %(stay)s)
  AND (NOT %(only_mine)s OR p.id IN (
    SELECT o.patient_id FROM mine m JOIN patients_assignment o ON o.user_id = m.owner
      AND {IN_PART.format("o")}
    WHERE o.kind IN ('primary', 'nurse') AND o.ends_at IS NULL))
ORDER BY s.bed, p.id LIMIT {MOST_BEDS}
"""  # noqa: S608  only our own constants


class RoundsRow(NamedTuple):
    """One bed of a round. seen_at, seen_by: last contact at the bedside, and who logged it.

    tasks: [public id, title, due instant, due event] each, in due order, at most twelve of `open`.
    """

    stay_id: UUID
    bed: str
    admitted_at: datetime | None
    expected_at: datetime | None
    planned_disposition: str
    facility_id: int | None
    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    mrn: str
    birth_date: date | None
    sex: str
    language: str
    interpreter: bool
    is_unlisted: bool
    primary: str | None
    seen_at: datetime | None
    seen_by: str | None
    open: int
    tasks: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Round:
    """The beds of a round in their order, and the calendars by which *unseen* is counted."""

    rows: list[RoundsRow]
    calendars: Mapping[int | None, Calendar]

    def calendar_of(self, facility_id: int | None) -> Calendar:
        """Return the calendar by which a facility's business days are counted."""
        return self.calendars.get(facility_id) or self.calendars[None]


def round_of(
    actor: Actor,
    day: Day,
    *,
    unit: Unit | None = None,
    stay: UUID | None = None,
    only_mine: bool = False,
) -> Round:
    """Read a unit bed by bed, or one bed of it. 2 statements; adds the patients to `shown`."""
    today = day.now.astimezone(day.zone).date()
    params = {
        **scope_params(actor), **owner_params(actor), "unit": unit.pk if unit else None,
        "stay": stay, "only_mine": only_mine,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ROUNDS, params)
        rows = [RoundsRow(*row) for row in cursor.fetchall()]
    actor.shown.update(row.patient_pk for row in rows)
    return Round(rows, working_calendars(actor.organization_id, today - LOOK_BACK, today))
