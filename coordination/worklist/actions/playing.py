"""Starting playbooks, and loading the shipped ones."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from coordination.access.actor import Actor, require, system_actor
from coordination.access.audit import record
from coordination.access.models import Team, User
from coordination.clocks import actions as clocks
from coordination.clocks import rules as deadlines
from coordination.clocks.models import Clock
from coordination.clocks.queries import regulatory_calendar
from coordination.clocks.queries.clocks import facts_for, stay_of, zone_of
from coordination.events import publish
from coordination.records import amend
from coordination.worklist.actions.raising import WaitingIn, raise_task
from coordination.worklist.events import PlaybookStarted
from coordination.worklist.models import EvidenceKind, Playbook, PlaybookRun, Task, TaskKind
from coordination.worklist.queries import current_playbook, definition_of
from coordination.worklist.rules import Step, read_definition
from patients.models import Assignment, AssignmentKind, Patient

log = logging.getLogger(__name__)
FOLDER = Path(__file__).resolve().parent.parent / "playbooks"


@dataclass(frozen=True, slots=True)
class _Start:
    """What every step of one start shares."""

    actor: Actor  # the system, on behalf of whoever started it: its tasks are nobody's hand-over
    run: PlaybookRun
    patient: Patient
    team: Team
    zone: ZoneInfo
    facts: Mapping[str, str]
    now: datetime


@transaction.atomic
def start_playbook(  # noqa: PLR0913  the seam reactions and the demo start playbooks by
    actor: Actor,
    *,
    slug: str,
    patient: Patient,
    subject: tuple[str, int],
    anchor_event: str,
    anchor_at: datetime,
    now: datetime,
    facts: Mapping[str, str] | None = None,
) -> PlaybookRun | None:
    """Start a playbook for a patient: raise its steps, each with the clock its rule gives.

    Started once for one event of one subject; again returns the run that is there. A step whose
    rule is off, or does not apply, raises nothing: no date is guessed. Returns None when nobody has
    that playbook, no team looks after the patient, or the event lies before go-live (history).
    Raises NotPermitted.
    """
    require(actor, "playbook.start")
    organization = actor.organization
    team = _team_of(patient)
    if organization is None or anchor_at < organization.go_live_at or team is None:
        return None
    playbook = current_playbook(organization.pk, team.pk, slug)
    if playbook is None:
        log.warning("playbook_unknown")
        return None
    return begin_run(
        actor, playbook, patient, team, subject=subject, anchor_event=anchor_event,
        anchor_at=anchor_at, now=now, facts=facts or {},
    )  # fmt: skip


def begin_run(  # noqa: PLR0913  as start_playbook, with the version and the team known
    actor: Actor,
    playbook: Playbook,
    patient: Patient,
    team: Team,
    *,
    subject: tuple[str, int],
    anchor_event: str,
    anchor_at: datetime,
    now: datetime,
    facts: Mapping[str, str],
) -> PlaybookRun:
    """Start one version of a playbook in the caller's transaction; the run keeps that version."""
    organization = patient.organization
    stay = stay_of(subject, patient.pk)
    zone = zone_of(actor, stay)
    known = facts_for(patient, stay, dict(facts), anchor_at, zone)
    run, is_new = _run(
        actor, playbook, patient, team, now,
        subject_kind=subject[0], subject_id=subject[1], anchor_event=anchor_event,
        anchor_at=anchor_at, facts=known,
    )  # fmt: skip
    if is_new:
        system = system_actor("worklist.start_playbook", organization, actor)
        _raise_steps(_Start(system, run, patient, team, zone, known, now), playbook)
        _tell_started(actor, run, playbook, now)
    return run


def _tell_started(actor: Actor, run: PlaybookRun, playbook: Playbook, now: datetime) -> None:
    record(actor, "playbook.start", run, now, detail={"playbook": playbook.slug})
    publish(
        PlaybookStarted(
            actor=actor, at=now, organization_id=run.organization_id, patient_id=run.patient_id,
            subject_kind="run", subject_id=run.pk, run_id=run.pk, title=playbook.title,
        )
    )  # fmt: skip


@transaction.atomic
def learn_fact(actor: Actor, run: PlaybookRun, name: str, value: str, now: datetime) -> None:
    """Tell a locked run a fact it started without, and raise the steps that count from it.

    Raises NotPermitted.
    """
    require(actor, "playbook.start")
    amend(run, facts=run.facts | {name: value})
    stay = stay_of((run.subject_kind, run.subject_id), run.patient_id)
    system = system_actor("worklist.start_playbook", run.organization, actor)
    start = _Start(system, run, run.patient, run.team, zone_of(actor, stay), run.facts, now)
    _raise_steps(start, run.playbook, counts_from=name)


def _team_of(patient: Patient) -> Team | None:
    """Return the team with a person for the patient, else whose assignment was opened last.

    One whose unit the patient came to, and that has not taken over yet, waits.
    """
    last = (
        Assignment.objects.filter(patient=patient, ends_at__isnull=True)
        .exclude(kind=AssignmentKind.BACKUP)
        .select_related("team")
        .alias(is_pool=Q(user__isnull=True))
        .order_by("is_pool", "-starts_at", "-pk")
        .first()
    )
    return last.team if last else None


