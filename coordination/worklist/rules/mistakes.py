"""What is wrong with a playbook, each with the step and the field it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_TITLE = 120
MOST_STEPS = 40
OWNERS = ("primary", "nurse", "pool")
UNITS = ("minutes", "hours", "calendar_days", "business_days")
FIELD_TYPES = ("text", "date", "time", "instant", "phone", "number")
NEXT = ("done", "again", "wait", "hold", "stay-open")
DUE_EVENTS = ("before-leaving", "next-visit")
TOP_KEYS = {"slug", "title", "about", "subject", "anchor_event", "facts", "sources", "step"}
STEP_KEYS = {
    "slug", "title", "kind", "owner", "rule", "after", "due_event", "anchor_event", "anchor_fact",
    "evidence", "evidence_count", "next_step", "blocked_by", "when", "waiting_on", "results",
    "source",
}  # fmt: skip
Said = tuple[str, str, Mapping[str, object]]  # field, sentence, what goes into it


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong. step: slug, "" for the playbook itself; text: with %-names."""

    step: str
    title: str
    field: str
    text: str
    values: Mapping[str, object] = made(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the mistake for a command line, in English."""
        said = self.text % self.values
        return f"Step “{self.step}”: {said}" if self.step else said


class DefinitionError(ValueError):
    """A playbook cannot be kept. mistakes: everything wrong with it, at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(" ".join(one.sentence for one in mistakes))
        self.mistakes = tuple(mistakes)
        self.sentences = tuple(one.sentence for one in mistakes)


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A deadline rule as a playbook sees it.

    is_on: signed for, where it needs that. is_law: a regulation stands behind it. evidence: the
    kinds that meet it.
    """

    slug: str
    title: str
    how: str
    is_on: bool
    is_law: bool
    evidence: tuple[str, ...]


def mistakes(
    data: Mapping[str, Any], kinds: Sequence[str], evidence: Sequence[str]
) -> Iterator[Mistake]:
    """Give what is wrong with a playbook as TOML or JSON has it, whoever wrote it."""
    for name in ("slug", "title", "subject", "anchor_event"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            said = {"name": name.replace("_", " ")}
            yield Mistake("", "", name, "The playbook needs a %(name)s.", said)
    if not SLUG.fullmatch(str(data.get("slug", ""))):
        yield Mistake(
            "", "", "slug", "The slug is written in small letters, digits and hyphens."
        )  # fmt: skip
    for key in sorted(set(data) - TOP_KEYS):
        yield Mistake("", "", key, "“%(key)s” is not known here.", {"key": key})
    steps = data.get("step")
    if not isinstance(steps, list) or not steps:
        yield Mistake("", "", "step", "The playbook needs at least one step.")
        return
    if len(steps) > MOST_STEPS:
        most = {"most": MOST_STEPS}
        yield Mistake("", "", "step", "A playbook has at most %(most)d steps.", most)
    slugs = [step.get("slug") for step in steps]
    for at, step in enumerate(steps, 1):
        name, title = step.get("slug") or f"number {at}", str(step.get("title", ""))
        for field_name, text, values in step_mistakes(step, kinds, evidence):
            yield Mistake(name, title, field_name, text, values)
        if slugs.count(step.get("slug")) > 1:
            yield Mistake(name, title, "slug", "two steps have this slug.")
    yield from order_mistakes(steps)


def step_mistakes(
    step: Mapping[str, Any], kinds: Sequence[str], evidence: Sequence[str]
) -> Iterator[Said]:
    """Give what is wrong within one step."""
    for key in sorted(set(step) - STEP_KEYS):
        yield key, "“%(key)s” is not known here.", {"key": key}
    if not SLUG.fullmatch(str(step.get("slug", ""))):
        yield "slug", "the slug is written in small letters, digits and hyphens.", {}
    if not 1 <= len(str(step.get("title", ""))) <= LONGEST_TITLE:
        most = {"most": LONGEST_TITLE}
        yield "title", "the title has between 1 and %(most)d characters.", most
    for name, value, allowed in (
        ("kind", step.get("kind"), kinds),
        ("owner", step.get("owner", "primary"), OWNERS),
        ("evidence", step.get("evidence", "statement"), evidence),
        ("due_event", step.get("due_event", ""), ("", *DUE_EVENTS)),
    ):
        if value not in allowed:
            listed = ", ".join(sorted(one for one in allowed if one))
            said = {"name": name.replace("_", " "), "allowed": listed}
            yield name, "the %(name)s is one of %(allowed)s.", said
    if step.get("rule") and step.get("evidence", "statement") == "statement":
        yield "evidence", "a statement never meets a deadline; name other evidence.", {}
    if step.get("rule") and step.get("after"):
        yield "after", "a step has a rule or a time of its own, not both.", {}
    yield from _offset_mistakes(step.get("after"))
    codes = [result.get("code") for result in step.get("results", ())]
    for result in step.get("results", ()):
        yield from _result_mistakes(result, codes)


def _offset_mistakes(after: Any) -> Iterator[Said]:
    if after is None:
        return
    if after.get("unit") not in UNITS:
        yield "after", "the unit is one of %(units)s.", {"units": ", ".join(sorted(UNITS))}
    if not isinstance(after.get("amount"), int) or after["amount"] < 1:
        yield "after", "the amount is a whole number from 1.", {}


def _result_mistakes(result: Mapping[str, Any], codes: Sequence[Any]) -> Iterator[Said]:
    code = result.get("code")
    if not SLUG.fullmatch(str(code or "")) or not result.get("label"):
        yield "results", "each result needs a code and a label.", {}
    if codes.count(code) > 1:
        yield "results", "two results have the code “%(code)s”.", {"code": code}
    if result.get("next", "done") not in NEXT:
        listed = ", ".join(sorted(NEXT))
        yield "results", "what follows a result is one of %(next)s.", {"next": listed}
    for blank in result.get("fields", ()):
        if not blank.get("name") or not blank.get("label"):
            yield "results", "each field of a result needs a name and a label.", {}
        if blank.get("type", "text") not in FIELD_TYPES:
            listed = ", ".join(sorted(FIELD_TYPES))
            yield "results", "the type of a field is one of %(types)s.", {"types": listed}


def order_mistakes(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mistake]:
    """Give each step that waits for none, for itself, or in a circle."""
    waits = {str(step.get("slug")): tuple(step.get("blocked_by", ())) for step in steps}
    for step in steps:
        slug, title = str(step.get("slug")), str(step.get("title", ""))
        for blocker in waits[slug]:
            if blocker not in waits:
                said = {"blocker": blocker}
                yield Mistake(slug, title, "blocked_by", "“%(blocker)s” is no step here.", said)
        circle = _circle(slug, waits)
        if circle:
            said = {"circle": " → ".join(circle)}
            text = "it waits for itself: %(circle)s."
            yield Mistake(slug, title, "blocked_by", text, said)


def _circle(start: str, waits: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the way by which a step waits for itself; [] if it does not."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for blocker in waits.get(way[-1], ()):
            if blocker == start:
                return [*way, start]
            if blocker not in seen:
                seen.add(blocker)
                ways.append([*way, blocker])
    return []


def rule_mistakes(
    step: Mapping[str, Any], shipped_rule: str, rules: Mapping[str, KnownRule]
) -> Iterator[Said]:
    """Give what is wrong with the deadline rule of a team's step.

    shipped_rule: what the shipped step names: it may stay although it is off, for it raises nothing
    until somebody signs it.
    """
    slug = step.get("rule", "")
    if not slug:
        return
    rule = rules.get(slug)
    if rule is None:
        yield "rule", "there is no deadline rule “%(rule)s” here.", {"rule": slug}
        return
    if not rule.is_on and slug != shipped_rule:
        text = "the rule “%(rule)s” is off: somebody here has to sign it first."
        yield "rule", text, {"rule": rule.title}
    given = step.get("evidence", "statement")
    if rule.evidence and given not in ("statement", *rule.evidence):
        said = {"rule": rule.title, "kinds": rule.evidence}
        yield "evidence", "“%(rule)s” is met only by: %(kinds)s.", said


def team_mistakes(
    data: Mapping[str, Any], shipped: Mapping[str, Any], rules: Mapping[str, KnownRule]
) -> Iterator[Mistake]:
    """Give what a team's copy may not do that a shipped playbook may, or need not be asked."""
    theirs = {step["slug"]: step for step in shipped["step"]}
    kept = {step.get("rule") for step in data.get("step", ())}
    for step in data.get("step", ()):
        own = theirs.get(step.get("slug"), {}).get("rule", "")
        for field_name, text, values in rule_mistakes(step, own, rules):
            yield Mistake(step["slug"], str(step.get("title", "")), field_name, text, values)
    for slug, step in theirs.items():
        rule = rules.get(step.get("rule", ""))
        if rule and rule.is_law and rule.is_on and rule.slug not in kept:
            text = "the law asks for this step: its rule “%(rule)s” stays."
            yield Mistake(slug, step["title"], "rule", text, {"rule": rule.title})
