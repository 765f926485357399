"""What a playbook says, checked before it is kept. Plain values in, frozen values out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_TITLE = 120
OWNERS = {"primary", "nurse", "pool"}
UNITS = {"minutes", "hours", "calendar_days", "business_days"}
FIELD_TYPES = {"text", "date", "time", "instant", "phone", "number"}
NEXT = {"done", "again", "wait", "hold", "stay-open"}
DUE_EVENTS = {"before-leaving", "next-visit"}
TOP_KEYS = {"slug", "title", "about", "subject", "anchor_event", "facts", "sources", "step"}
STEP_KEYS = {
    "slug", "title", "kind", "owner", "rule", "after", "due_event", "anchor_event", "anchor_fact",
    "evidence", "evidence_count", "next_step", "blocked_by", "when", "waiting_on", "results",
    "source",
}  # fmt: skip


class DefinitionError(ValueError):
    """A playbook cannot be kept. sentences: everything wrong with it, at once."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


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
    wrong = list(_mistakes(data, kinds, evidence))
    if wrong:
        raise DefinitionError(wrong)
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


def _mistakes(
    data: Mapping[str, Any], kinds: Sequence[str], evidence: Sequence[str]
) -> Iterator[str]:
    for name in ("slug", "title", "subject", "anchor_event"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            yield f"The playbook needs a {name.replace('_', ' ')}."
    if not SLUG.fullmatch(str(data.get("slug", ""))):
        yield "The slug is written in small letters, digits and hyphens."
    yield from (f"“{key}” is not known here." for key in sorted(set(data) - TOP_KEYS))
    steps = data.get("step")
    if not isinstance(steps, list) or not steps:
        yield "The playbook needs at least one step."
        return
    slugs = [step.get("slug") for step in steps]
    for at, step in enumerate(steps, 1):
        name = step.get("slug") or f"number {at}"
        for mistake in _step_mistakes(step, kinds, evidence):
            yield f"Step “{name}”: {mistake}"
        if slugs.count(step.get("slug")) > 1:
            yield f"Step “{name}”: two steps have this slug."
        for blocker in step.get("blocked_by", ()):
            if blocker not in slugs[: at - 1]:
                yield f"Step “{name}”: “{blocker}” is not an earlier step."


def _step_mistakes(
    step: Mapping[str, Any], kinds: Sequence[str], evidence: Sequence[str]
) -> Iterator[str]:
    yield from (f"“{key}” is not known here." for key in sorted(set(step) - STEP_KEYS))
    if not SLUG.fullmatch(str(step.get("slug", ""))):
        yield "the slug is written in small letters, digits and hyphens."
    if not 1 <= len(str(step.get("title", ""))) <= LONGEST_TITLE:
        yield f"the title has between 1 and {LONGEST_TITLE} characters."
    for name, value, allowed in (
        ("kind", step.get("kind"), kinds),
        ("owner", step.get("owner", "primary"), OWNERS),
        ("evidence", step.get("evidence", "statement"), evidence),
        ("due event", step.get("due_event", ""), {"", *DUE_EVENTS}),
    ):
        if value not in allowed:
            yield f"the {name} is one of {', '.join(sorted(one for one in allowed if one))}."
    if step.get("rule") and step.get("evidence", "statement") == "statement":
        yield "a statement never meets a deadline; name other evidence."
    if step.get("rule") and step.get("after"):
        yield "a step has a rule or a time of its own, not both."
    yield from _offset_mistakes(step.get("after"))
    codes = [result.get("code") for result in step.get("results", ())]
    for result in step.get("results", ()):
        yield from _result_mistakes(result, codes)


def _offset_mistakes(after: Any) -> Iterator[str]:
    if after is None:
        return
    if after.get("unit") not in UNITS:
        yield f"the unit is one of {', '.join(sorted(UNITS))}."
    if not isinstance(after.get("amount"), int) or after["amount"] < 1:
        yield "the amount is a whole number from 1."


def _result_mistakes(result: Mapping[str, Any], codes: Sequence[Any]) -> Iterator[str]:
    code = result.get("code")
    if not SLUG.fullmatch(str(code or "")) or not result.get("label"):
        yield "each result needs a code and a label."
    if codes.count(code) > 1:
        yield f"two results have the code “{code}”."
    if result.get("next", "done") not in NEXT:
        yield f"what follows a result is one of {', '.join(sorted(NEXT))}."
    for blank in result.get("fields", ()):
        if not blank.get("name") or not blank.get("label"):
            yield "each field of a result needs a name and a label."
        if blank.get("type", "text") not in FIELD_TYPES:
            yield f"the type of a field is one of {', '.join(sorted(FIELD_TYPES))}."
