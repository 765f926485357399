"""Which version of a rule applies: by payer class, by the anchor's date, by what is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

ANY = "any"


class Versioned(Protocol):
    """What choosing needs of a rule's row."""

    @property
    def version(self) -> int: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def payer_classes(self) -> Collection[str]: ...
    @property
    def applies_when(self) -> Mapping[str, Collection[str]]: ...


V = TypeVar("V", bound=Versioned)


def in_force(rule: Versioned, on: date) -> bool:
    """Say whether the date lies in the rule's half-open validity; an empty end is open."""
    return (rule.valid_from is None or rule.valid_from <= on) and (
        rule.valid_to is None or on < rule.valid_to
    )


def is_for(rule: Versioned, payer_class: str) -> bool:
    """Say whether the rule lists this payer class, or any."""
    return ANY in rule.payer_classes or payer_class in rule.payer_classes


def fits(rule: Versioned, facts: Mapping[str, str]) -> bool:
    """Say whether the facts meet the rule's predicate. A fact nobody knows never meets it."""
    return all(facts.get(fact) in allowed for fact, allowed in rule.applies_when.items())


def choose(
    versions: Iterable[V], *, on: date, payer_class: str, facts: Mapping[str, str]
) -> V | None:
    """Return the newest version that applies, or None: no rule, no clock, no guess.

    versions: the enabled versions of one rule. on: the anchor's local date.
    """
    fitting = [v for v in versions if in_force(v, on) and is_for(v, payer_class) and fits(v, facts)]
    return max(fitting, key=lambda v: v.version, default=None)


def sign_offs_needed(grade: str, version: int) -> int:
    """Return how many different persons must sign before the rule is on.

    Grade A and B ship on. Grade C needs one named person at the site; a later version of it is a
    change, which a second person signs too (rules.md 1.1).
    """
    if grade != "C":
        return 0
    return 1 if version == 1 else 2
