"""A playbook's steps in words: for the table of one, and for what differs between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.clocks.queries.wording import amount_words
from coordination.worklist.models import EvidenceKind, TaskKind, WaitingOn
from coordination.worklist.rules import (
    Change,
    Definition,
    KnownRule,
    Line,
    Mistake,
    Step,
    difference,
)

OWNERS = {
    "primary": _("Who coordinates the patient"), "nurse": _("The patient’s nurse"),
    "pool": _("The team’s pool"),
}  # fmt: skip
UNITS = {
    "minutes": _("minutes"), "hours": _("hours"), "calendar_days": _("days"),
    "business_days": _("business days"),
}  # fmt: skip
DUE_EVENTS = {"before-leaving": _("Before leaving"), "next-visit": _("At the next visit")}
NEXT = {
    "done": _("The step is done"), "again": _("Try again"), "wait": _("Wait for an answer"),
    "hold": _("Set aside"), "stay-open": _("It stays open"),
}  # fmt: skip
FIELD_TYPES = {
    "text": _("words"), "date": _("a day"), "time": _("a time"), "instant": _("day and time"),
    "phone": _("a telephone number"), "number": _("a number"),
}  # fmt: skip
LABELS = {
    "title": _("Title"), "kind": _("Kind"), "owner": _("Whose work"), "rule": _("Deadline rule"),
    "after": _("Time of its own"), "due_event": _("By an event"), "evidence": _("Closes with"),
    "evidence_count": _("How many"), "results": _("Answers"), "blocked_by": _("Only after"),
    "waiting_on": _("Waits for"), "next_step": _("How"), "when": _("Only if"),
}  # fmt: skip
KINDS = {
    "new": _("New step"),
    "gone": _("Left out"),
    "changed": _("Changed"),
    "moved": _("Moved"),
}
TONES = {"new": "ok", "gone": "late", "changed": "info", "moved": "calm"}


def in_words(text: str, values: Mapping[str, object]) -> str:
    """Return what a rule said is wrong, with the kinds of proof it names in words."""
    said = dict(values)
    kinds = said.get("kinds")
    if isinstance(kinds, tuple):
        labels = dict(EvidenceKind.choices)
        said["kinds"] = gettext(" or ").join(str(labels.get(one, one)) for one in kinds)
    return gettext(text) % said


def mistake_words(one: Mistake) -> str:
    """Return a mistake as a person reads it: “Call the plan”, Closes with: name other evidence."""
    said = in_words(one.text, one.values)
    if not one.step:
        return said
    label = str(LABELS.get(one.field, one.field.replace("_", " ")))
    values = {"step": one.title or one.step, "field": label, "said": said}
    return gettext("“%(step)s”, %(field)s: %(said)s") % values


@dataclass(frozen=True, slots=True)
class Words:
    """What the codes of a playbook are called. titles: of the steps, by slug."""

    rules: Mapping[str, KnownRule]
    titles: Mapping[str, str]

    def say(self, field: str, value: Any) -> str:
        """Return the value of one field of a step in words; a dash for none."""
        said = getattr(self, f"_{field}", str)(value) if value else ""
        return said or "–"

    def _kind(self, value: str) -> str:
        return str(dict(TaskKind.choices).get(value, value))

    def _owner(self, value: str) -> str:
        return str(OWNERS.get(value, value))

    def _rule(self, value: str) -> str:
        rule = self.rules.get(value)
        if rule is None:
            return value
        said = f"{rule.title}: {rule.how}"
        return said if rule.is_on else gettext("%(rule)s (off)") % {"rule": said}

    def _after(self, value: Any) -> str:
        return amount_words(value.amount, value.unit)

    def _due_event(self, value: str) -> str:
        return str(DUE_EVENTS.get(value, value))

    def _evidence(self, value: str) -> str:
        return str(dict(EvidenceKind.choices).get(value, value))

    def _waiting_on(self, value: str) -> str:
        return str(dict(WaitingOn.choices).get(value, value))

    def _blocked_by(self, value: Iterable[str]) -> str:
        return ", ".join(self.titles.get(slug, slug) for slug in value)

    def _results(self, value: Iterable[Any]) -> str:
        return "; ".join(self._result(one) for one in value)

    def _result(self, one: Any) -> str:
        asks = ", ".join(blank.label for blank in one.fields)
        said = f"{one.label} ({asks})" if asks else one.label
        return said if one.next == "done" else f"{said} → {str(NEXT[one.next]).lower()}"

    def lines(self, line: Line) -> list[tuple[str, str, str]]:
        """Return a difference as label, before, after: of answers those alone that differ."""
        label = str(LABELS[line.field])
        then, now = (
            {one.code: self._result(one) for one in side} if line.field == "results" else {}
            for side in (line.before, line.after)
        )
        told = [
            (label, then.get(code, "–"), now.get(code, "–"))
            for code in {**then, **now}
            if then.get(code) != now.get(code)
        ]
        both = (label, self.say(line.field, line.before), self.say(line.field, line.after))
        return told or [both]

    def _when(self, value: Mapping[str, Iterable[str]]) -> str:
        return "; ".join(
            f"{name.replace('_', ' ')}: {', '.join(one or gettext('not said') for one in allowed)}"
            for name, allowed in value.items()
        )

    def due(self, step: Step) -> str:
        """Return when a step is due: by its rule, its own time, or an event."""
        said = [
            self.say(name, getattr(step, name))
            for name in ("rule", "after", "due_event")
            if getattr(step, name)
        ]
        return " · ".join(said) or gettext("No date")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one step, in words. lines: label, before, after."""

    slug: str
    title: str
    kind: str
    word: str
    tone: str
    lines: list[tuple[str, str, str]]
    is_moved: bool


def words_for(rules: Mapping[str, KnownRule], *books: Definition) -> Words:
    """Return the words for the steps of these playbooks."""
    titles = {step.slug: step.title for book in books for step in book.steps}
    return Words(rules, titles)


def told_difference(
    old: Definition, new: Definition, rules: Mapping[str, KnownRule]
) -> list[Told]:  # fmt: skip
    """Tell two versions of a playbook apart, step by step, in words."""
    words = words_for(rules, old, new)
    return [told(change, words) for change in difference(old, new)]


def told(change: Change, words: Words) -> Told:
    """Return one change in words."""
    lines = [said for line in change.lines for said in words.lines(line)]
    only = change.after if change.kind == "new" else None
    if only is not None:
        lines = [
            (gettext("Due by"), "", words.due(only)),
            (str(LABELS["evidence"]), "", words.say("evidence", only.evidence)),
            (str(LABELS["owner"]), "", words.say("owner", only.owner)),
        ]
    return Told(
        change.slug, change.title, change.kind, str(KINDS[change.kind]), TONES[change.kind],
        lines, change.is_moved and change.kind != "moved",
    )  # fmt: skip
