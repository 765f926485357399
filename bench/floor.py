"""The floor: the smallest views and statements that give the same rows and bytes.

A view here has no permissions and no audit. Its frame is the product's own page, frozen as text,
so that both answers weigh the same; its rows and its numbers come from one raw statement each,
and one Jinja2 template.
"""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.http import require_POST

from coordination.access.markers import access

FRAMES: dict[str, tuple[str, str]] = {}  # name: what stands before and after the rows

CASELOAD = """
SELECT t.public_id AS id, t.version, t.title, t.next_step, t.kind,
  to_char(t.due_at, 'YYYY-MM-DD"T"HH24:MI') AS iso, to_char(t.due_at, 'Dy DD Mon HH24:MI') AS due,
  p.public_id AS patient_id, p.given, p.family, p.mrn, p.birth_date, p.sex, p.interpreter,
  s.bed, to_char(s.expected_at, 'Dy DD Mon HH24:MI') AS leaving, c.calls, c.last_call
FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
LEFT JOIN LATERAL (SELECT bed, expected_at FROM patients_stay s WHERE s.patient_id = p.id
  ORDER BY admitted_at DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT count(*) AS calls, to_char(max(occurred_at), 'Dy HH24:MI') AS last_call
  FROM outreach_call c WHERE c.task_id = t.id) c ON true
WHERE t.assignee_id = %s AND t.is_open AND t.due_at IS NOT NULL
ORDER BY t.due_at, t.id LIMIT %s
"""
COUNTS = """
SELECT count(*) FILTER (WHERE t.due_at < now()), min(t.due_at), count(*),
  count(*) FILTER (WHERE t.due_at >= now() AND t.due_at < now() + interval '2 hours'),
  count(*) FILTER (WHERE t.due_at IS NULL), count(DISTINCT s.unit_id),
  count(*) FILTER (WHERE s.expected_at < current_date + 1)
FROM worklist_task t
LEFT JOIN LATERAL (SELECT unit_id, expected_at FROM patients_stay s
  WHERE s.patient_id = t.patient_id ORDER BY admitted_at DESC LIMIT 1) s ON true
WHERE t.assignee_id = %s AND t.is_open
"""
REPORT = """
SELECT coalesce(t.assignee_id, 0), coalesce(u.code, ''), t.kind, t.waiting_on_kind,
  width_bucket(t.due_at, %(cuts)s::timestamptz[]), count(*), min(t.due_at)
FROM worklist_task t
LEFT JOIN LATERAL (SELECT unit_id FROM patients_stay s WHERE s.patient_id = t.patient_id
  AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY admitted_at DESC LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id
WHERE t.is_open AND t.due_at < now() AND (%(team)s IS NULL OR t.team_id = %(team)s)
GROUP BY 1, 2, 3, 4, 5
"""
LOAD = """
SELECT t.assignee_id, o.first_name, o.last_name, o.usual_load, count(*),
  count(*) FILTER (WHERE t.due_at < now()), count(*) FILTER (WHERE t.due_at IS NULL)
FROM worklist_task t LEFT JOIN access_user o ON o.id = t.assignee_id
WHERE t.is_open AND (%(team)s IS NULL OR t.team_id = %(team)s)
GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 5 DESC LIMIT 60
"""
DAYS = """
SELECT day, measure, sum(value) FROM reports_dailycount
WHERE day >= current_date - 40 AND (%(team)s IS NULL OR team_id = %(team)s) GROUP BY 1, 2
"""
TEAM_BY_BAND = """
SELECT team_id, width_bucket(due_at, %(cuts)s::timestamptz[]) AS band, count(*), min(due_at)
FROM worklist_task WHERE is_open AND due_at < now() GROUP BY 1, 2
"""
LATE = """
SELECT t.public_id AS id, t.version, t.title, t.kind, t.waiting_on_kind AS cause,
  to_char(t.due_at, 'Dy DD Mon HH24:MI') AS due, p.public_id AS patient_id, p.given, p.family,
  s.bed, o.first_name, o.last_name, e.level
FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
LEFT JOIN access_user o ON o.id = t.assignee_id
LEFT JOIN LATERAL (SELECT bed FROM patients_stay s WHERE s.patient_id = p.id
  ORDER BY admitted_at DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT max(level) AS level FROM worklist_escalation e
  WHERE e.task_id = t.id AND e.level > 0) e ON true
WHERE t.is_open AND t.due_at < now() AND (%(team)s IS NULL OR t.team_id = %(team)s)
ORDER BY t.due_at, t.id LIMIT 50
"""


