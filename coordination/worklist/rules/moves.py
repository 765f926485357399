"""Who may move a task, within which limits, and by which way it ends (rules.md 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST_HOLD = timedelta(days=120)
REOPEN_FREELY = timedelta(days=30)
UNDONE = "undone"

CANCEL_REASONS = (
    "patient-declined", "no-longer-needed", "duplicate", "died", "readmitted", "moved-away",
    "done-elsewhere", "opted-out", "other",
)  # fmt: skip

# The way from a status to done, moves between included: completing from requested, received or
# accepted by the receiver writes them all.
WAYS_TO_DONE: dict[str, tuple[str, ...]] = {
    "requested": ("accepted", "ready", "completed"),
    "received": ("accepted", "ready", "completed"),
    "accepted": ("ready", "completed"),
    "ready": ("completed",),
    "in-progress": ("completed",),
}

# Moves only the receiver of a hand-over may make.
RECEIVER_ONLY = {
    ("requested", "received"), ("requested", "accepted"), ("requested", "rejected"),
    ("received", "accepted"), ("received", "rejected"),
}  # fmt: skip


def may_work_on(assignee: int | None, user: int | None, *, may_change_others: bool) -> bool:
    """Say whether a person may change a task: their own and their pool's, else by permission.

    assignee: whose it is, None for the pool's. user: None is the system, which may.
    Source: rules.md 4.3, row *Tasks: own / others'*.
    """
    return user is None or assignee is None or assignee == user or may_change_others


def start_status(assignee: int | None, asker: int | None) -> str:
    """Return the status a task starts in: only a hand-over to another person is to be accepted.

    asker: who raises it; None (the system, a playbook) never hands over. Source: rules.md 4.
    """
    handed_over = assignee is not None and asker is not None and assignee != asker
    return "requested" if handed_over else "ready"


def hold_problem(until: datetime, now: datetime) -> str:
    """Return what is wrong with a return date: past, too-far, or nothing. Source: rules.md 4."""
    if until <= now:
        return "past"
    return "too-far" if until - now > LONGEST_HOLD else ""


def needs_reopen_old(completed_at: datetime, now: datetime) -> bool:
    """Say whether a task was done so long ago that only a supervisor opens it again."""
    return now - completed_at > REOPEN_FREELY
