"""Changing a playbook step by step, and telling two of them apart. Data in, new data out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from coordination.worklist.rules.definition import Definition, Step

LONGEST_SLUG = 40
COMPARED = (
    "title", "kind", "owner", "rule", "after", "due_event", "evidence", "evidence_count",
    "results", "blocked_by", "waiting_on", "next_step", "when",
)  # fmt: skip


def find_step(data: Mapping[str, Any], slug: str) -> dict[str, Any] | None:
    """Return a step of a playbook as it is written; None for a slug it does not have."""
    return next((step for step in data["step"] if step["slug"] == slug), None)


def put_step(data: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any]:
    """Return the playbook with a step in place of the one with its slug, or at the end."""
    changed: dict[str, Any] = deepcopy(dict(data))
    for at, one in enumerate(changed["step"]):
        if one["slug"] == step["slug"]:
            changed["step"][at] = dict(step)
            return changed
    changed["step"].append(dict(step))
    return changed


def move_step(data: Mapping[str, Any], slug: str, by: int) -> dict[str, Any]:
    """Return the playbook with a step further up (by below 0) or down, as far as there is room."""
    changed: dict[str, Any] = deepcopy(dict(data))
    steps = changed["step"]
    at = next((at for at, one in enumerate(steps) if one["slug"] == slug), None)
    if at is not None:
        to = max(0, min(len(steps) - 1, at + by))
        steps.insert(to, steps.pop(at))
    return changed


def drop_step(data: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """Return the playbook without a step. What waited for it still names it, and is told so."""
    changed: dict[str, Any] = deepcopy(dict(data))
    changed["step"] = [one for one in changed["step"] if one["slug"] != slug]
    return changed


def take_step(data: Mapping[str, Any], shipped: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """Return the playbook with a step as it is shipped; a missing one comes where it is there."""
    step = find_step(shipped, slug)
    if step is None or find_step(data, slug) is not None:
        return put_step(data, step) if step else dict(data)
    changed: dict[str, Any] = deepcopy(dict(data))
    before = [one["slug"] for one in shipped["step"]]
    before = before[: before.index(slug)]
    after = [at for at, one in enumerate(changed["step"], 1) if one["slug"] in before]
    changed["step"].insert(max(after, default=0), deepcopy(step))
    return changed


def new_slug(text: str, taken: Iterable[str]) -> str:
    """Return a slug made of a title, or of a label, that nothing has yet."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "step"
    used, number = set(taken), 2
    found = slug
    while found in used:
        found, number = f"{slug}-{number}", number + 1
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One field in which two versions of a step differ; the values as a step holds them."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one step. kind: new, gone, changed or moved; the step on either side."""

    slug: str
    kind: str
    before: Step | None
    after: Step | None
    lines: tuple[Line, ...] = ()
    is_moved: bool = False

    @property
    def title(self) -> str:
        """Return what the step is called now, or was."""
        step = self.after or self.before
        return step.title if step else self.slug


def difference(old: Definition, new: Definition) -> list[Change]:
    """Tell two versions of a playbook apart, in the order of the new one; what is gone comes last.

    Only the steps that stand elsewhere among the others count as moved.
    """
    then, now = ({step.slug: step for step in one.steps} for one in (old, new))
    moved = _moved([slug for slug in then if slug in now], [slug for slug in now if slug in then])
    found = []
    for slug, step in now.items():
        if slug not in then:
            found.append(Change(slug, "new", None, step))
            continue
        lines = _lines(then[slug], step)
        if lines or slug in moved:
            kind = "changed" if lines else "moved"
            found.append(Change(slug, kind, then[slug], step, lines, slug in moved))
    gone = [Change(slug, "gone", step, None) for slug, step in then.items() if slug not in now]
    return found + gone


def _lines(before: Step, after: Step) -> tuple[Line, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return tuple(Line(name, one, other) for name, one, other in pairs if one != other)


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Return which of the same slugs stand elsewhere in the second order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    still = {slug for block in blocks for slug in before[block.a : block.a + block.size]}
    return set(before) - still
