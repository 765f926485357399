"""What one person did last, across rooms: their acts on tasks, calls, notes, charts, jots."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor, person_of
from patients.queries import SCOPE_SQL, scope_params

READ = 80  # events read of each room: one act may have written several
SHOWN = 20
TASK_KINDS = ["move", "due", "assigned", "raised", "waiting", "escalated", "undo"]
# What the patients' story tells besides as a consequence of somebody's act, and tasks' own lines.
NOT_ACTS = ["task.%", "message.%", "clock.opened", "clock.breached", "clock.satisfied",
            "clock.stopped", "delivery.%", "owners.proposed"]  # fmt: skip

ACTS = f"""
WITH mine AS (
  (SELECT 'task' AS source, e.id, e.at, e.kind, e.before, e.after, e.why, e.task_id AS subject,
     '' AS words, t.patient_id
   FROM worklist_taskevent e JOIN worklist_task t ON t.id = e.task_id
   WHERE e.user_id = %(user)s AND e.kind = ANY(%(kinds)s)
     AND (e.kind <> 'raised' OR t.run_id IS NULL) AND t.status <> 'entered-in-error'
   ORDER BY e.id DESC LIMIT %(read)s)
  UNION ALL
  (SELECT 'line', l.id, l.recorded_at, l.kind, '', '', '', l.subject_id, l.sentence, l.patient_id
   FROM patients_timelineentry l
   WHERE l.user_id = %(user)s AND l.void_at IS NULL AND NOT l.kind LIKE ANY(%(not_acts)s)
   ORDER BY l.id DESC LIMIT %(read)s)
  UNION ALL
  (SELECT 'jot', j.id, coalesce(j.settled_at, j.at), j.status, '', '', j.dropped_why, j.id, j.text,
     NULL::bigint
   FROM worklist_jot j WHERE j.user_id = %(user)s AND j.status IN ('open', 'dropped')
   ORDER BY j.at DESC, j.id DESC LIMIT %(read)s)
)
SELECT m.source, m.id, m.at, m.kind, m.before, m.after, m.why, m.words, p.id, p.public_id,
  p.given, p.family, p.mrn, t.public_id, t.title, t.status, t.is_open,
  coalesce(c.public_id, j.public_id, q.public_id)
FROM mine m LEFT JOIN patients_patient p ON p.id = m.patient_id
LEFT JOIN worklist_task t ON m.source = 'task' AND t.id = m.subject
LEFT JOIN outreach_call c ON m.kind = 'call.logged' AND c.id = m.subject
LEFT JOIN worklist_jot j ON (m.source = 'jot' OR m.kind = 'note.written') AND j.id = m.subject
LEFT JOIN worklist_approvalrequest q ON m.kind LIKE 'request.%%' AND q.id = m.subject
WHERE m.source = 'jot' OR ({SCOPE_SQL})
ORDER BY m.at DESC, m.source, m.id DESC
"""  # noqa: S608  only our own constants


class ActRow(NamedTuple):
    """One thing somebody did. source: task, line or jot; words: what a line or a jot says.

    record: the public id of the call, the jot or the request it is about.
    """

    source: str
    pk: int
    at: datetime
    kind: str
    before: str
    after: str
    why: str
    words: str
    patient_pk: int | None
    patient_id: UUID | None
    given: str | None
    family: str | None
    mrn: str | None
    task_id: UUID | None
    title: str | None
    status: str | None
    is_open: bool | None
    record: UUID | None


def my_acts(actor: Actor) -> list[ActRow]:
    """Return the actor's last twenty acts, newest first, in scope only. 1 statement.

    What one press wrote as several events is one act: the last of them. They are shown.
    """
    params = {
        **scope_params(actor), "user": person_of(actor), "kinds": TASK_KINDS, "read": READ,
        "not_acts": NOT_ACTS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ACTS, params)
        rows = [ActRow(*row) for row in cursor.fetchall()]
    once: dict[tuple[object, ...], ActRow] = {}
    for row in rows:
        about = row.task_id if row.source == "task" else row.pk
        once.setdefault((row.source, about, row.at), row)
    found = list(once.values())[:SHOWN]
    actor.shown.update(row.patient_pk for row in found if row.patient_pk)
    return found
