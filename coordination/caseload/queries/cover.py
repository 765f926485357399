"""Covering for a colleague: whose patients, who could, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from coordination.access.actions.cover import covers_in_scope
from coordination.access.actor import Actor
from coordination.access.models import Cover, Membership, Team, User
from coordination.worklist.models import TaskEvent
from patients.models import Patient
from patients.queries import SCOPE_SQL, scope, scope_params

MOST = 200
TOLD = ("move", "due", "assigned", "raised", "waiting", "unblocked")

PATIENTS = f"""
SELECT p.id, p.public_id, p.given, p.family, p.mrn, s.bed,
  (SELECT count(*) FROM worklist_task t
    WHERE t.patient_id = p.id AND t.assignee_id = %(owner)s AND t.is_open) AS open_tasks,
  (SELECT l.text FROM patients_coverline l JOIN access_cover c ON c.id = l.cover_id
    WHERE l.patient_id = p.id AND c.away_id = %(owner)s ORDER BY l.id DESC LIMIT 1) AS line
FROM patients_patient p
LEFT JOIN LATERAL (
  SELECT s.bed FROM patients_stay s WHERE s.patient_id = p.id
    AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
WHERE {SCOPE_SQL} AND EXISTS (SELECT 1 FROM patients_assignment h
    WHERE h.patient_id = p.id AND h.ends_at IS NULL AND h.team_id = %(team)s)
  AND p.id IN (SELECT a.patient_id FROM patients_assignment a
    WHERE a.user_id = %(owner)s AND a.ends_at IS NULL AND a.kind <> 'backup'
  UNION SELECT t.patient_id FROM worklist_task t WHERE t.assignee_id = %(owner)s AND t.is_open)
ORDER BY s.bed NULLS LAST, p.name_norm, p.id LIMIT {MOST}
"""  # noqa: S608  only our own constants
COLLEAGUES = """
SELECT u.id, u.public_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''),
    u.username), u.credential, on_duty.until,
  (SELECT count(*) FROM (SELECT 1 FROM worklist_task t
     WHERE t.assignee_id = u.id AND t.is_open LIMIT 1001) x), k.near, k.alike
FROM (
  SELECT m.user_id, bool_or(m.team_id = %(team)s) AS near, bool_or(m.is_deputy) AS is_deputy,
    bool_or(m.role_id = ANY(%(roles)s)) AS alike
  FROM access_membership m WHERE m.team_id = ANY(%(teams)s) AND m.user_id <> %(away)s
    AND m.starts_at <= %(now)s AND (m.ends_at IS NULL OR m.ends_at > %(now)s)
  GROUP BY 1) k
JOIN access_user u ON u.id = k.user_id AND u.is_active
LEFT JOIN LATERAL (
  SELECT max(s.ends_at) AS until FROM access_shift s
  WHERE s.user_id = u.id AND s.confirmed_at IS NOT NULL AND s.starts_at <= %(now)s
    AND coalesce(s.ended_at, s.ends_at) > %(now)s) on_duty ON true
WHERE NOT EXISTS (
  SELECT 1 FROM access_cover c WHERE c.away_id = u.id AND c.accepted_at IS NOT NULL
    AND c.starts_at <= %(now)s AND coalesce(c.ended_at, c.ends_at) > %(now)s)
ORDER BY k.near DESC, k.alike DESC, on_duty.until IS NULL, k.is_deputy DESC, 6, 3, 1 LIMIT 50
"""
THEIR_TASKS = """
SELECT t.id FROM worklist_task t WHERE t.assignee_id = %(away)s AND t.is_open
UNION SELECT t.id FROM worklist_task t
  WHERE t.team_id = %(team)s AND t.status = 'completed' AND t.closed_at >= %(begins)s
    AND t.assignee_id = %(away)s
"""
CALLS = f"""
SELECT c.patient_id, c.occurred_at, c.outcome, c.note,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username)
FROM outreach_call c JOIN patients_patient p ON p.id = c.patient_id
LEFT JOIN access_user u ON u.id = c.logged_by_id
WHERE {SCOPE_SQL} AND c.status <> 'entered-in-error'
  AND c.occurred_at >= %(begins)s AND c.occurred_at < %(ends)s
  AND c.patient_id IN (
    SELECT a.patient_id FROM patients_assignment a
      WHERE a.user_id = %(away)s AND a.kind <> 'backup' AND a.starts_at < %(ends)s
        AND (a.ends_at IS NULL OR a.ends_at > %(begins)s)
    UNION SELECT t.patient_id FROM worklist_task t WHERE t.assignee_id = %(away)s AND t.is_open)
