"""One unit as its charge nurse needs it: every bed, who has it, what is late, who is leaving."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from coordination.access.actor import Actor
from coordination.access.models import Unit
from patients.queries import SCOPE_SQL, scope_params

MOST_BEDS = 200
NOTICES = 20
BEFORE = timedelta(days=3)  # how far back the sheet looks for who had a bed last

STAYS = f"""
  FROM patients_stay s JOIN patients_patient p ON p.id = s.patient_id
  WHERE {SCOPE_SQL} AND s.unit_id = %(unit)s
    AND s.status IN ('planned', 'arrived', 'triaged', 'in-progress', 'onleave')
"""
ON_NOW = (
    "h.confirmed_at IS NOT NULL AND h.starts_at <= %(now)s"
    " AND coalesce(h.ended_at, h.ends_at) > %(now)s"
)
BEDS = f"""
WITH teams AS (SELECT team_id FROM access_team_units WHERE unit_id = %(unit)s)
SELECT b.*, n.user_id, n.name, n.initials, n.on_unit, was.user_id, l.late, l.due_at, l.title
FROM (SELECT s.public_id, s.bed, s.status, s.admitted_at, s.expected_at, p.id AS patient_pk,
    p.public_id AS patient_id, p.given, p.family, p.birth_date, p.sex, p.is_unlisted,
    s.severity, s.version {STAYS}
  ORDER BY s.status = 'planned', s.bed, p.id LIMIT {MOST_BEDS}) b
LEFT JOIN LATERAL (
  SELECT a.user_id, trim(u.first_name || ' ' || u.last_name) AS name,
    upper(left(u.first_name, 1) || left(u.last_name, 1)) AS initials,
    (SELECT o.name FROM access_shift h JOIN access_unit o ON o.id = h.unit_id
      WHERE h.user_id = a.user_id AND {ON_NOW} ORDER BY h.unit_id <> %(unit)s LIMIT 1) AS on_unit
  FROM patients_assignment a JOIN access_user u ON u.id = a.user_id
  WHERE a.patient_id = b.patient_pk AND a.kind = 'nurse' AND a.ends_at IS NULL
    AND a.team_id IN (SELECT team_id FROM teams)
  ORDER BY a.starts_at DESC LIMIT 1) n ON true
LEFT JOIN LATERAL (
  SELECT a.user_id FROM patients_assignment a
  WHERE a.patient_id = b.patient_pk AND a.kind = 'nurse' AND a.ends_at >= %(before)s
    AND a.user_id = ANY(%(nurses)s) AND a.team_id IN (SELECT team_id FROM teams)
  ORDER BY a.ends_at DESC LIMIT 1) was ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS late, min(t.due_at) AS due_at,
    (array_agg(t.title ORDER BY t.due_at))[1] AS title
  FROM worklist_task t
  WHERE t.patient_id = b.patient_pk AND t.is_open AND t.due_at < %(now)s) l ON true
ORDER BY b.status = 'planned', b.bed, b.patient_pk
"""  # noqa: S608
TOLD = f"""
SELECT t.public_id, t.title, t.due_at, e.level, e.fired_at, here.bed, here.given, here.family,
  here.patient_pk, trim(u.first_name || ' ' || u.last_name)
FROM (SELECT s.bed, p.id AS patient_pk, p.given, p.family {STAYS}) here
JOIN worklist_task t ON t.patient_id = here.patient_pk AND t.is_open
JOIN LATERAL (
  SELECT e.level, e.fired_at, e.to_id, e.acked_at FROM worklist_escalation e
  WHERE e.task_id = t.id ORDER BY e.level DESC LIMIT 1) e ON e.level > 0 AND e.acked_at IS NULL
LEFT JOIN access_user u ON u.id = e.to_id
ORDER BY t.due_at, t.id LIMIT {NOTICES}
"""  # noqa: S608


class BedRow(NamedTuple):
    """One stay on the unit. was_id: the nurse on duty now who had the patient before.

    on_unit: where that nurse is on duty now; another unit, for a patient who moved here.
    """

    public_id: UUID
    bed: str
    status: str
    admitted_at: datetime | None
    expected_at: datetime | None
    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    birth_date: date | None
    sex: str
    is_unlisted: bool
    severity: str
    version: int
    nurse_id: int | None
    nurse: str | None
    initials: str | None
    on_unit: str | None
    was_id: int | None
    late: int
    due_at: datetime | None
    title: str | None

    def is_bare(self, unit: Unit) -> bool:
        """Say whether no nurse has the bed: none is named, or they are on duty elsewhere now."""
        return self.nurse_id is None or self.on_unit not in {None, unit.name}

    @property
    def is_arriving(self) -> bool:
        """Say whether the patient is still to come."""
        return self.status == "planned"


class UnitNotice(NamedTuple):
    """One notice about a patient of the unit that nobody has acknowledged."""

    task_id: UUID
    title: str
    due_at: datetime | None
    level: int
    fired_at: datetime
    bed: str
    given: str
    family: str
    patient_pk: int
    to: str | None


def units_in_scope(actor: Actor) -> QuerySet[Unit]:
    """Return the units whose patients this actor may see, by name."""
    units = Unit.objects.filter(organization_id=actor.organization_id)
    if not actor.may("scope.organization"):
        units = units.filter(teams__in=actor.team_ids).distinct()
    return units.order_by("name", "pk")


def beds_of(
    actor: Actor, unit: Unit, now: datetime, nurses: list[int] | None = None
) -> list[BedRow]:
    """List the stays on a unit by bed, who is still to come last. 1 statement.

    nurses: pks of those on duty, among whom `was_id` is looked for. Adds to `actor.shown`.
    """
    params = {
        **scope_params(actor), "unit": unit.pk, "now": now, "before": now - BEFORE,
        "nurses": nurses or [],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BEDS, params)
        rows = [BedRow(*row) for row in cursor.fetchall()]
    actor.shown.update(row.patient_pk for row in rows)
    return rows


def notices_of(actor: Actor, unit: Unit) -> list[UnitNotice]:
    """List what climbed about the unit's patients and nobody has acknowledged. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, {**scope_params(actor), "unit": unit.pk})
        rows = [UnitNotice(*row) for row in cursor.fetchall()]
    actor.shown.update(row.patient_pk for row in rows)
    return rows
