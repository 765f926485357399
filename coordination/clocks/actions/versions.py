"""Replacing a clock by a new version of itself. The old one stays on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from coordination.access.actor import Actor
from coordination.clocks.actions.opening import Reckoned, born_state
from coordination.clocks.events import ClocksMoved
from coordination.clocks.models import Clock, ClockState
from coordination.events import publish
from coordination.records import move

KEPT = (
    "organization_id", "patient_id", "rule_id", "slug", "subject_kind", "subject_id",
    "anchor_event", "anchor_at", "opens_at", "due_at", "safe_by", "zone", "facts",
)  # fmt: skip


def replace(
    actor: Actor,
    old: Clock,
    now: datetime,
    why: str,
    state: ClockState = ClockState.RUNNING,
    **fields: Any,
) -> Clock:
    """Supersede a locked clock and insert its next version.

    fields: the columns that differ. Raises TransitionNotAllowed if the old one is at its end.
    """
    move(old, ClockState.SUPERSEDED, actor=actor, now=now, why=why)
    kept = {name: getattr(old, name) for name in KEPT}
    if "rule" in fields:
        kept.pop("rule_id")
    new = Clock.objects.create(
        **{**kept, **fields},
        supersedes=old,
        why=why,
        state=state,
        opened_by_id=actor.user_id,
        opened_at=now,
    )
    if state == ClockState.BREACHED:
        new.log_move(actor, now, ClockState.RUNNING, state, why)
    return new


def replace_reckoned(
    actor: Actor, old: Clock, reckoned: Reckoned, now: datetime, why: str
) -> Clock:
    """Supersede a locked clock by one whose rule was reckoned again."""
    return replace(actor, old, now, why, born_state(reckoned, now), **reckoned.fields())


def tell_moved(actor: Actor, pairs: list[tuple[Clock, Clock]], now: datetime, why: str) -> None:
    """Publish one event for all the clocks of one patient that were replaced."""
    if not pairs:
        return
    first = pairs[0][0]
    publish(
        ClocksMoved(
            actor=actor,
            at=now,
            organization_id=first.organization_id,
            patient_id=first.patient_id,
            subject_kind=first.subject_kind,
            subject_id=first.subject_id,
            pairs=tuple((old.pk, new.pk) for old, new in pairs),
            why=why,
        )
    )
