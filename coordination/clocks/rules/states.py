"""The state of a clock, and what an event does to it (rules.md 4, Clock)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ClockState:
    """state: running, satisfied or breached. alert: "", "born-expired" or "late-event-linked"."""

    state: str
    alert: str = ""


def whole_second(at: datetime) -> datetime:
    """Return the instant without its fraction of a second."""
    return at.replace(microsecond=0)


def is_in_time(event_at: datetime, due_at: datetime | None) -> bool:
    """Say whether an event is in time: in whole seconds, at or before the due instant.

    A clock without a due instant (a gate) is met whenever it is met.
    """
    return due_at is None or whole_second(event_at) <= whole_second(due_at)


def is_late(now: datetime, due_at: datetime | None) -> bool:
    """Say whether the due instant has passed. Never for a clock without one."""
    return not is_in_time(now, due_at)


def state_of(
    due_at: datetime | None, created_at: datetime, now: datetime, event_at: datetime | None = None
) -> ClockState:
    """Say what state a clock is in.

    event_at: when an event the rule accepts happened. A late one is linked and undoes nothing.
    """
    if event_at is not None:
        if is_in_time(event_at, due_at):
            return ClockState("satisfied")
        return ClockState("breached", "late-event-linked")
    if is_late(now, due_at):
        return ClockState("breached", "born-expired" if is_late(created_at, due_at) else "")
    return ClockState("running")


def margin_minutes(event_at: datetime, due_at: datetime | None) -> int | None:
    """Return whole minutes left at the event, negative if late; None without a due instant."""
    if due_at is None:
        return None
    return (whole_second(due_at) - whole_second(event_at)) // timedelta(minutes=1)


def accepts(evidence_kinds: Collection[str], evidence: str) -> bool:
    """Say whether a rule takes this kind of evidence.

    `statement` never closes a clock. An automated message's receipt is of kind `receipt`, so it is
    never a `contact` (rules.md 2.0). A rule that lists no evidence is information and takes none.
    """
    return evidence != "statement" and evidence in evidence_kinds
