"""What is promised to one patient, in due order, and who looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from patients.models import AssignmentKind, Patient

MOST = 100

PROMISED = """
SELECT (
    SELECT coalesce(json_agg(json_build_array(
      coalesce(nullif(trim(w.first_name || ' ' || w.last_name), ''), ''), a.kind, m.name, m.phone)
      ORDER BY a.user_id IS NULL, a.kind DESC, a.id), '[]')
    FROM patients_assignment a JOIN access_team m ON m.id = a.team_id
    LEFT JOIN access_user w ON w.id = a.user_id
    WHERE a.patient_id = %(patient)s AND a.ends_at IS NULL),
  (SELECT coalesce(json_agg(json_build_array(m.name, n.name) ORDER BY o.id), '[]')
    FROM worklist_ownerproposal o JOIN access_team m ON m.id = o.team_id
    JOIN access_unit n ON n.id = o.unit_id
    WHERE o.patient_id = %(patient)s AND o.is_taken IS NULL),
  found.* FROM (SELECT 1) always LEFT JOIN (
SELECT t.public_id, t.version, t.title, t.kind, t.next_step, t.status, t.due_at, t.due_event,
       t.due_set_by_id IS NOT NULL AS by_person, t.clock_id IS NOT NULL AS has_clock, t.hold_until,
       t.held_by, t.waiting_on_person, t.waiting_since,
       coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), m.name) AS owner,
       t.assignee_id IS NULL AS is_pool
FROM worklist_task t
JOIN access_team m ON m.id = t.team_id
LEFT JOIN access_user o ON o.id = t.assignee_id
WHERE t.patient_id = %(patient)s AND t.is_open
ORDER BY t.due_at NULLS LAST, t.id LIMIT %(limit)s) found ON true
"""


# The public id of what a line of the timeline (alias t) is about, and where its page is.
STORY_SUBJECT = """
CASE t.subject_kind
  WHEN 'call' THEN (SELECT c.public_id FROM outreach_call c WHERE c.id = t.subject_id)
  WHEN 'dispatch' THEN (SELECT d.public_id FROM paperwork_dispatch d WHERE d.id = t.subject_id)
  WHEN 'document' THEN (SELECT d.public_id FROM paperwork_document d WHERE d.id = t.subject_id)
  WHEN 'jot' THEN (SELECT j.public_id FROM worklist_jot j WHERE j.id = t.subject_id)
  WHEN 'merge' THEN (SELECT m.public_id FROM patients_merge m WHERE m.id = t.subject_id)
  WHEN 'request' THEN (SELECT q.public_id FROM worklist_approvalrequest q WHERE q.id = t.subject_id)
  WHEN 'signature' THEN (SELECT s.public_id FROM paperwork_signature s WHERE s.id = t.subject_id)
  WHEN 'task' THEN (SELECT k.public_id FROM worklist_task k WHERE k.id = t.subject_id)
END"""
STORY_PAGES = {
    "call": "/calls/", "dispatch": "/paperwork/sent/", "document": "/documents/",
    "jot": "/notes/", "request": "/requests/", "signature": "/paperwork/signatures/",
    "task": "/tasks/",
}  # fmt: skip


class PatientTask(NamedTuple):
    """One open task of the patient. owner: the person, or the team whose pool it is in."""

    public_id: UUID
    version: int
    title: str
    kind: str
    next_step: str
    status: str
    due_at: datetime | None
    due_event: str
    by_person: bool
    has_clock: bool
    hold_until: datetime | None
    held_by: str
    waiting_on_person: str
    waiting_since: datetime | None
    owner: str
    is_pool: bool


class Carer(NamedTuple):
    """Who looks after the patient: the person, if one is named, as what, and the team."""

    person: str
    kind: str
    team: str
    phone: str


@dataclass(frozen=True, slots=True)
class Promised:
    """The open tasks of a patient, who looks after them, which teams of which units are asked."""

    tasks: list[PatientTask]
    carers: list[Carer]
    asked: list[tuple[str, str]]


def promised(patient: Patient) -> Promised:
    """Return both for an opened chart; at most 100 tasks. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(PROMISED, {"patient": patient.pk, "limit": MOST})
        rows = cursor.fetchall()
    kinds = {code: str(label) for code, label in AssignmentKind.choices}
    carers = [Carer(person, kinds[kind], team, phone) for person, kind, team, phone in rows[0][0]]
    tasks = [PatientTask(*row[2:]) for row in rows if row[2] is not None]
    return Promised(tasks, carers, [(team, unit) for team, unit in rows[0][1]])
