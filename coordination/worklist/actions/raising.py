"""Making a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.models import Membership, Team, User
from coordination.access.once import once
from coordination.records import Refused
from coordination.worklist.actions.telling import tell_if_late
from coordination.worklist.actions.trail import told
from coordination.worklist.events import TaskRaised
from coordination.worklist.models import EvidenceKind, Severity, Task
from coordination.worklist.rules import start_status
from patients.actions.trail import said
from patients.models import Assignment, Patient
from patients.queries import scope


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingIn:
    """Whom outside the team a task waits for. kind: a WaitingOn code."""

    kind: str
    person: str = ""
    role: str = ""
    phone: str = ""
    since: datetime | None = None
    promised_by: datetime | None = None

    def columns(self, now: datetime) -> dict[str, Any]:
        """Return the task's columns; since: now unless it was said."""
        return {
            "waiting_on_kind": self.kind,
            "waiting_on_person": self.person,
            "waiting_on_role": self.role,
            "waiting_on_phone": self.phone,
            "waiting_since": self.since or now,
            "promised_by": self.promised_by,
        }


@transaction.atomic
def raise_task(  # noqa: PLR0913  one promise has this many sides, each named at the call
    actor: Actor,
    *,
    patient: Patient,
    title: str,
    kind: str,
    team: Team,
    now: datetime,
    assignee: User | None = None,
    due_at: datetime | None = None,
    due_event: str = "",
    clock: Any = None,
    evidence: str = EvidenceKind.STATEMENT,
    evidence_count: int = 1,
    subject: tuple[str, int] | None = None,
    severity: str = Severity.PRACTICE,
    priority: str = "routine",
    held_by: str = "staff",
    next_step: str = "",
    waiting: WaitingIn | None = None,
    run: Any = None,
    step: str = "",
    ordinal: int = 1,
    create_key: UUID | None = None,
) -> Task:
    """Raise one task. The same step of the same run, or the same create key, raises it once.

    clock: the Clock it serves; its due time is the task's. due_at typed by a person is marked as
    set by them. A person who raises it for a colleague hands it over: it starts as *Assigned*.
    Raises NotPermitted, Patient.DoesNotExist, or Refused with a sentence; then nothing is written.
    """
    require(actor, "task.create")
    patient = scope(actor).get(pk=patient.pk)
    _check_team(actor, patient, team, assignee, now)
    due_by_clock = clock is not None and due_at is None
    values: dict[str, Any] = {
        "kind": kind, "title": title, "team": team, "assignee": assignee,
        "due_at": clock.due_at if due_by_clock else due_at, "due_event": due_event,
        "due_set_by": actor.user if due_at and not due_by_clock else None,
        "clock_id": clock.pk if clock is not None else None, "evidence_required": evidence,
        "evidence_count": evidence_count, "severity": severity, "priority": priority,
        "held_by": held_by, "next_step": next_step, "run": run, "step": step, "ordinal": ordinal,
        "asked_by": actor.user, "subject_kind": subject[0] if subject else "",
        "subject_id": subject[1] if subject else None,
        "status": start_status(
            assignee.pk if assignee else None, actor.user.pk if actor.user else None
        ),
    }  # fmt: skip
    values |= waiting.columns(now) if waiting else {}

    def make() -> Task:
        return _make(actor, patient, values, now)

    if run is not None:
        standing = Task.objects.filter(run=run, step=step, ordinal=ordinal).first()
        if standing is not None:
            return standing
    return once(actor, create_key, Task, make)


def _make(actor: Actor, patient: Patient, values: dict[str, Any], now: datetime) -> Task:
    with said(Task):
        task = Task.objects.create(
            organization_id=patient.organization_id, patient=patient, **values
        )
    task.write_event("raised", actor, now, after=task.status)
    told(actor, task, now, "task.create", TaskRaised)
    tell_if_late([task], now)
    return task


def _check_team(
    actor: Actor, patient: Patient, team: Team, assignee: User | None, now: datetime
) -> None:
    """Refuse a team or a person who would not see the task."""
    if actor.kind == "system":
        return
    if not Assignment.objects.filter(patient=patient, team=team, ends_at__isnull=True).exists():
        raise Refused(_("This team does not look after the patient."))
    if assignee is not None and assignee != actor.user:
        check_member(team, assignee, now)


def check_member(team: Team, user: User, now: datetime) -> None:
    """Raise Refused unless the person works in the team now."""
    live = Membership.objects.filter(team=team, user=user, starts_at__lte=now)
    if not (live.filter(ends_at__isnull=True) | live.filter(ends_at__gt=now)).exists():
        raise Refused(
            _("%(person)s does not work in %(team)s now.")
            % {"person": user.display_name, "team": team.name}
        )
