"""What else one person looks up of their own: the next task, and their patients."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.caseload.queries.owners import IN_PART, IS_MINE, MINE_SQL, owner_params
from patients.queries import SCOPE_SQL, scope_params

NEXT = f"""
WITH {MINE_SQL}
SELECT t.public_id FROM mine m JOIN worklist_task t ON {IS_MINE}
JOIN patients_patient p ON p.id = t.patient_id
WHERE {SCOPE_SQL} AND t.is_open AND t.status <> 'on-hold'
  AND t.due_at IS NOT NULL AND (t.due_at, t.id) > (%(due)s, %(id)s)
  AND t.public_id IS DISTINCT FROM %(skip)s
ORDER BY t.due_at, t.id LIMIT 1
"""  # noqa: S608  only our own constants


def next_of_mine(
    actor: Actor, after: tuple[datetime, int] | None, skip: UUID | None
) -> UUID | None:
    """Return the actor's next dated open task after a key; None when nothing follows. 1 statement.

    after: (due_at, pk) of the one just served; None starts at the top. skip: never this one.
    """
    due, pk = after or ("-infinity", 0)
    params = {
        **scope_params(actor), **owner_params(actor), "due": due, "id": pk, "skip": skip,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NEXT, params)
        found = cursor.fetchone()
    return found[0] if found else None


MY_PATIENTS = f"""
WITH {MINE_SQL}
SELECT p.id, p.public_id, p.given, p.family, p.mrn, p.birth_date, s.bed,
       (SELECT count(*) FROM worklist_task t WHERE t.patient_id = p.id AND t.is_open
          AND t.due_at < %(now)s)
FROM patients_patient p
LEFT JOIN LATERAL (
  SELECT s.bed FROM patients_stay s WHERE s.patient_id = p.id
    AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
WHERE {SCOPE_SQL} AND p.id IN (
  SELECT o.patient_id FROM mine m JOIN patients_assignment o ON o.user_id = m.owner
    AND {IN_PART.format("o")}
  WHERE o.kind <> 'backup' AND o.ends_at IS NULL)
ORDER BY s.bed NULLS LAST, p.name_norm, p.id LIMIT 200
"""  # noqa: S608  only our own constants


class MyPatient(NamedTuple):
    """One patient the actor is primary or nurse for, and how many of their tasks are late."""

    pk: int
    public_id: UUID
    given: str
    family: str
    mrn: str
    birth_date: Any
    bed: str | None
    late: int


def my_patients(actor: Actor, now: datetime) -> list[MyPatient]:
    """Return the actor's own and covered patients by bed, at most 200. 1 statement; to `shown`."""
    params = scope_params(actor) | owner_params(actor) | {"now": now}
    with connection.cursor() as cursor:
        cursor.execute(MY_PATIENTS, params)
        found = [MyPatient(*row) for row in cursor.fetchall()]
    actor.shown.update(patient.pk for patient in found)
    return found