@cache
def named(names: tuple[str, ...]) -> Any:
    """Return the row class of these columns."""
    return namedtuple("Row", names, rename=True)


def fetch(sql: str, params: Any) -> list[Any]:
    """Run one raw statement; the rows as named tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = named(tuple(column.name for column in cursor.description))
        return [row._make(values) for values in cursor.fetchall()]


def freeze(name: str, page: bytes) -> None:
    """Keep what stands around the rows of a page of ours."""
    text = page.decode()
    first, last = text.index('<tr role="row" class="row"'), text.rindex("</tr>") + len("</tr>")
    FRAMES[name] = (text[:first], text[last:])


def bare(user_id: int, rows: int, frame: str) -> HttpResponse:
    """Answer without any middleware: the rows, the counters, one template."""
    before, after = FRAMES[frame]
    fetch(COUNTS, [user_id])
    found = fetch(CASELOAD, [user_id, rows])
    context = {"before": before, "after": after, "rows": found}
    return HttpResponse(get_template("floor_caseload.html").render(context))


@access()
def caseload(request: HttpRequest, rows: int) -> HttpResponse:
    """Answer the caseload behind the same middleware, session and user."""
    return bare(request.user.pk, rows, f"page {rows}")


@access()
def caseload_list(request: HttpRequest, rows: int) -> HttpResponse:
    """Answer the list alone, as htmx asks for it."""
    return bare(request.user.pk, rows, f"list {rows}")


@access()
def report(request: HttpRequest) -> HttpResponse:
    """Answer the overdue report: each of its numbers and its first rows, by a raw statement."""
    team = int(request.GET["team"]) if request.GET.get("team") else None
    name = "report team" if team else "report all"
    params = {"team": team, "cuts": CUTS}
    before, after = FRAMES[name]
    fetch_numbers(params)
    fetch(LOAD, params)
    fetch(DAYS, params)
    context = {"before": before, "after": after, "rows": fetch(LATE, params)}
    return HttpResponse(get_template("floor_report.html").render(context))


CUTS: list[Any] = []  # four instants, set by the row


def fetch_numbers(params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run the report's raw statement."""
    with connection.cursor() as cursor:
        cursor.execute(REPORT, params)
        return cursor.fetchall()


CLOSE = """
UPDATE worklist_task SET version = version + 1, status = 'completed', completed_at = %(now)s,
  closed_at = %(now)s
WHERE public_id = %(task)s AND version = %(version)s AND is_open
RETURNING id, organization_id, patient_id, title
"""
PROOF = """
INSERT INTO worklist_evidence (organization_id, task_id, kind, happened_at, user_id)
VALUES (%s, %s, 'statement', %s, %s)
"""
EVENT = """
INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, user_id, before, after)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
AUDIT = """
INSERT INTO access_auditevent (organization_id, user_id, actor_kind, role_used, patients,
  object_kind, object_id, action, outcome, purpose, emergency, request_id, session_hash, address,
  view, detail)
VALUES (%s, %s, 'user', '', ARRAY[%s]::bigint[], 'worklist.task', %s, 'task.complete', 'ok', '',
  false, '', '', '127.0.0.1', '', '{}')
"""
STORY = """
INSERT INTO patients_timelineentry (organization_id, patient_id, at, kind, sentence, detail,
  user_id, subject_kind, subject_id)
VALUES (%s, %s, %s, 'task.completed', %s, '', %s, 'task', %s)
"""


@access()
@require_POST
def done(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a task: the product's UPDATE and INSERTs in one transaction, and its fragment."""
    now, user = timezone.now(), request.user.pk
    with transaction.atomic(), connection.cursor() as cursor:
        values = {"now": now, "task": public_id, "version": request.POST["version"]}
        cursor.execute(CLOSE, values)
        task, organization, patient, title = cursor.fetchone()
        cursor.execute(PROOF, [organization, task, now, user])
        cursor.execute(EVENT, [organization, task, "evidence", now, user, "", "statement"])
        cursor.execute(EVENT, [organization, task, "move", now, user, "ready", "completed"])
        cursor.execute(AUDIT, [organization, user, patient, task])
        cursor.execute(STORY, [organization, patient, now, title, user, task])
    return HttpResponse(get_template("floor_done.html").render({"id": public_id}, request))
