"""Reactions: what happens to patients and clocks, and what it does to tasks.

Each runs in the publisher's transaction, as the system on behalf of whoever acted, locks without a
version and never refuses: what a person should decide is proposed to them (rules.md 4.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, system_actor
from coordination.access.models import Unit
from coordination.clocks import events as clocks
from coordination.clocks.models import Clock
from coordination.records import amend
from coordination.worklist import actions
from coordination.worklist.models import (
    DueEvent,
    EvidenceKind,
    PlaybookRun,
    Proposal,
    Task,
    TaskKind,
)
from coordination.worklist.rules import WAYS_TO_DONE
from patients import events
from patients.models import Patient, PayerClass, StatusSegment, Stay

# Which playbook a class of the stay, a plan for leaving, and leaving itself start (rules.md 5.3).
BY_SEGMENT: Mapping[str, str] = {"inpatient": "inpatient-admission", "observation": "observation"}
BY_PLAN: Mapping[str, str] = {
    **dict.fromkeys(("01", "06"), "discharge-home"),
    **dict.fromkeys(("03", "61", "62", "63", "64"), "discharge-facility"),
    "07": "against-advice",
}
BY_LEAVING: Mapping[str, str] = dict.fromkeys(("01", "06"), "thirty-days")
EXPECTED = "expected_at"  # the fact that some steps of a plan count from
AFTER_LEAVING = {"thirty-days", "against-advice"}


def _system(event: Any) -> Actor:
    return system_actor("worklist.follow", event.actor.organization, on_behalf_of=event.actor)


def _patient_id(event: Any) -> int:
    return int(event.patient_id or 0)


def _open_tasks(event: Any) -> QuerySet[Task]:
    return Task.objects.filter(patient_id=_patient_id(event), is_open=True).order_by("pk")


def _start(
    event: events.PatientEvent, slug: str, anchor_event: str, anchor_at: datetime, **facts: str
) -> None:
    actions.start_playbook(
        _system(event),
        slug=slug,
        patient=Patient.objects.get(pk=_patient_id(event)),
        subject=(event.subject_kind, event.subject_id or 0),
        anchor_event=anchor_event,
        anchor_at=anchor_at,
        now=event.now,
        facts=facts,
    )


def _propose(event: Any, tasks: QuerySet[Task], fact: str, sentence: str, now: datetime) -> None:
    system = _system(event)
    for task in tasks:
        actions.propose_close(system, task, fact=fact, sentence=sentence, now=now)


def start_for_segment(event: events.SegmentStarted) -> None:
    """Start what a stay that became inpatient or observation owes, each once a stay."""
    slug = BY_SEGMENT.get(event.segment_class)
    if slug is None:
        return
    _start(event, slug, f"stay.segment_started({event.segment_class})", event.at)
    if event.segment_class == "observation":
        _start_for_change(event)
        return
    stay = Stay.objects.get(pk=event.stay_id)
    if stay.expected_at is not None:
        _expected_is_known(event, event.stay_id)


def _start_for_change(event: events.SegmentStarted) -> None:
    """Ask whether the notice of a changed status is owed, where the part before was inpatient."""
    before = StatusSegment.objects.filter(
        stay_id=event.stay_id, segment_class="inpatient", ends_at=event.at
    )
    if before.exists():
        _start(event, "status-change", "stay.reclassified", event.at)


def close_expected(event: events.StayExpectedMoved) -> None:
    """Close the step that asks for the expected date, and raise the steps that waited for it.

    The stay's own record proves the first. A plan made before its date was known has steps that
    count from the date: they are raised now.
    """
    if event.expected_at is None:
        return
    _expected_is_known(event, event.stay_id)
    waiting = PlaybookRun.objects.filter(
        subject_kind="stay", subject_id=event.stay_id, anchor_event="stay.discharge_planned"
    ).exclude(facts__has_key=EXPECTED)
    waiting = waiting.select_related("playbook", "patient", "team", "organization")
    for run in waiting.select_for_update(of=("self",)):
        value = event.expected_at.isoformat()
        actions.learn_fact(_system(event), run, EXPECTED, value, event.now)


def _expected_is_known(event: events.PatientEvent, stay_id: int) -> None:
    steps = _open_tasks(event).filter(
        step="expected-date", subject_kind="stay", subject_id=stay_id, status__in=WAYS_TO_DONE
    )
    for task in steps:
        proof = actions.EvidenceIn(kind=EvidenceKind.STATUS, subject=("stay", stay_id))
        actions.complete(_system(event), task.public_id, None, event.now, evidence=proof)


def start_for_plan(event: events.DischargePlanned) -> None:
    """Start the playbook of the planned way of leaving; propose to close that of another one."""
    slug = BY_PLAN.get(event.disposition, "")
    others = _open_tasks(event).filter(
        run__slug__in=set(BY_PLAN.values()) - {slug}, run__subject_id=event.stay_id,
        run__subject_kind="stay",
    )  # fmt: skip
    _propose(event, others, "plan-changed", _("The plan for leaving has changed."), event.now)
    if not slug:
        return
    expected_at = event.expected_at or Stay.objects.get(pk=event.stay_id).expected_at
    facts = {"disposition": event.disposition}
    if expected_at is not None:
        facts[EXPECTED] = expected_at.isoformat()
    _start(event, slug, "stay.discharge_planned", event.at, **facts)


def start_for_departure(event: events.StayDeparted) -> None:
    """Date what was due before leaving, and start the thirty days of those who went home."""
    for task in _open_tasks(event).filter(due_event=DueEvent.BEFORE_LEAVING, due_at=None):
        actions.date_event(_system(event), task, event.departed_at, event.now)
    slug = BY_LEAVING.get(event.disposition)
    if slug:
        anchor_event = f"stay.discharged({event.disposition})"
        _start(event, slug, anchor_event, event.departed_at, disposition=event.disposition)


def propose_owners(event: events.StayMoved) -> None:
    """Ask the team of another unit whether it takes over; until then nothing changes hands."""
    if event.unit_id in {None, event.left_unit_id}:
        return
    stay = Stay.objects.select_related("unit").get(pk=event.stay_id)
    left = Unit.objects.filter(pk=event.left_unit_id or 0).first()
    if stay.unit is not None:
        actions.propose_takeover(_system(event), stay, left, stay.unit, event.now)


def withdraw_owners(event: events.StayDeparted) -> None:
    """Ask nobody any more to take over a patient who has left."""
    stay = Stay.objects.get(pk=event.stay_id)
    actions.withdraw_takeover(_system(event), stay, event.now, _("left the hospital"))


def propose_for_readmission(event: events.StayAdmitted) -> None:
    """Propose to close what was for the time after an earlier stay."""
    tasks = _open_tasks(event).filter(run__slug__in=AFTER_LEAVING)
    tasks = tasks.exclude(run__subject_kind="stay", run__subject_id=event.stay_id)
    _propose(event, tasks, "readmitted", _("The patient is back in hospital."), event.now)


def propose_for_death(event: events.PatientDied) -> None:
    """Propose to close everything still open; nothing is closed by itself."""
    _propose(event, _open_tasks(event), "died", _("The patient has died."), event.now)


def withdraw_for_life(event: events.DeathWithdrawn) -> None:
    """Take back the proposals of a death that was recorded in error."""
    standing = Proposal.objects.select_for_update().filter(
        patient_id=_patient_id(event), fact="died", is_taken=None
    )
    for proposal in standing:
        amend(proposal, is_taken=False, answered_at=event.now, reason=event.sentence()[:200])


def propose_for_void(event: events.StayVoided) -> None:
    """Propose to close what hung on a stay that was not one."""
    tasks = _open_tasks(event).filter(
        Q(run__subject_kind="stay", run__subject_id=event.stay_id)
        | Q(subject_kind="stay", subject_id=event.stay_id)
    )
    _propose(event, tasks, "stay-voided", event.sentence(), event.now)


def propose_for_visit(event: events.VisitChanged) -> None:
    """Propose to close the first visit after leaving when one was kept; yes is its proof."""
    if event.status != "fulfilled":
        return
    tasks = _open_tasks(event).filter(
        run__slug="thirty-days", evidence_required=EvidenceKind.VISIT,
        run__anchor_at__lte=event.starts_at or event.at,
    )  # fmt: skip
    _propose(event, tasks, "visit-kept", event.sentence(), event.now)


def confirm_payer(event: events.CoverageChanged) -> None:
    """Raise *Confirm the payer class* for an insurance nobody has confirmed; propose its end."""
    about = {"subject_kind": "coverage", "subject_id": event.coverage_id}
    standing = _open_tasks(event).filter(kind=TaskKind.CHECK, **about)
    if event.payer_class != PayerClass.UNCONFIRMED or event.act == "ended":
        sentence = _("The payer class is no longer open.")
        _propose(event, standing, "payer-known", sentence, event.now)
        return
    patient = Patient.objects.get(pk=_patient_id(event))
    team, owner = actions.who_looks_after(patient)
    if standing.exists() or team is None:
        return
    actions.raise_task(
        _system(event), patient=patient, title=_("Confirm the payer class"), kind=TaskKind.CHECK,
        team=team, assignee=owner, evidence=EvidenceKind.CALL, waiting=None,
        subject=("coverage", event.coverage_id), now=event.now,
        next_step=_("No payer rule applies until somebody confirms it"),
    )  # fmt: skip


def follow_clocks(event: clocks.ClocksMoved) -> None:
    """Let the open tasks of replaced clocks serve the new ones, and take their time."""
    new_of = dict(event.pairs)
    tasks = Task.objects.filter(is_open=True, clock_id__in=new_of)
    if event.patient_id is not None:
        tasks = tasks.filter(patient_id=event.patient_id)
    found = list(tasks.order_by("pk"))
    news = Clock.objects.in_bulk([new_of[task.clock_id] for task in found if task.clock_id])
    for task in found:
        clock = news.get(new_of.get(task.clock_id or 0, 0))
        if clock is not None:
            actions.follow_clock(_system(event), task, clock, event.at)


def propose_for_stopped(event: clocks.ClocksStopped) -> None:
    """Propose to close the open tasks of clocks that no longer apply."""
    tasks = Task.objects.filter(is_open=True, clock_id__in=event.ids).order_by("pk")
    if event.patient_id is not None:
        tasks = tasks.filter(patient_id=event.patient_id)
    _propose(event, tasks, "clock-stopped", event.sentence(), event.at)


def propose_for_explained(event: clocks.ClockExplained) -> None:
    """Propose to close the task that a missed deadline raised, once somebody has explained it."""
    tasks = _open_tasks(event).filter(clock_id=event.clock_id, step__in=actions.ALARMS)
    _propose(event, tasks, "explained", event.sentence(), event.at)


def raise_for_breached(event: clocks.ClocksBreached) -> None:
    """Put what ran out on a list: one task for each clock that nobody serves."""
    actions.raise_for_late(_system(event), event.ids, event.at)


def raise_for_born_late(event: clocks.ClockOpened) -> None:
    """Raise the alert of a clock that was past due when it began."""
    if event.born_expired and not event.is_served:
        actions.raise_for_late(_system(event), [event.clock_id], event.at)


def withdraw_for_task(event: Any) -> None:
    """Ask for nothing about a task that ended without an answer. event: of that task."""
    if event.is_owed:
        why = _("The task is closed already.")
        actions.withdraw_moot(_system(event), "task", [event.task_id], why, event.at)


def withdraw_for_explained(event: clocks.ClockExplained) -> None:
    """Ask for nothing about a clock that somebody explained without being asked."""
    why = _("It was explained already.")
    actions.withdraw_moot(_system(event), "clock", [event.clock_id], why, event.at)


def withdraw_for_stopped(event: clocks.ClocksStopped) -> None:
    """Ask for nothing about clocks that no longer apply."""
    actions.withdraw_moot(_system(event), "clock", event.ids, event.sentence(), event.at)


def withdraw_for_merged(event: Any) -> None:
    """Ask no more to merge charts that are one already. event: ChartsMerged."""
    both = [event.patient_id, event.gone_id]
    actions.withdraw_merge_requests(_system(event), both, _("The charts are one."), event.at)


def withdraw_for_moved(event: clocks.ClocksMoved) -> None:
    """Ask for nothing about clocks that others have replaced."""
    old = [before for before, _after in event.pairs]
    actions.withdraw_moot(_system(event), "clock", old, event.sentence(), event.at)
