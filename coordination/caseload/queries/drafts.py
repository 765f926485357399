"""What half-typed forms are about: the patient behind each id, in scope only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from patients.queries import SCOPE_SQL, scope_params

TABLES = {
    "contact": "patients_contactperson",
    "permission": "patients_disclosurepermission",
    "coverage": "patients_coverage",
    "stay": "patients_stay",
    "visit": "patients_visit",
    "task": "worklist_task",
    "clock": "clocks_clock",
    "request": "worklist_approvalrequest",
    "note": "worklist_jot",
    "call": "outreach_call",
    "document": "paperwork_document",
    "proposal": "worklist_ownerproposal",
}


def named(kind: str, table: str) -> str:
    """Return the part of SUBJECTS that looks into one table; what has a title brings it."""
    title = "title" if kind in {"task", "request"} else "''"
    return f"""SELECT '{kind}' AS kind, public_id, patient_id, {title} AS title
  FROM {table} WHERE public_id = ANY(%(ids)s)"""  # noqa: S608  only our own constants


BED = """
SELECT 'bed' AS kind, x.public_id, s.patient_id, '' AS title
FROM patients_stayplace x JOIN patients_stay s ON s.id = x.stay_id WHERE x.public_id = ANY(%(ids)s)
"""
OTHERS = "\nUNION ALL ".join(named(kind, table) for kind, table in TABLES.items())
SUBJECTS = f"""
SELECT n.public_id, n.kind, n.title, p.id, p.public_id, p.given, p.family, p.mrn
FROM (SELECT 'patient' AS kind, public_id, id AS patient_id, '' AS title FROM patients_patient
      WHERE public_id = ANY(%(ids)s)
UNION ALL {OTHERS}
UNION ALL {BED}) n
JOIN patients_patient p ON p.id = n.patient_id
WHERE {SCOPE_SQL}
"""  # noqa: S608  only our own constants


class Subject(NamedTuple):
    """What a form is about: its kind, its title if it has one, and the patient."""

    kind: str
    title: str
    patient_pk: int
    patient_id: UUID
    given: str
    family: str
    mrn: str


def subjects_of_drafts(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Subject]:
    """Return what each public id names, of patients in scope. 1 statement; they are shown."""
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS, {**scope_params(actor), "ids": list(ids)})
        found = {row[0]: Subject(*row[1:]) for row in cursor.fetchall()}
    actor.shown.update(subject.patient_pk for subject in found.values())
    return found
