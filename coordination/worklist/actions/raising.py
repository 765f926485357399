"""Making a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack
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
from coordination.worklist.models import EvidenceKind, Task
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


class TaskFields(TypedDict, total=False):
    """What else a promise may say, by the task's own columns. run, step, ordinal: of a playbook."""

    due_event: str
    evidence_count: int
    severity: str
    priority: str
    held_by: str
    next_step: str
    run: Any
    step: str
    ordinal: int


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
    clock: Any = None,
    evidence: str = EvidenceKind.STATEMENT,
    subject: tuple[str, int] | None = None,
    waiting: WaitingIn | None = None,
    create_key: UUID | None = None,
    **fields: Unpack[TaskFields],
) -> Task:
    """Raise one task. The same step of the same run, or the same create key, raises it once.

    clock: the Clock it serves; its due time is the task's. due_at typed by a person is marked as
    set by them. A person who raises it for a colleague hands it over: it starts as *Assigned*.
    Raises NotPermitted, Patient.DoesNotExist, or Refused with a sentence; then nothing is written.
    """
    require(actor, "task.create")
    patient = scope(actor).get(pk=patient.pk)
    _check_team(actor, patient, team, assignee, now)
    standing = _standing(fields)
    if standing is not None:
        return standing
    values: dict[str, Any] = {
        "kind": kind, "title": title, "team": team, "assignee": assignee, "asked_by": actor.user,
        "evidence_required": evidence, "subject_kind": subject[0] if subject else "",
        "subject_id": subject[1] if subject else None,
        "status": start_status(
            assignee.pk if assignee else None, actor.user.pk if actor.user else None
        ),
        **_due(actor, clock, due_at), **(waiting.columns(now) if waiting else {}), **fields,
    }  # fmt: skip
    return once(actor, create_key, Task, lambda: _make(actor, patient, values, now))


def _standing(fields: TaskFields) -> Task | None:
    """Return the task this step of this run has raised already."""
    run = fields.get("run")
    if run is None:
        return None
    step, ordinal = fields.get("step", ""), fields.get("ordinal", 1)
    return Task.objects.filter(run=run, step=step, ordinal=ordinal).first()


def _due(actor: Actor, clock: Any, due_at: datetime | None) -> dict[str, Any]:
    """Return the columns of the due time: typed, or else the clock's."""
    typed = due_at is not None or clock is None
    return {
        "due_at": due_at if typed else clock.due_at,
        "due_set_by": actor.user if due_at is not None else None,
        "clock_id": clock.pk if clock is not None else None,
    }


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
