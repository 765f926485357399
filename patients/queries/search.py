"""Finding a patient: by MRN, birth date, name in any order, and, on a press, similar names.

Raw SQL: these are the hottest reads after the caseload (speed.md 4). Each hit carries two
identifiers, birth date and MRN; nobody outside the actor's scope is ever found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.access.audit import keyed_hash
from patients.models import Patient
from patients.phones import spoken
from patients.queries.scope import scope, scope_params
from patients.queries.search_sql import IN_SCOPE, WORDS, statement
from patients.rules import Readings, like_key, name_norm, readings

PAGE = 20
TWINS = 5
SMALL_SCOPE = 2000
ALIKE = 0.3
REST = "r"
MODES = frozenset("dpwr")
DIGITS = 19  # of the longest bigint


@dataclass(frozen=True, slots=True)
class Hit:
    """One patient found: two identifiers, where they are, whether a like name is in scope.

    matched: the number that was found when it is not the MRN shown, such as an old one; or whose
    telephone it is.
    """

    patient_id: int
    public_id: UUID
    given: str
    family: str
    mrn: str
    birth_date: date | None
    sex: str
    has_died: bool
    name_norm: str
    unit: str
    bed: str
    matched: str
    has_like_name: bool

    @property
    def full_name(self) -> str:
        """Return given and family name as one says them."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. how: a key of CHOICES or "name"; "" when there was nothing to read.

    next: the key of the next page, "" when there is none; needs_year: similar names want a birth
    date or a year first.
    """

    rows: list[Hit]
    how: str = ""
    next: str = ""
    needs_year: bool = False


def find(actor: Actor, text: str, today: date, *, similar: bool = False, after: str = "") -> Found:
    """Return who the text may mean. 1 statement, 2 when an MRN or a name's start finds too little.

    today: in the facility's zone. similar: allow typos; needs a birth date or a year with the name
    unless the scope is small (1 statement more). after: `Found.next` of the page before.
    Notes whom it showed, and a keyed hash of the text, never the text itself.
    """
    read = readings(text, today)
    found = similarly(actor, read) if similar else plainly(actor, read, text, after)
    actor.shown.update(hit.patient_id for hit in found.rows)
    if text.strip():
        terms = keyed_hash(" ".join(text.casefold().split()))
        actor.detail.update(terms=terms, hits=len(found.rows), how=found.how)
    return found


def plainly(actor: Actor, read: Readings, text: str, after: str) -> Found:
    """Return the hits of the first reading that has any: MRN, phone, birth date, name."""
    mode, params = place(after)
    params |= {**scope_params(actor), "limit": PAGE + 1}
    if read.numbers and not mode:
        hits = run("mrn", {**params, "numbers": spellings(read.numbers)})
        phone = "" if hits else spoken(text) or ""
        if phone and (known := run("phone", {**params, "phone": phone})):
            return page(known, "phone", "n")
        if hits or not (read.birth_dates or read.words):
            return page(hits, "mrn", "m")
    if read.birth_dates:
        params |= {"birth_dates": list(read.birth_dates), "query": tsquery(read.words)}
        return page(run("birth date", params, words=WORDS if read.words else "true"),
                    "birth date", "d")  # fmt: skip
    return by_name(read.words, mode, params) if read.words else Found([])


def by_name(words: tuple[str, ...], mode: str, params: dict[str, Any]) -> Found:
    """Return a page of names whose words begin so, in any order.

    The index on the name's start answers first (speed.md 4). Only where it fills more than a page
    are its pages shown first ("p") and the other orders after them ("r"); else all at once ("w").
    """
    params |= {"prefix": like_escaped(" ".join(words)) + "%", "query": tsquery(words)}
    if mode in {"", "p"}:
        hits = run("prefix", params)
        if mode or len(hits) > PAGE:
            found = page(hits, "name", "p")
            return found if found.next else Found(found.rows, "name", REST)
    wanted = f"{WORDS} AND p.name_norm NOT LIKE %(prefix)s" if mode == "r" else WORDS
    return page(run("words", params, words=wanted), "name", mode or "w")


def similarly(actor: Actor, read: Readings) -> Found:
    """Return names that look alike, closest first, of people of that birth date or year."""
    params: dict[str, Any] = {
        **scope_params(actor), "limit": PAGE, "name": " ".join(read.words), "alike": ALIKE,
    }  # fmt: skip
    if not read.words:
        return Found([], how="similar")
    if read.birth_dates:
        born, params["birth_dates"] = "p.birth_date = ANY(%(birth_dates)s)", list(read.birth_dates)
    elif read.years:
        born = "p.birth_date >= %(born_from)s AND p.birth_date < %(born_before)s"
        params["born_from"] = date(min(read.years), 1, 1)
        params["born_before"] = date(max(read.years) + 1, 1, 1)
    elif is_small(actor):
        born = "true"
    else:
        return Found([], how="similar", needs_year=True)
    return Found(run("similar", params, born=born), how="similar")


def all_in_scope(actor: Actor, after: str = "") -> Found:
    """Return a page of everybody in scope, by name. 1 statement, 2 from the second page on.

    after: pk of the last one shown: this key stands in an address, where no name may.
    """
    params: dict[str, Any] = {**scope_params(actor), "limit": PAGE + 1}
    if after.isascii() and after.isdigit() and len(after) < DIGITS:
        names = scope(actor).filter(pk=int(after)).values_list("name_norm", flat=True)
        params |= {"after_id": int(after), "after_name": name} if (name := names.first()) else {}
    hits = run("all", params)
    actor.shown.update(hit.patient_id for hit in hits[:PAGE])
    return Found(hits[:PAGE], "all", str(hits[PAGE - 1].patient_id) if len(hits) > PAGE else "")


def like_names(actor: Actor, patient: Patient) -> list[Hit]:
    """Return who in scope is taken for this patient by name; at most a page. 1 statement."""
    params = {"like_key": patient.like_key, "self": patient.pk, "limit": PAGE}
    return run("like", {**scope_params(actor), **params})


def twins(
    actor: Actor, *, family: str, given: str, birth_date: date | None, phone: str
) -> list[Hit]:
    """Return who in scope may be the same person, at most five, the likeliest first. 1 statement.

    That is: born that day with a name alike, the same name, or the same telephone. They are shown.
    """
    name = name_norm(family, given)
    if not name and not phone:
        return []
    params = {
        **scope_params(actor), "born": birth_date, "name": name, "alike": ALIKE, "phone": phone,
        "like_key": like_key(family, given), "limit": TWINS,
    }  # fmt: skip
    hits = run("twins", params)
    actor.shown.update(hit.patient_id for hit in hits)
    return hits


def run(
    choice: str, params: dict[str, Any], *, words: str = "true", born: str = "true"
) -> list[Hit]:
    """Run one of CHOICES and return its hits; `limit` of the params is the most there can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement(choice, words=words, born=born, after="after_id" in params), params
        )
        return [Hit(*row) for row in cursor.fetchall()]


