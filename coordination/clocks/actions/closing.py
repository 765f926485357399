"""Ending a clock: met, met no longer, explained, no longer applies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.clocks import rules
from coordination.clocks.actions.versions import replace, tell_moved
from coordination.clocks.events import (
    ClockExplained,
    ClockRunsAgain,
    ClockSatisfied,
    ClocksStopped,
)
from coordination.clocks.models import Clock, ClockState
from coordination.clocks.queries import in_scope
from coordination.events import publish
from coordination.records import Refused, TransitionNotAllowed, amend, lock, move

OPEN = (ClockState.RUNNING, ClockState.BREACHED, ClockState.EXPLAINED)


def _locked(actor: Actor, clock: Clock, version: int | None = None) -> Clock:
    """Return the clock locked, with its rule.

    version: the one a form was opened with. Raises Clock.DoesNotExist out of scope, StaleRecord.
    """
    return lock(in_scope(actor).select_related("rule"), clock.public_id, version)


@transaction.atomic
def satisfy(
    actor: Actor,
    clock: Clock,
    event_at: datetime,
    evidence: str,
    now: datetime,
    *,
    source: tuple[str, int] | None = None,
) -> Clock:
    """Close a clock by evidence, and return the version that stands then.

    event_at: when it happened, which decides; source: the record that proves it. An event in time
    meets the clock, even if the sweep found it late before the event was recorded: then a new
    version replaces it. A late event is linked and undoes nothing. Raises Refused for evidence the
    rule does not take (a statement or an automated message never meets a clock), and
    TransitionNotAllowed for a clock that is no longer open.
    """
    require(actor, "clock.move")
    clock = _locked(actor, clock)
    if not rules.accepts(clock.rule.evidence, evidence):
        raise Refused(
            _("This does not close “%(title)s”: its rule asks for other evidence.")
            % {"title": clock.rule.title}
        )
    if clock.state == ClockState.SATISFIED:
        return clock
    if clock.state not in OPEN:
        raise TransitionNotAllowed(
            _("This clock is “%(state)s” and closes no more.")
            % {"state": clock.get_state_display()}
        )
    proof: dict[str, Any] = {
        "satisfied_by": evidence,
        "satisfied_at": event_at,
        "margin_minutes": rules.margin_minutes(event_at, clock.due_at),
        "source_kind": source[0] if source else "",
        "source_id": source[1] if source else None,
    }
    if not rules.is_in_time(event_at, clock.due_at) or clock.state == ClockState.EXPLAINED:
        return _link_late(actor, clock, proof, now)
    return _meet(actor, clock, proof, now)


def _link_late(actor: Actor, clock: Clock, proof: dict[str, Any], now: datetime) -> Clock:
    """Write the late event beside the breach. The first one stays."""
    if clock.state == ClockState.RUNNING:  # the sweep had not come by yet
        move(clock, ClockState.BREACHED, actor=actor, now=now, why="late-event-linked", **proof)
    elif clock.satisfied_at is None:
        amend(clock, **proof)
    record(actor, "clock.link_late", clock, now)
    return clock


def _meet(actor: Actor, clock: Clock, proof: dict[str, Any], now: datetime) -> Clock:
    if clock.state == ClockState.BREACHED:
        why = _("It was done in time and recorded later.")
        old = clock
        clock = replace(actor, old, now, why, ClockState.SATISFIED, **proof)
        clock.log_move(actor, now, ClockState.RUNNING, ClockState.SATISFIED, why)
        tell_moved(actor, [(old, clock)], now, why)
    else:
        move(clock, ClockState.SATISFIED, actor=actor, now=now, **proof)
    record(actor, "clock.satisfy", clock, now, detail={"margin": clock.margin_minutes})
    publish(
        ClockSatisfied(
            actor=actor, at=now, organization_id=clock.organization_id,
            patient_id=clock.patient_id, subject_kind="clock", subject_id=clock.pk,
            clock_id=clock.pk, slug=clock.slug, title=clock.rule.title,
        )
    )  # fmt: skip
    return clock


@transaction.atomic
def unsatisfy(actor: Actor, clock: Clock, why: str, now: datetime) -> Clock:
    """Take back a met clock whose closing event was undone: a new version runs, or is late.

    Raises TransitionNotAllowed if the clock is not met.
    """
    require(actor, "clock.move")
    old = _locked(actor, clock)
    if old.state != ClockState.SATISFIED:
        raise TransitionNotAllowed(_("Only a clock that was met can be taken back."))
    late = rules.is_late(now, old.due_at) and old.rule.evidence
    state = ClockState.BREACHED if late else ClockState.RUNNING
    new = replace(actor, old, now, why, state)
    record(actor, "clock.unsatisfy", new, now)
    publish(
        ClockRunsAgain(
            actor=actor, at=now, organization_id=new.organization_id, patient_id=new.patient_id,
            subject_kind=new.subject_kind, subject_id=new.subject_id, pairs=((old.pk, new.pk),),
            why=why, title=old.rule.title, due_at=new.due_at,
            is_late=state == ClockState.BREACHED,
        )
    )  # fmt: skip
    return new


@transaction.atomic
def unlink_late(actor: Actor, clock: Clock, now: datetime) -> Clock:
    """Take a late event back that was linked to a missed clock: it did not happen here."""
    require(actor, "clock.move")
    clock = _locked(actor, clock)
    if clock.satisfied_at is None or clock.state not in OPEN:
        return clock
    amend(
        clock, satisfied_by="", satisfied_at=None, margin_minutes=None, source_kind="",
        source_id=None,
    )  # fmt: skip
    record(actor, "clock.unlink_late", clock, now)
    return clock


def stop(actor: Actor, clock: Clock, why: str, now: datetime) -> None:
    """Move a locked clock to *no longer applies*, with its trail and event."""
    move(clock, ClockState.NOT_APPLICABLE, actor=actor, now=now, why=why)
    record(actor, "clock.stop", clock, now)
    publish(
        ClocksStopped(
            actor=actor, at=now, organization_id=clock.organization_id,
            patient_id=clock.patient_id, subject_kind=clock.subject_kind,
            subject_id=clock.subject_id, ids=(clock.pk,), why=why, titles=(clock.rule.title,),
        )
    )  # fmt: skip


@transaction.atomic
def not_applicable(
    actor: Actor, clock: Clock, why: str, now: datetime, version: int | None = None
) -> Clock:
    """Say that a running or late clock no longer applies; why: the fact that made it so.

    Raises Refused without the fact, StaleRecord, TransitionNotAllowed for a clock at its end.
    """
    require(actor, "clock.move")
    if not why.strip():
        raise Refused(_("Say what happened: a clock stops for a fact only."))
    clock = _locked(actor, clock, version)
    stop(actor, clock, why, now)
    return clock


@transaction.atomic
def explain(
    actor: Actor,
    clock: Clock,
    cause: str,
    text: str,
    now: datetime,
    version: int | None = None,
) -> Clock:
    """Explain a missed clock; it stays missed. cause: a code of Cause, or the hospital's own.

    Raises NotPermitted (a supervisor explains), Refused without words, StaleRecord,
    TransitionNotAllowed.
    """
    require(actor, "clock.explain")
    if not cause.strip() or not text.strip():
        raise Refused(_("An explanation needs a cause and words."))
    clock = _locked(actor, clock, version)
    move(
        clock, ClockState.EXPLAINED, actor=actor, now=now, why=cause, cause=cause, explanation=text
    )
    record(actor, "clock.explain", clock, now, detail={"cause": cause})
    publish(
        ClockExplained(
            actor=actor, at=now, organization_id=clock.organization_id,
            patient_id=clock.patient_id, subject_kind="clock", subject_id=clock.pk,
            clock_id=clock.pk, title=clock.rule.title,
        )
    )  # fmt: skip
    return clock


@transaction.atomic
def stop_subject(actor: Actor, *, subject: tuple[str, int], why: str, now: datetime) -> list[Clock]:
    """Stop every running or late clock of a record that was entered in error. Returns them."""
    require(actor, "clock.move")
    clocks = list(
        in_scope(actor)
        .filter(
            subject_kind=subject[0],
            subject_id=subject[1],
            state__in=[ClockState.RUNNING, ClockState.BREACHED],
        )
        .select_related("rule")
        .select_for_update(of=("self",))
    )
    for clock in clocks:
        stop(actor, clock, why, now)
    return clocks
