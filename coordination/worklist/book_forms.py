"""What is typed on the pages of a playbook: one step, its answers, why it is published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, LineField, VersionedForm
from coordination.worklist.book_words import (
    DUE_EVENTS,
    FIELD_TYPES,
    NEXT,
    OWNERS,
    UNITS,
    in_words,
)
from coordination.worklist.models import EvidenceKind, TaskKind, WaitingOn
from coordination.worklist.rules import KnownRule, new_slug, rule_mistakes, step_mistakes
from coordination.worklist.rules.mistakes import LONGEST_TITLE, SLUG

MOST_RESULTS = 12
MOST_FIELDS = 6
LONGEST_AMOUNT = 999
CHOOSE = ("", _("Choose"))
UNSAID = {"owner": "primary", "evidence": "statement"}  # what a step means that does not say it
ROW = re.compile(r"r(\d{1,2})-label")
CELL = re.compile(r"r(\d{1,2})-f(\d{1,2})-label")


class TeamForm(forms.Form):
    """For which team."""

    team = forms.UUIDField(widget=forms.HiddenInput)


class BackForm(TeamForm):
    """Which version goes back in force: standing, the one the page showed as in force."""

    standing = forms.UUIDField(widget=forms.HiddenInput)


class StepNamed(VersionedForm):
    """Names a step of a draft. by: how far it moves, where it does."""

    step = LineField(max_length=60, widget=forms.HiddenInput)
    by = forms.IntegerField(min_value=-1, max_value=1, required=False, widget=forms.HiddenInput)


class DraftForm(VersionedForm):
    """The version of a draft, and nothing else."""


class PublishForm(VersionedForm, CreateForm):
    """Why the next version is as it is, for whoever reads the list of versions."""

    why = LineField(
        label=_("What changes, and why"),
        error_messages={"required": _("Say what changes: the team reads it beside the version.")},
    )


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One possible answer as the form draws it; cells: its own fields."""

    number: int
    code: BoundField
    label: BoundField
    next: BoundField
    cells: list[tuple[BoundField, BoundField, BoundField]]


