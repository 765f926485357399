"""When the start of clocks was wrong, or something ends their time early or grants them more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.clocks import rules
from coordination.clocks.actions.closing import stop
from coordination.clocks.actions.opening import Reckoned, reckon
from coordination.clocks.actions.versions import replace, replace_reckoned, tell_moved
from coordination.clocks.models import Clock, ClockState
from coordination.clocks.queries import enabled_rule, in_scope, regulatory_calendar, spec_of
from coordination.clocks.queries.clocks import stay_of
from coordination.clocks.queries.rulebook import signers_of
from coordination.records import Refused, lock

MOVABLE = (ClockState.RUNNING, ClockState.BREACHED)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a changed start would do to one clock. new_due_at None with applies: it has no date."""

    clock: Clock
    new_due_at: datetime | None
    applies: bool


def _movable(
    actor: Actor,
    subject: tuple[str, int],
    anchor_event: str,
    *,
    locked: bool,
    old_at: datetime | None = None,
) -> list[Clock]:
    clocks = in_scope(actor).filter(
        subject_kind=subject[0],
        subject_id=subject[1],
        anchor_event=anchor_event,
        state__in=MOVABLE,
    )
    if old_at is not None:
        clocks = clocks.filter(anchor_at=old_at)
    if locked:
        clocks = clocks.select_for_update(of=("self",))
    return list(clocks.select_related("rule", "patient").order_by("due_at", "pk"))


def _again(
    actor: Actor, clocks: list[Clock], new_at: datetime
) -> Iterator[tuple[Clock, Reckoned | None]]:
    """Reckon each clock from another start. An unchanged date keeps the rule's version."""
    stay = stay_of((clocks[0].subject_kind, clocks[0].subject_id), clocks[0].patient_id)
    for clock in clocks:
        facts = {k: v for k, v in clock.facts.items() if k != "sooner_at"}
        yield clock, reckon(actor, clock.slug, clock.patient, stay, new_at, facts)


def preview_anchor(
    actor: Actor, *, subject: tuple[str, int], anchor_event: str, new_at: datetime
) -> list[Moved]:
    """Say what would move if the start had been at another instant; nothing is written."""
    require(actor, "clock.read")
    clocks = _movable(actor, subject, anchor_event, locked=False)
    if not clocks:
        return []
    return [
        Moved(clock, found.due.due_at if found else None, found is not None)
        for clock, found in _again(actor, clocks, new_at)
    ]


@transaction.atomic
def move_anchor(
    actor: Actor,
    *,
    subject: tuple[str, int],
    anchor_event: str,
    new_at: datetime,
    why: str,
    now: datetime,
    old_at: datetime | None = None,
) -> list[Clock]:
    """Correct the start of a record's clocks; returns the new versions, by due time.

    old_at: only those that start at this instant, where one event starts clocks at several.
    Running and late clocks get a new version, reckoned by the rule in force on the new date; one
    whose rule no longer applies stops. Met and explained clocks stay as they are. Raises Refused
    without a reason, NotPermitted.
    """
    require(actor, "clock.move")
    if not why.strip():
        raise Refused(_("Say why the start changes: nothing moves without a reason."))
    clocks = _movable(actor, subject, anchor_event, locked=True, old_at=old_at)
    if not clocks:
        return []
    pairs = []
    for clock, found in _again(actor, clocks, new_at):
        if found is None:
            stop(actor, clock, why, now)
        elif found.due.anchor_at != clock.anchor_at:
            pairs.append((clock, replace_reckoned(actor, clock, found, now, why)))
    if pairs:
        record(
            actor, "clock.move", pairs[0][1], now,
            detail={"clocks": [new.pk for _old, new in pairs], "anchor": anchor_event},
        )  # fmt: skip
    tell_moved(actor, pairs, now, why)
    return [new for _old, new in pairs]


@transaction.atomic
def bring_forward(
    actor: Actor, *, subject: tuple[str, int], event: str, event_at: datetime, now: datetime
) -> list[Clock]:
    """Let an event end the time of clocks early, where their rule says "or sooner at" it.

    A stretch that ended before the rule applies (`moon` within 24 h) stops its clock instead.
    Returns the new versions.
    """
    require(actor, "clock.move")
    clocks = list(
        in_scope(actor)
        .filter(
            subject_kind=subject[0],
            subject_id=subject[1],
            state=ClockState.RUNNING,
            rule__sooner_at__contains=[event],
        )
        .select_for_update(of=("self",))
        .select_related("rule")
    )
    pairs = []
    for clock in clocks:
        if rules.is_too_short(clock.anchor_at, event_at, clock.rule.needs_hours):
            stop(
                actor, clock,
                _("It ended within %(hours)d hours.") % {"hours": clock.rule.needs_hours or 0}, now,
            )  # fmt: skip
        elif clock.due_at is not None and event_at < clock.due_at:
            why = _("Due sooner: the stay changed.")
            facts = clock.facts | {"sooner_at": event_at.isoformat()}
            late = rules.is_late(now, event_at)
            state = ClockState.BREACHED if late else ClockState.RUNNING
            new = replace(actor, clock, now, why, state, due_at=event_at, facts=facts)
            pairs.append((clock, new))
            record(actor, "clock.sooner", new, now)
    tell_moved(actor, pairs, now, _("Due sooner."))
    return [new for _old, new in pairs]


@transaction.atomic
def extend(actor: Actor, public_id: UUID, version: int, why: str, now: datetime) -> Clock:
    """Grant the extension a clock's rule allows: a new version, the old one superseded.

    why: what was documented. Raises Refused where the rule grants none, or its extension is not
    signed off here (grade C).
    """
    require(actor, "clock.move")
    if not why.strip():
        raise Refused(_("Say what was documented: nothing moves without a reason."))
    clock = lock(in_scope(actor).select_related("rule"), public_id, version)
    due = _extended(actor, clock)
    if due is None or due.due_at is None:
        raise Refused(_("No rule in force here grants more time for this."))
    state = ClockState.BREACHED if rules.is_late(now, due.due_at) else ClockState.RUNNING
    new = replace(
        actor, clock, now, why, state,
        due_at=due.due_at, safe_by=due.safe_by, facts=clock.facts | {"extended": "1"},
    )  # fmt: skip
    record(actor, "clock.extend", new, now)
    tell_moved(actor, [(clock, new)], now, why)
    return new


def may_extend(actor: Actor, clock: Clock) -> bool:
    """Say whether a rule in force here grants this open clock more time. 3 statements at most."""
    if clock.state not in MOVABLE or not actor.may("clock.move"):
        return False
    return _extended(actor, clock) is not None


def _extended(actor: Actor, clock: Clock) -> rules.Due | None:
    """Reckon a clock with its own extension, or by the rule that extends it; None: no such."""
    if clock.due_at is None or clock.facts.get("extended") == "1":
        return None
    zone = ZoneInfo(clock.zone)
    calendar = regulatory_calendar(clock.rule.calendar)
    if clock.rule.extension:
        if clock.rule.extension_grade == "C" and not signers_of(actor, clock.rule):
            return None
        return rules.due(spec_of(clock.rule), clock.anchor_at, zone, calendar, is_extended=True)
    longer = enabled_rule(
        actor,
        extends=clock.slug,
        on=clock.anchor_at.astimezone(zone).date(),
        payer_class=clock.facts.get("payer_class", ""),
        facts=clock.facts,
    )
    if longer is None:
        return None
    return with_changes(
        rules.due(spec_of(longer), clock.due_at, zone, calendar), anchor_at=clock.anchor_at
    )