def page(hits: list[Hit], how: str, mode: str) -> Found:
    """Cut the hits to a page; one more than a page means there is another."""
    if len(hits) <= PAGE:
        return Found(hits, how)
    last = hits[PAGE - 1]
    return Found(hits[:PAGE], how, f"{mode}:{last.patient_id}:{last.name_norm}")


def place(after: str) -> tuple[str, dict[str, Any]]:
    """Return the mode and keyset parameters of `Found.next`; a key that is none starts anew."""
    if after == REST:
        return "r", {}
    mode, _colon, rest = after.partition(":")
    number, _colon, name = rest.partition(":")
    if mode not in MODES or not (number.isascii() and number.isdigit() and len(number) < DIGITS):
        return "", {}
    return mode, {"after_id": int(number), "after_name": name.replace("\0", "")}


def spellings(numbers: tuple[str, ...]) -> list[str]:
    """Return the numbers as typed, and with zeros in front added or left out, as people do."""
    every = dict.fromkeys(numbers)
    for number in numbers:
        if number.isascii() and number.isdigit():
            bare = number.lstrip("0") or "0"
            every |= dict.fromkeys(bare.zfill(width) for width in range(len(bare), 11))
    return list(every)


def tsquery(words: tuple[str, ...]) -> str:
    """Return a query for words in any order, each a prefix; folded words hold no operator."""
    return " & ".join(f"{word}:*" for word in words)


def like_escaped(text: str) -> str:
    """Return text in which LIKE finds no wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def is_small(actor: Actor) -> bool:
    """Say whether so few patients are in scope that comparing each name is cheap. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(IN_SCOPE, {**scope_params(actor), "n": SMALL_SCOPE + 1})
        return int(cursor.fetchone()[0]) <= SMALL_SCOPE
