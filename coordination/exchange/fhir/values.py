"""Reading single values out of a FHIR resource, each with a sentence when it cannot be read.

No sentence holds a value: it goes to the screen of whoever runs the import, and to logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Dict = dict[str, Any]

DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
SPACES = re.compile(r"\s+")


class Unreadable(Exception):
    """A resource cannot be read. The sentence names the element and what is wrong with it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def group(value: Any, where: str) -> Dict:
    """Return an object, empty when absent."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is not an object.")
    return value


def groups(value: Any, where: str) -> list[Dict]:
    """Return a list of objects, empty when absent."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{where} is not a list.")
    for item in value:
        if not isinstance(item, dict):
            raise Unreadable(f"{where} holds something that is not an object.")
    return value


def text(value: Any, where: str) -> str:
    """Return one line of text without needless spaces, empty when absent."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{where} is not text.")
    if value.isprintable() and "  " not in value:  # nearly every value, and far cheaper
        return value.strip()
    return SPACES.sub(" ", value).strip()


def fit(value: str, size: int) -> str:
    """Cut words that describe to the room there is, and show that they were cut."""
    return value if len(value) <= size else value[: size - 1] + "…"


def whole(value: str, size: int) -> str:
    """Return a value that is useless when cut, such as a phone number, or nothing."""
    return value if len(value) <= size else ""


def first(values: list[Dict]) -> Dict:
    """Return the first of a list, or an empty object."""
    return values[0] if values else {}


def codings(value: Any, where: str) -> list[tuple[str, str, str]]:
    """Return (system, code, display) of each coding of a CodeableConcept."""
    return [
        (
            text(coding.get("system"), f"{where}.coding.system"),
            text(coding.get("code"), f"{where}.coding.code"),
            text(coding.get("display"), f"{where}.coding.display"),
        )
        for coding in groups(group(value, where).get("coding"), f"{where}.coding")
    ]


def label(value: Any, where: str) -> str:
    """Return what a CodeableConcept says in words: its text, else a display, else a code."""
    said = text(group(value, where).get("text"), f"{where}.text")
    if said:
        return said
    found = codings(value, where)
    return next((d for _, _, d in found if d), next((c for _, c, _ in found if c), ""))


def code(value: Any, where: str) -> str:
    """Return the first code of a CodeableConcept, or nothing."""
    return next((c for _, c, _ in codings(value, where) if c), "")


def _rank(contact: Dict) -> int:
    rank = contact.get("rank")
    return rank if isinstance(rank, int) else 99


def telecom(resource: Dict, system: str, where: str, skip: int = 0) -> str:
    """Return the phone number or e-mail address to use first; an old one never."""
    found = [
        t
        for t in groups(resource.get("telecom"), where)
        if t.get("system") == system and t.get("use") != "old"
    ]
    found.sort(key=_rank)
    values = [said for said in (text(t.get("value"), where) for t in found) if said]
    return values[skip] if len(values) > skip else ""


def spoken_name(resource: Dict, where: str) -> str:
    """Return a person's or organization's name in one line."""
    name = resource.get("name")
    if isinstance(name, str):
        return text(name, where)
    chosen = first(sorted(groups(name, where), key=lambda n: n.get("use") == "old"))
    said = text(chosen.get("text"), f"{where}.text")
    if said:
        return said
    words = [*strings(chosen.get("prefix"), f"{where}.prefix")]
    words += strings(chosen.get("given"), f"{where}.given")
    words.append(text(chosen.get("family"), f"{where}.family"))
    return " ".join(word for word in words if word)


def strings(value: Any, where: str) -> list[str]:
    """Return a list of texts, empty when absent."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{where} is not a list.")
    return [text(item, where) for item in value]


