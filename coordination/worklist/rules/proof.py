"""Which evidence closes which task (rules.md 2.0)."""

from __future__ import annotations

from collections.abc import Iterable

STATEMENT = "statement"

# A contact is a two-way call (or visit) with the patient or family: it proves a call too.
ALSO_PROVES = {"contact": {"contact", "call"}, "visit": {"visit"}}


def accepts(required: str, given: str, *, serves_clock: bool) -> bool:
    """Say whether evidence of one kind closes a task that asks for another.

    A statement closes only what asks for a statement, and never where a clock is served. Any real
    proof closes what a statement would have closed.
    """
    if given == STATEMENT:
        return required == STATEMENT and not serves_clock
    if required == STATEMENT:
        return True
    return required in ALSO_PROVES.get(given, {given})


def is_proven(required: str, count: int, given: Iterable[str], *, serves_clock: bool) -> bool:
    """Say whether what is on file closes the task: `count` pieces of the kind it asks for."""
    good = sum(accepts(required, kind, serves_clock=serves_clock) for kind in given)
    return good >= max(count, 1)


def is_stated(required: str, *, serves_clock: bool) -> bool:
    """Say whether the owner's word alone closes the task, so that one key does."""
    return required == STATEMENT and not serves_clock