def _run(
    actor: Actor, playbook: Playbook, patient: Patient, team: Team, now: datetime, **key: Any
) -> tuple[PlaybookRun, bool]:
    """Return the run of this event, and whether it was made now."""
    same = {name: key[name] for name in ("subject_kind", "subject_id", "anchor_event")}
    try:
        with transaction.atomic():
            return PlaybookRun.objects.get_or_create(
                slug=playbook.slug, **same,
                defaults={
                    "organization_id": patient.organization_id, "playbook": playbook,
                    "patient": patient, "team": team, "started_at": now,
                    "started_by_id": actor.user_id, "anchor_at": key["anchor_at"],
                    "facts": key["facts"],
                },
            )  # fmt: skip
    except IntegrityError:
        return PlaybookRun.objects.get(slug=playbook.slug, **same), False


def _raise_steps(start: _Start, playbook: Playbook, counts_from: str = "") -> None:
    """Raise the steps of a playbook. counts_from: only those that count from this fact."""
    definition = definition_of(playbook)
    owners = _owners(start.patient, start.team)
    raised: dict[str, Task] = {}
    for step in definition.steps:
        if counts_from and step.anchor_fact != counts_from:
            continue
        task = _raise(start, step, owners.get(step.owner), definition.anchor_event)
        if task is None:
            continue
        raised[step.slug] = task
    for step in definition.steps:  # a step may wait for one further down
        if step.slug in raised:
            waits_for = [raised[slug] for slug in step.blocked_by if slug in raised]
            raised[step.slug].blocked_by.add(*waits_for)


def _owners(patient: Patient, team: Team) -> dict[str, User]:
    """Return who holds a role for the patient in the team: primary, nurse. Else it is the pool."""
    rows = Assignment.objects.filter(
        patient=patient, team=team, ends_at__isnull=True, user__isnull=False, user__is_active=True
    ).select_related("user")
    return {row.kind: row.user for row in rows if row.user is not None}


def _raise(start: _Start, step: Step, owner: User | None, anchor_event: str) -> Task | None:
    anchor_at = anchor_of(start.run, step)
    if anchor_at is None or not step.fits(start.facts):
        return None
    clock = None
    if step.rule:
        clock = _open(start, step, step.anchor_event or anchor_event, anchor_at)
        if clock is None:
            return None
    return raise_task(
        start.actor, patient=start.patient, title=step.title, kind=step.kind, team=start.team,
        assignee=owner, due_at=_due(start, step, anchor_at), due_event=step.due_event, clock=clock,
        evidence=step.evidence, evidence_count=step.evidence_count,
        subject=(start.run.subject_kind, start.run.subject_id),
        severity=clock.rule.severity if clock else "practice", next_step=step.next_step,
        waiting=WaitingIn(kind=step.waiting_on) if step.waiting_on else None, run=start.run,
        step=step.slug, now=start.now,
    )  # fmt: skip


def _open(start: _Start, step: Step, anchor_event: str, anchor_at: datetime) -> Clock | None:
    return clocks.open_clock(
        start.actor, rule=step.rule, patient=start.patient,
        subject=(start.run.subject_kind, start.run.subject_id), anchor_event=anchor_event,
        anchor_at=anchor_at, now=start.now, facts=start.facts, is_served=True,
    )  # fmt: skip


def _due(start: _Start, step: Step, anchor_at: datetime) -> datetime | None:
    """Return when a step with a time of its own is due, counted as a rule would count it."""
    if step.after is None:
        return None
    spec = deadlines.Spec(
        slug=step.slug, kind="expected", amount=step.after.amount, unit=step.after.unit
    )
    return deadlines.due(spec, anchor_at, start.zone, regulatory_calendar()).due_at


def anchor_of(run: PlaybookRun, step: Step) -> datetime | None:
    """Return the instant a step counts from: the run's, or a fact's when the step names one."""
    if not step.anchor_fact:
        return run.anchor_at
    text = run.facts.get(step.anchor_fact, "")
    return datetime.fromisoformat(text) if text else None


def who_looks_after(patient: Patient) -> tuple[Team | None, User | None]:
    """Return the team whose assignment was opened last, and the person of it who is primary."""
    team = _team_of(patient)
    return team, _owners(patient, team).get("primary") if team else None


def looked_after_by(patient: Patient) -> tuple[Team, User | None]:
    """Return the team, and perhaps the person, who looks after the patient now or did last.

    Raises Team.DoesNotExist if the organization has no team at all.
    """
    team, person = who_looks_after(patient)
    if team is not None:
        return team, person
    last = Assignment.objects.filter(patient=patient).select_related("team").order_by("-ends_at")
    if found := last.first():
        return found.team, None
    return Team.objects.filter(organization=patient.organization_id).order_by("pk")[:1].get(), None


@transaction.atomic
def load_playbooks(now: datetime, folder: Path = FOLDER) -> int:
    """Load the shipped playbooks; one that changed becomes the next version. Returns how many.

    Safe to repeat. Raises DefinitionError naming what is wrong in a file; then nothing is loaded.
    """
    return sum(_load(path, now) for path in sorted(folder.glob("*.toml")))


def _load(path: Path, now: datetime) -> bool:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    definition = read_definition(data, kinds=TaskKind.values, evidence=EvidenceKind.values)
    shipped = Playbook.objects.filter(organization=None, slug=definition.slug)
    newest = shipped.order_by("-version").first()
    if newest is not None and newest.is_current and newest.definition == data:
        return False
    shipped.filter(is_current=True).update(is_current=False)
    Playbook.objects.create(
        slug=definition.slug,
        version=newest.version + 1 if newest else 1,
        title=definition.title,
        definition=data,
        loaded_at=now,
    )
    return True