class StepForm(VersionedForm):
    """One step of a team's draft. Answers and their fields are emptied to take them out.

    step: as the draft has it, {} for a new one. others: the other steps, slug and title.
    shipped_rule: the rule the shipped step names, which may stay although it is off.
    """

    title = LineField(label=_("What is to be done"), max_length=LONGEST_TITLE)
    next_step = LineField(label=_("How, in a line"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[CHOOSE, *TaskKind.choices])
    owner = forms.ChoiceField(label=_("Whose work it is"), choices=list(OWNERS.items()))
    rule = forms.ChoiceField(label=_("Deadline rule"), required=False)
    amount = forms.IntegerField(
        label=_("Or a time of its own"), required=False, min_value=1, max_value=LONGEST_AMOUNT
    )
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=[("", "–"), *UNITS.items()], required=False
    )
    due_event = forms.ChoiceField(
        label=_("Or by an event"), choices=[("", _("None")), *DUE_EVENTS.items()], required=False
    )
    evidence = forms.ChoiceField(
        label=_("What closes it"), choices=[CHOOSE, *EvidenceKind.choices],
        error_messages={"required": _("Say what closes this step; the owner’s word counts too.")},
    )  # fmt: skip
    waiting_on = forms.ChoiceField(
        label=_("Waits for somebody outside"), choices=WaitingOn.choices, required=False
    )
    blocked_by = forms.MultipleChoiceField(
        label=_("Only after"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *data: Any,
        step: Mapping[str, Any],
        others: Sequence[tuple[str, str]],
        rules: Mapping[str, KnownRule],
        shipped_rule: str = "",
        **options: Any,
    ) -> None:
        self.step, self.rules, self.shipped_rule = step, rules, shipped_rule
        self.taken = [slug for slug, _title in others]
        start = {**initial_of(step), **options.pop("initial", {})}
        super().__init__(*data, initial=start, **options)
        self._choose("rule", [("", _("None")), *self.rule_choices()])
        gone = [slug for slug in step.get("blocked_by", ()) if slug not in self.taken]
        self._choose("blocked_by", [*others, *((slug, slug) for slug in gone)])
        self.rows = self._add_rows()

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def rule_choices(self) -> list[tuple[str, str]]:
        """Return the rules that are on and are met by something, and the step's own."""
        own = self.step.get("rule", "")
        keep = {own, self.shipped_rule} - {""}
        found = [
            (rule.slug, f"{rule.title} · {rule.how}" + ("" if rule.is_on else gettext(" · off")))
            for rule in self.rules.values()
            if (rule.is_on and rule.evidence) or rule.slug in keep
        ]
        missing = [(slug, slug) for slug in keep if slug not in self.rules]
        return sorted(found, key=lambda pair: pair[1]) + missing

    def _add_rows(self) -> list[int]:
        """Add the fields of each answer, with one more row, and one more field in each, to fill."""
        results = self.step.get("results", [])
        keys = list(self.data) if self.is_bound else []
        posted = [int(found[1]) for key in keys if (found := ROW.fullmatch(key))]
        count = max([len(results), *(number + 1 for number in posted)])
        count = min(max(count, 0) + (0 if self.is_bound else 1), MOST_RESULTS)
        for number in range(count):
            result = results[number] if number < len(results) else {}
            self._add_row(number, result, keys)
        return list(range(count))

    def _add_row(self, number: int, result: Mapping[str, Any], keys: Sequence[str]) -> None:
        start = f"r{number}-"
        self.fields[f"{start}label"] = LineField(
            label=_("Answer"), required=False, max_length=80, initial=result.get("label", "")
        )
        self.fields[f"{start}code"] = LineField(
            label=_("Code"), required=False, max_length=40, initial=result.get("code", "")
        )
        self.fields[f"{start}next"] = forms.ChoiceField(
            label=_("Then"), choices=list(NEXT.items()), initial=result.get("next", "done"),
        )  # fmt: skip
        blanks = result.get("fields", [])
        posted = [int(m[2]) for key in keys if (m := CELL.fullmatch(key)) and int(m[1]) == number]
        count = max([len(blanks), *(one + 1 for one in posted)]) + (0 if self.is_bound else 1)
        for at in range(min(count, MOST_FIELDS)):
            blank = blanks[at] if at < len(blanks) else {}
            cell = f"{start}f{at}-"
            self.fields[f"{cell}label"] = LineField(
                label=_("Asks for"), required=False, max_length=60,
                initial=blank.get("label", ""),
            )  # fmt: skip
            self.fields[f"{cell}type"] = forms.ChoiceField(
                label=_("as"), choices=list(FIELD_TYPES.items()), initial=blank.get("type", "text"),
            )  # fmt: skip
            self.fields[f"{cell}name"] = LineField(
                required=False, max_length=60, initial=blank.get("name", ""),
                widget=forms.HiddenInput,
            )  # fmt: skip

    def result_rows(self) -> list[ResultRow]:
        """Return the answers as the page draws them."""
        return [
            ResultRow(
                number, self[f"r{number}-code"], self[f"r{number}-label"], self[f"r{number}-next"],
                [
                    (self[f"r{number}-f{at}-label"], self[f"r{number}-f{at}-type"],
                     self[f"r{number}-f{at}-name"])
                    for at in range(MOST_FIELDS)
                    if f"r{number}-f{at}-label" in self.fields
                ],
            )
            for number in self.rows
        ]  # fmt: skip

    def plain_hidden(self) -> list[BoundField]:
        """Return the hidden fields that stand in no answer's row."""
        return [bound for bound in self.hidden_fields() if not bound.name.startswith("r")]

    def clean(self) -> dict[str, Any]:
        """Put the step together, and say at its field what the draft would refuse."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("amount") is None) != (not cleaned.get("unit")):
            self.add_error("amount", gettext("Give both a number and its unit, or neither."))
        self._check_results(cleaned)
        if self.errors:
            return cleaned
        made = self.made()
        wrong = [
            *step_mistakes(made, TaskKind.values, EvidenceKind.values),
            *rule_mistakes(made, self.shipped_rule, self.rules),
        ]
        for name, text, values in wrong:
            said = in_words(text, values)
            shown = {"after": "amount"}.get(name, name)
            self.add_error(
                shown if shown in self.fields else None, said[0].upper() + said[1:]
            )  # fmt: skip
        return cleaned

    def _check_results(self, cleaned: Mapping[str, Any]) -> None:
        """Say at its field what is wrong in the answers: no label, a code twice."""
        seen: set[str] = set()
        for number in self.rows:
            code, label = (cleaned.get(f"r{number}-{name}", "") for name in ("code", "label"))
            cells = [cleaned.get(f"r{number}-f{at}-label", "") for at in range(MOST_FIELDS)]
            if not label and (code or any(cells)):
                said = gettext("Name the answer, or empty its code and fields too.")
                self.add_error(f"r{number}-label", said)
            if code and not SLUG.fullmatch(code):
                said = gettext("A code has small letters, digits and hyphens.")
                self.add_error(f"r{number}-code", said)
            if code and code in seen:
                self.add_error(f"r{number}-code", gettext("Another answer has this code."))
            seen.add(code)

    def made(self) -> dict[str, Any]:
        """Return the step as the draft keeps it. What this form does not ask stays as it was."""
        said = self.cleaned_data
        step = dict(self.step)
        step["slug"] = step.get("slug") or new_slug(said["title"], self.taken)
        for name in (
            "title", "next_step", "kind", "owner", "rule", "due_event", "evidence", "waiting_on",
            "blocked_by",
        ):  # fmt: skip
            is_unsaid = name not in self.step and said[name] == UNSAID.get(name)
            keep(step, name, "" if is_unsaid else said[name])
        after = {"amount": said["amount"], "unit": said["unit"]} if said["amount"] else None
        keep(step, "after", after)
        keep(step, "results", self._results())
        return step

    def _results(self) -> list[dict[str, Any]]:
        said, found = self.cleaned_data, []
        codes = [said[f"r{number}-code"] for number in self.rows]
        for number in self.rows:
            label = said[f"r{number}-label"]
            if not label:
                continue
            code = said[f"r{number}-code"] or new_slug(label, codes)
            codes.append(code)
            result: dict[str, Any] = {"code": code, "label": label}
            if said[f"r{number}-next"] != "done":
                result["next"] = said[f"r{number}-next"]
            keep(result, "fields", self._cells(number))
            found.append(result)
        return found

    def _cells(self, number: int) -> list[dict[str, str]]:
        said, found = self.cleaned_data, []
        names: list[str] = []
        for at in range(MOST_FIELDS):
            label = said.get(f"r{number}-f{at}-label", "")
            if not label:
                continue
            name = said[f"r{number}-f{at}-name"] or new_slug(label, names).replace("-", "_")
            names.append(name)
            blank = {"name": name, "label": label}
            if said[f"r{number}-f{at}-type"] != "text":
                blank["type"] = said[f"r{number}-f{at}-type"]
            found.append(blank)
        return found


def keep(into: dict[str, Any], name: str, value: Any) -> None:
    """Write a value, or leave its name out where it says nothing, as the shipped files do."""
    into.pop(name, None)
    if value:
        into[name] = value


def initial_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form starts with for a step; a new one says neither kind nor proof yet."""
    after = step.get("after") or {}
    start = {
        name: step.get(name, "")
        for name in ("title", "next_step", "kind", "rule", "due_event", "waiting_on")
    }
    return start | {
        "owner": step.get("owner", "primary"), "amount": after.get("amount"),
        "unit": after.get("unit", ""), "blocked_by": list(step.get("blocked_by", ())),
        "evidence": step.get("evidence", "statement") if step else "",
    }  # fmt: skip


class PreviewForm(forms.Form):
    """From which instant a preview counts, and the facts the playbook asks for."""

    started = LineField(
        label=_("Counts from"), max_length=40,
        help_text=_("Date and time, such as 2026-11-23 14:30"),
    )  # fmt: skip

    def __init__(
        self,
        *data: Any,
        facts: Mapping[str, Sequence[str]],
        zone: ZoneInfo,
        **options: Any,
    ) -> None:
        super().__init__(*data, **options)
        self.zone, self.facts = zone, tuple(facts)
        for name, allowed in facts.items():
            self.fields[f"fact-{name}"] = forms.ChoiceField(
                label=name.replace("_", " ").capitalize(), required=False,
                choices=[("", gettext("Not said")), *((one, one) for one in allowed if one)],
            )  # fmt: skip

    def clean_started(self) -> datetime:
        try:
            typed = datetime.fromisoformat(self.cleaned_data["started"])
            return (typed if typed.tzinfo else typed.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError) as unreadable:
            raise ValidationError(
                gettext("This is not a time. Write it like 2026-11-23 14:30.")
            ) from unreadable

    def said_facts(self) -> dict[str, str]:
        """Return the facts that were said."""
        named = {name: self.cleaned_data.get(f"fact-{name}", "") for name in self.facts}
        return {name: value for name, value in named.items() if value}