ORDER BY c.occurred_at LIMIT {MOST}
"""  # noqa: S608


class OwnedPatient(NamedTuple):
    """One patient somebody owns work about. line: what was last left about them."""

    pk: int
    public_id: UUID
    given: str
    family: str
    mrn: str
    bed: str | None
    open_tasks: int
    line: str | None


class Candidate(NamedTuple):
    """One colleague who could cover, and how much they carry.

    until: the end of their shift. near: of the same team; alike: in one of the same roles.
    """

    pk: int
    public_id: UUID
    name: str
    credential: str
    until: datetime | None
    open_tasks: int
    near: bool
    alike: bool


class CallThen(NamedTuple):
    """One contact with or about a patient while their owner was away."""

    patient_id: int
    at: datetime
    outcome: str
    note: str
    who: str | None


def patients_of(actor: Actor, owner: User, team: Team | None) -> list[OwnedPatient]:
    """List whom a person looks after, in bed order, at most 200. 1 statement; adds to `shown`.

    team: whose patients alone: who covers in it sees no others.
    """
    params = scope_params(actor) | {"owner": owner.pk, "team": team.pk if team else None}
    with connection.cursor() as cursor:
        cursor.execute(PATIENTS, params)
        found = [OwnedPatient(*row) for row in cursor.fetchall()]
    actor.shown.update(patient.pk for patient in found)
    return found


def teams_of(user: User, now: datetime) -> list[Team]:
    """Return the teams a person is a live member of, by name. 1 statement."""
    live = Membership.objects.filter(user=user, starts_at__lte=now, team__isnull=False).exclude(
        ends_at__lte=now
    )
    return list(Team.objects.filter(memberships__in=live).distinct().order_by("name", "pk"))


def candidates(
    away: User, team: Team, roles: Sequence[str], now: datetime, *, whole_facility: bool = False
) -> list[Candidate]:
    """List who could cover, the likeliest first: of the team, alike, on duty. 2 statements at most.

    whole_facility: also those of the facility's other teams, whom only a supervisor may choose.
    """
    teams = [team.pk]
    if whole_facility:
        teams = list(Team.objects.filter(facility=team.facility_id).values_list("pk", flat=True))
    params: dict[str, Any] = {
        "team": team.pk,
        "teams": teams,
        "away": away.pk,
        "roles": list(roles),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(COLLEAGUES, params)
        return [Candidate(*row) for row in cursor.fetchall()]


def live_covers(actor: Actor, now: datetime) -> QuerySet[Cover]:
    """Return the covers of this person that are not over, soonest first."""
    return (
        covers_in_scope(actor)
        .annotate(until=Coalesce("ended_at", "ends_at"))
        .filter(until__gt=now, starts_at__lt=F("until"))
        .select_related("away", "covering", "team")
        .order_by("starts_at", "pk")
    )


def events_while_away(actor: Actor, cover: Cover, ends: datetime) -> list[TaskEvent]:
    """List what happened to the absent person's work, oldest first. 2 statements.

    Where several shared the list, only the part of this cover.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            THEIR_TASKS,
            {"away": cover.away_id, "team": cover.team_id, "begins": cover.starts_at},
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    events = TaskEvent.objects.filter(
        task__in=ids, at__gte=cover.starts_at, at__lt=ends, kind__in=TOLD,
        organization_id=actor.organization_id,
    )  # fmt: skip
    if cover.patients:
        events = events.filter(task__patient__in=cover.patients)
    events = events.exclude(task__patient__in=cover.except_patients)
    found = list(
        events.select_related("task__patient", "user", "on_behalf_of").order_by("at", "pk")[:MOST]
    )
    actor.shown.update(event.task.patient_id for event in found)
    return found


def calls_while_away(actor: Actor, cover: Cover, ends: datetime) -> list[CallThen]:
    """List the contacts about the absent person's patients meanwhile. 1 statement."""
    params: dict[str, Any] = scope_params(actor) | {
        "away": cover.away_id, "begins": cover.starts_at, "ends": ends,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CALLS, params)
        found = [CallThen(*row) for row in cursor.fetchall()]
    if cover.patients:
        found = [one for one in found if one.patient_id in cover.patients]
    found = [one for one in found if one.patient_id not in cover.except_patients]
    actor.shown.update(one.patient_id for one in found)
    return found


def names_of(actor: Actor, calls: Sequence[CallThen]) -> dict[int, Patient]:
    """Return the patients of these contacts by pk. 1 statement."""
    return scope(actor).in_bulk({call.patient_id for call in calls})
