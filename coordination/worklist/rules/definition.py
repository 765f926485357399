"""What a playbook says, checked before it is kept. Plain values in, frozen values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coordination.worklist.rules.mistakes import DefinitionError, mistakes


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a result: what it is called, and what goes in."""

    name: str
    label: str
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Result:
    """One possible answer of a step. next: what follows, such as done or again."""

    code: str
    label: str
    fields: tuple[Blank, ...] = ()
    next: str = "done"


@dataclass(frozen=True, slots=True)
class Offset:
    """How long after the anchor a step is due, where no rule says it."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. rule: the deadline rule it serves; one that is off raises nothing.

    when: fact to allowed values; "" allows a fact that is not known. anchor_fact: the fact that
    holds the instant this step counts from, instead of the run's own; without it, no step.
    """

    slug: str
    title: str
    kind: str
    owner: str = "primary"
    rule: str = ""
    after: Offset | None = None
    due_event: str = ""
    anchor_event: str = ""
    anchor_fact: str = ""
    evidence: str = "statement"
    evidence_count: int = 1
    next_step: str = ""
    blocked_by: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting_on: str = ""
    results: tuple[Result, ...] = ()
    source: str = ""

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Say whether the step belongs to a run with these facts."""
        return all(facts.get(name, "") in allowed for name, allowed in self.when.items())


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole playbook. subject: the kind of record it hangs on. facts: to ask at the start."""

    slug: str
    title: str
    about: str
    subject: str
    anchor_event: str
    steps: tuple[Step, ...]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def read_definition(
    data: Mapping[str, Any], *, kinds: Sequence[str], evidence: Sequence[str]
) -> Definition:
    """Check and read a playbook as TOML or JSON gives it.

    kinds, evidence: the codes a task may have. Raises DefinitionError naming every mistake.
    """
    wrong = list(mistakes(data, kinds, evidence))
    if wrong:
        raise DefinitionError(wrong)
    return as_definition(data)


def as_definition(data: Mapping[str, Any]) -> Definition:
    """Read a playbook whose steps are each sound; whether they fit together is not asked."""
    return Definition(
        slug=data["slug"],
        title=data["title"],
        about=data.get("about", ""),
        subject=data["subject"],
        anchor_event=data["anchor_event"],
        facts={name: tuple(allowed) for name, allowed in data.get("facts", {}).items()},
        sources=tuple(data.get("sources", ())),
        steps=tuple(_step(one) for one in data["step"]),
    )


def _step(one: Mapping[str, Any]) -> Step:
    values = dict(one)
    values["after"] = Offset(**one["after"]) if "after" in one else None
    values["blocked_by"] = tuple(one.get("blocked_by", ()))
    values["when"] = {name: tuple(allowed) for name, allowed in one.get("when", {}).items()}
    values["results"] = tuple(
        Result(
            code=result["code"],
            label=result["label"],
            fields=tuple(Blank(**blank) for blank in result.get("fields", ())),
            next=result.get("next", "done"),
        )
        for result in one.get("results", ())
    )
    return Step(**values)
