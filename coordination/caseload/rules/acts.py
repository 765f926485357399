"""What may still be done about something one did: take it back, or the right way out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=30)  # rules.md 4, Task; later a supervisor's
UNDOABLE = frozenset({"reopen", "end-hold", "move-back", "assign-back", "take-up"})

# What a task's event left it as, and the exit while the task still is so.
AFTER: Mapping[str, str] = {"completed": "reopen", "on-hold": "end-hold"}
BY_EVENT: Mapping[str, str] = {
    "due": "move-back", "assigned": "assign-back", "raised": "cancel", "waiting": "wait",
    "escalated": "tell-them",
}  # fmt: skip
ENDED: Mapping[str, str] = {"cancelled": "raise-anew", "failed": "raise-anew"}

# What a line of a patient's story says was done, by how its kind begins; the first that fits.
BY_LINE: tuple[tuple[str, str], ...] = (
    ("call.", "call-error"), ("note.", "note-error"), ("message.", "tell-recipient"),
    ("patient.died", "alive"), ("patient.unlisted", "list-again"), ("patient.listed", "unlist"),
    ("patient.registered", "correct"), ("patient.", "correct"), ("stay.severity", "chart"),
    ("stay.", "correct-stay"),
    ("anchor.", "correct-stay"), ("contact.", "family"), ("permission.", "permission"),
    ("outreach.", "wishes"), ("coverage.", "coverage"), ("visit.", "chart"),
    ("clock.", "clocks"), ("request.", "request"), ("playbook.", "cancel-steps"),
    ("mended.", "none"),
)  # fmt: skip


def exit_of_task_event(
    kind: str, after: str, status: str, *, is_open: bool, at: datetime, now: datetime
) -> str:
    """Return the way out of an act on a task, by its event and the status the task has now.

    after: the status the event left it as, for a move. is_open: whether the task is. A task that
    has moved on has no way back by this act: "changed", its own page says how it stands.
    """
    if kind == "undo":
        return "none"
    if kind == "move":
        if after != status:
            return "changed"
        if after == "completed" and now - at > REOPEN_WITHIN:
            return "too-old"
        return AFTER.get(after) or ENDED.get(after, "open")
    return BY_EVENT.get(kind, "open") if is_open else "changed"


def exit_of_line(kind: str) -> str:
    """Return the way out of what a line of the story tells."""
    return next((way for prefix, way in BY_LINE if kind.startswith(prefix)), "chart")
