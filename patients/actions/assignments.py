"""Who looks after whom, from and until: the scope of everything (rules.md 4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor
from coordination.access.audit import record
from coordination.access.models import Organization, Team, Unit, User
from coordination.records import NotPermitted, lock
from patients.models import Assignment, AssignmentKind, Patient, Stay
from patients.queries import scope
from patients.rules import SCOPE_AFTER

END_AFTER_STAY = """
UPDATE patients_assignment a SET ends_at = %(now)s
WHERE a.ends_at IS NULL AND a.stay_id IS NOT NULL AND a.starts_at < %(before)s
  AND a.patient_id <> ALL(%(keep)s)
  AND NOT EXISTS (
    SELECT 1 FROM patients_stay s WHERE s.patient_id = a.patient_id
    AND (s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
         OR s.departed_at >= %(before)s))
RETURNING a.organization_id, a.patient_id
"""

END_SOME = """
UPDATE patients_assignment SET ends_at = greatest(%(now)s, starts_at)
WHERE id = ANY(%(pks)s) AND ends_at IS NULL RETURNING organization_id, patient_id
"""


@transaction.atomic
def assign(
    actor: Actor,
    patient_id: UUID,
    team: Team,
    user: User | None,
    *,
    now: datetime,
    kind: str = AssignmentKind.PRIMARY,
    reason: str = "",
) -> Assignment:
    """Give a patient to a team, perhaps to a person of it; the assignment before it ends now.

    Coordinators may do so within their own teams; any other team needs "task.assign".
    Raises NotPermitted or Patient.DoesNotExist.
    """
    require(actor, "task.assign_pool")
    if actor.kind != "system" and team.pk not in actor.team_ids:
        require(actor, "task.assign")
    if team.organization_id != actor.organization_id:
        raise NotPermitted(_("This team belongs to another organization."))
    patient = lock(scope(actor), patient_id, None, no_key=True)
    made = open_assignment(patient, team, now, user=user, kind=kind, reason=reason)
    record(actor, "patient.assign", patient, now, detail={"team": team.pk, "kind": kind})
    return made


def open_assignment(
    patient: Patient,
    team: Team,
    at: datetime,
    *,
    user: User | None = None,
    kind: str = AssignmentKind.PRIMARY,
    stay: Stay | None = None,
    reason: str = "",
) -> Assignment:
    """Open an assignment in the caller's transaction; history is ended, never overwritten.

    An open one of the same team and kind stays as it is when it already names this person, or when
    no person is named now.
    """
    standing = Assignment.objects.filter(
        patient=patient, team=team, kind=kind, ends_at__isnull=True
    ).first()
    if standing is not None and user in (None, standing.user):
        return standing
    if standing is not None:
        standing.ends_at = max(at, standing.starts_at)
        standing.save(update_fields=["ends_at"])
    return Assignment.objects.create(
        organization_id=patient.organization_id, patient=patient, team=team, user=user, kind=kind,
        starts_at=at, stay=stay, reason=reason[:200],
    )  # fmt: skip


def open_for_unit(
    patient: Patient, unit: Unit, stay: Stay, at: datetime, primary: User | None = None
) -> list[Assignment]:
    """Open the assignment to each team of the unit; primary: the person, if of that team."""
    made = []
    for team in unit.teams.order_by("pk"):
        member = primary if primary and primary.memberships.filter(team=team).exists() else None
        reason = _("admitted to %(unit)s") % {"unit": unit.name}
        made.append(open_assignment(patient, team, at, user=member, stay=stay, reason=reason))
    return made


@transaction.atomic
def end_assignments(now: datetime, keep: Collection[int] = ()) -> int:
    """End what admissions opened, 35 days after the patient's last open stay; returns how many.

    keep: pks of patients who still have an open task, or had one within 35 days; the caller knows.
    Assignments made by hand end by hand. One statement, and one audit row per organization.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            END_AFTER_STAY, {"now": now, "before": now - SCOPE_AFTER, "keep": list(keep)}
        )
        ended = cursor.fetchall()
    _say_ended(ended, now)
    return len(ended)


@transaction.atomic
def end_some(now: datetime, pks: Collection[int]) -> int:
    """End these open assignments; the caller knows that nothing holds them. Returns how many.

    One statement, and one audit row per organization.
    """
    if not pks:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(END_SOME, {"now": now, "pks": list(pks)})
        ended = cursor.fetchall()
    _say_ended(ended, now)
    return len(ended)


def _say_ended(ended: Iterable[tuple[int, int]], now: datetime) -> None:
    """Write one audit row per organization. ended: (organization, patient) pks."""
    patients: dict[int, list[int]] = defaultdict(list)
    for organization_id, patient_id in ended:
        patients[organization_id].append(patient_id)
    for organization in Organization.objects.filter(pk__in=patients):
        record(
            system_actor("patients.end_assignments", organization),
            "patient.unassign", now=now, patients=patients[organization.pk],
        )  # fmt: skip


@transaction.atomic
def end_assignment(
    actor: Actor,
    patient_id: UUID,
    team: Team,
    *,
    now: datetime,
    kind: str = AssignmentKind.PRIMARY,
) -> int:
    """End a team's open assignment of one kind; returns 1, or 0 when there was none.

    With the last of its kinds the team has the patient out of scope. Raises NotPermitted or
    Patient.DoesNotExist.
    """
    require(actor, "task.assign")
    patient = lock(scope(actor), patient_id, None, no_key=True)
    ended = Assignment.objects.filter(
        patient=patient, team=team, kind=kind, ends_at__isnull=True
    ).update(ends_at=now)
    if ended:
        record(actor, "patient.unassign", patient, now, detail={"team": team.pk, "kind": kind})
    return ended