@dataclass(frozen=True, slots=True)
class Ref:
    """Whom a reference means: an external id, or an identifier, and the words shown for it."""

    external_id: str = ""
    system: str = ""
    value: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a mapper must know beyond the resource.

    source: the sender, first part of each external id. zone: in which a date without a time begins.
    shift: added to each instant, for trials. urls: fullUrl to "Type/id", of the Bundle around it.
    """

    source: str
    zone: ZoneInfo
    shift: timedelta = timedelta()
    urls: Mapping[str, str] = field(default_factory=dict)

    def external(self, type_and_id: str) -> str:
        """Return the external id of "Type/id"."""
        return f"{self.source}|{type_and_id}"

    def at(self, value: Any, where: str) -> datetime | None:
        """Return a FHIR dateTime as an aware instant; what it leaves out is read as its start."""
        said = text(value, where)
        if not said:
            return None
        try:
            if DATE.fullmatch(said):
                day = date.fromisoformat((said + "-01-01")[:10])
                found = datetime(day.year, day.month, day.day, tzinfo=self.zone)
            elif INSTANT.fullmatch(said):
                found = datetime.fromisoformat(said)
                found = found if found.tzinfo else found.replace(tzinfo=self.zone)
            else:
                raise Unreadable(f"{where} is not a date or time.")
            return found.astimezone(UTC) + self.shift
        except (ValueError, OverflowError):
            raise Unreadable(f"{where} is not a date or time.") from None

    def on(self, value: Any, where: str) -> date | None:
        """Return a FHIR date; a year or month alone is no day, so it stays empty."""
        said = text(value, where)
        if not said:
            return None
        if INSTANT.fullmatch(said):
            said = said[:10]
        if not DATE.fullmatch(said):
            raise Unreadable(f"{where} is not a date.")
        if len(said) < len("2026-01-01"):
            return None
        try:
            return date.fromisoformat(said) + self.shift
        except (ValueError, OverflowError):
            raise Unreadable(f"{where} is not a date.") from None

    def period(self, value: Any, where: str) -> tuple[datetime | None, datetime | None]:
        """Return start and end of a Period; refuses one that ends before it starts."""
        found = group(value, where)
        start = self.at(found.get("start"), f"{where}.start")
        end = self.at(found.get("end"), f"{where}.end")
        if start and end and end < start:
            raise Unreadable(f"{where} ends before it starts.")
        return start, end

    def ref(self, value: Any, where: str, inside: Dict | None = None) -> Ref:
        """Return whom a Reference means: relative, absolute, urn, conditional or by identifier.

        inside: the resource it stands in, whose contained resources give "#id" its words.
        """
        found = group(value, where)
        display = text(found.get("display"), f"{where}.display")
        target = text(found.get("reference"), f"{where}.reference")
        if target.startswith("#"):
            held = contained(inside or {}, target[1:])
            return Ref(display=display or (spoken_name(held, where) if held else ""))
        if "?" in target:
            name, _, token = target.partition("?identifier=")
            system, bar, number = token.partition("|")
            known = bool(name and bar)
            return Ref("", system if known else "", number if known else "", display)
        identifier = group(found.get("identifier"), f"{where}.identifier")
        return Ref(
            self.external(self.local(target)) if target else "",
            text(identifier.get("system"), f"{where}.identifier.system"),
            text(identifier.get("value"), f"{where}.identifier.value"),
            display,
        )

    def local(self, target: str) -> str:
        """Return "Type/id" of a reference: by the Bundle's urls, else its last two parts."""
        if target in self.urls:
            return self.urls[target]
        path = target.partition("/_history/")[0]
        return path if path.startswith("urn:") else "/".join(path.split("/")[-2:])


def contained(resource: Dict, name: str) -> Dict | None:
    """Return the contained resource of this id."""
    for held in groups(resource.get("contained"), "contained"):
        if held.get("id") == name:
            return held
    return None


def contained_of(resource: Dict, kind: str) -> Iterator[Dict]:
    """Give the contained resources of one type."""
    for held in groups(resource.get("contained"), "contained"):
        if held.get("resourceType") == kind:
            yield held
