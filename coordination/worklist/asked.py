"""The acts on tasks and clocks that a coordinator or nurse asks for and a supervisor decides.

Clocks lie below this room, so their act is done by their own action from here; a room above brings
its own (coordination/asks.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.clocks import actions as clocks
from coordination.clocks.models import Cause, Clock, ClockState
from coordination.clocks.queries import in_scope
from coordination.words import WHOLE_DAY, full_words, late_words
from coordination.worklist import actions
from coordination.worklist.actions.trail import is_owed, locked
from coordination.worklist.models import OPEN_STATUSES, EvidenceKind, Task, WaitingOn
from coordination.worklist.queries import tasks_in_scope
from coordination.worklist.rules import Act, Subject

MOST_NAMED = 5


def subject_of(record: Task | Clock, title: str, team: Team | None) -> Subject:
    """Return a task or a clock as what an act would be done to. team: whose supervisor is asked."""
    return Subject(
        record.pk, record.public_id, record, record.patient, title, team.pk if team else None,
        team.facility_id if team else None,
    )  # fmt: skip


def find_task(actor: Actor, public_id: UUID, *, lock: bool = False) -> Subject:
    """Return a task in scope. lock: FOR UPDATE, and only for who may work on it.

    Raises Task.DoesNotExist or NotPermitted.
    """
    if lock:
        locked(actor, public_id, None)
    rows = tasks_in_scope(actor).select_related("patient", "team", "clock__rule")
    task = rows.get(public_id=public_id)
    actor.shown.add(task.patient_id)
    return subject_of(task, task.title, task.team)


def task_problem(subject: Subject) -> str:
    """Return why nobody need be asked to cancel this task, or ""."""
    task: Task = subject.record
    if task.status not in OPEN_STATUSES:
        return _("This is “%(status)s” now: there is nothing to cancel.") % {
            "status": task.get_status_display()
        }
    if not is_owed(task):
        return _("No deadline of the law stands behind this task: cancel it yourself.")
    return ""


def task_blockers(subject: Subject, now: datetime, zone: ZoneInfo) -> list[str]:
    """Name what stands in the way of canceling a task: its deadline, its proof, what waits."""
    task: Task = subject.record
    clock = task.clock
    named = [_clock_words(clock, now, zone)] if clock is not None else []
    proof = EvidenceKind(task.evidence_required).label
    named.append(_("No proof yet: %(proof)s") % {"proof": proof})
    if task.waiting_on_kind:
        whom = task.waiting_on_person or WaitingOn(task.waiting_on_kind).label
        named.append(_("Waiting on %(whom)s") % {"whom": whom})
    held_up = task.blocks.filter(is_open=True).order_by("pk").values_list("title", flat=True)
    named += [_("“%(title)s” waits for it") % {"title": title} for title in held_up[:MOST_NAMED]]
    return named


def _clock_words(clock: Clock, now: datetime, zone: ZoneInfo) -> str:
    said = {"title": clock.rule.title, "citation": clock.rule.citation or _("section not known")}
    if clock.due_at is None:
        return _("“%(title)s” (%(citation)s), without a date") % said
    said["when"] = full_words(clock.due_at, zone, WHOLE_DAY)
    if clock.due_at < now:
        said["late"] = late_words(clock.due_at, now)
        return _("“%(title)s” (%(citation)s) was due %(when)s, %(late)s") % said
    return _("“%(title)s” (%(citation)s) runs until %(when)s") % said


def cancel_owed(actor: Actor, public_id: UUID, choice: str, why: str, now: datetime) -> Task:
    """Cancel the task for the reason and in the words of whoever asked."""
    return actions.cancel(actor, public_id, None, now, reason=choice, words=why)


def find_clock(actor: Actor, public_id: UUID, *, lock: bool = False) -> Subject:
    """Return a clock in scope. Its team is that of the task that serves it, else the patient's.

    Raises Clock.DoesNotExist.
    """
    rows = in_scope(actor).select_related("rule", "patient")
    clock = (rows.select_for_update(of=("self",)) if lock else rows).get(public_id=public_id)
    actor.shown.add(clock.patient_id)
    served = Task.objects.filter(clock=clock, is_open=True).select_related("team").order_by("pk")
    task = served.first()
    team = task.team if task else actions.who_looks_after(clock.patient)[0]
    return subject_of(clock, clock.rule.title, team)


def clock_problem(subject: Subject) -> str:
    """Return why nobody need be asked to explain this clock, or ""."""
    clock: Clock = subject.record
    if clock.state == ClockState.BREACHED:
        return ""
    return _("This clock is “%(state)s”: there is nothing to explain.") % {
        "state": clock.get_state_display()
    }


def clock_blockers(subject: Subject, now: datetime, zone: ZoneInfo) -> list[str]:
    """Name what stands against explaining a missed clock: how late it is, what is still open."""
    clock: Clock = subject.record
    named = [_clock_words(clock, now, zone)]
    if clock.satisfied_at is not None:
        at = full_words(clock.satisfied_at, zone, WHOLE_DAY)
        named.append(_("Done too late: %(when)s") % {"when": at})
    else:
        named.append(_("Not done to this day"))
    serving = list(
        Task.objects.filter(clock=clock, is_open=True)
        .order_by("pk")
        .values_list("title", flat=True)
    )
    named += [_("Still open: “%(title)s”") % {"title": title} for title in serving[:MOST_NAMED]]
    if (more := len(serving) - MOST_NAMED) > 0:
        named.append(ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
    return named


def explain_breach(actor: Actor, public_id: UUID, choice: str, why: str, now: datetime) -> Clock:
    """Explain the missed clock with the cause and in the words of whoever asked."""
    clock = in_scope(actor).get(public_id=public_id)
    return clocks.explain(actor, clock, choice, why, now)


def causes() -> Sequence[tuple[str, Any]]:
    """Return the causes of a missed deadline."""
    return Cause.choices


CANCEL_OWED = Act(
    code="cancel-owed-task",
    label=gettext_lazy("Cancel a task the law asks for"),
    wish=gettext_lazy("cancel “%(title)s”"),
    effect=gettext_lazy("The task is cancelled in the same moment. Its deadline runs on."),
    ask="request.ask", decide="task.cancel_regulatory",
    subject="task", page="worklist:task",
    find=find_task, problem=task_problem, blockers=task_blockers, perform=cancel_owed,
    reason=gettext_lazy("Why it need not be done"), choices=actions.cancel_labels,
)  # fmt: skip
EXPLAIN_BREACH = Act(
    code="explain-breach",
    label=gettext_lazy("Explain a missed deadline"),
    wish=gettext_lazy("explain why “%(title)s” was missed"),
    effect=gettext_lazy("It stays on the record as late; the explanation stands beside it."),
    ask="request.ask", decide="clock.explain",
    subject="clock", page="clocks:why",
    find=find_clock, problem=clock_problem, blockers=clock_blockers, perform=explain_breach,
    reason=gettext_lazy("Cause"), choices=causes,
)  # fmt: skip
