"""Counts of one run, by kind: what was read, what became of it, what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MANY_TYPES = 300  # senders invent types; the counts must not grow with them
OTHER = "other types"


@dataclass(slots=True)
class Tally:
    """Counts only; nothing here says whose records they are."""

    read: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    quarantined: Counter[tuple[str, str]] = field(default_factory=Counter)

    def kind(self, name: str) -> str:
        """Return the name to count under."""
        return name if name in self.read or len(self.read) < MANY_TYPES else OTHER

    def leave(self, kind: str, why: str) -> None:
        """Count one resource that was left out and is no fault."""
        self.left_out[self.kind(kind), why] += 1

    def quarantine(self, kind: str, sentence: str) -> None:
        """Count one resource that could not be read; positions inside it are left off."""
        self.quarantined[self.kind(kind), sentence.partition(": line")[0]] += 1

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of rows that came in, in the order they first did."""
        return [k for k in self.new if self.new[k] or self.changed[k] or self.unchanged[k]]

    def as_json(self) -> dict[str, Any]:
        """Return the counts as the run keeps them."""
        return {
            "read": dict(self.read),
            "came_in": {
                kind: [self.new[kind], self.changed[kind], self.unchanged[kind]]
                for kind in self.kinds
            },
            "left_out": [[*key, n] for key, n in sorted(self.left_out.items())],
            "quarantined": [[*key, n] for key, n in sorted(self.quarantined.items())],
        }


def table(counts: dict[str, Any], what: str = "resources") -> Iterator[str]:
    """Give the lines of the end table from the counts a run keeps. what: was read, in plural."""
    yield f"{'Came in':<44}{'new':>9}{'changed':>9}{'unchanged':>11}"
    for kind, (new, changed, unchanged) in counts["came_in"].items():
        yield f"  {kind:<42}{new:>9}{changed:>9}{unchanged:>11}"
    if not counts["came_in"]:
        yield "  nothing"
    for head, rows in (("Left out", "left_out"), ("In quarantine", "quarantined")):
        if counts[rows]:
            yield f"{head:<44}{'':>9}"
            for kind, why, n in counts[rows]:
                yield f"  {kind:<30}{n:>7}  {why}"
    yield f"Read: {sum(counts['read'].values())} {what} of {len(counts['read'])} types."
