"""Each kind of file: which columns it must have, and what an entry takes from one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from coordination.exchange.fhir.values import Unreadable
from patients.phones import spoken
from patients.rules import folded
from referrals.rules.needs import HOME_COLUMNS, OFFERED

KINDS = (
    "home_health", "nursing_home", "rehab", "long_term", "hospice", "dialysis", "hospital",
    "urgent_care", "va",
)  # fmt: skip
NEEDED = frozenset({"id", "name", "address", "city", "state", "zip", "phone"})
NOT_MEDICARE = frozenset({"urgent_care", "va"})  # their id is no Medicare certification number
BLANK = frozenset({"", "not available", "n/a", "none", "null"})
ZIP = re.compile(r"[0-9]{3,5}(-[0-9]{4})?")
FIRST_OF = re.compile(r"\s+or\s+", re.IGNORECASE)
C1 = frozenset(map(chr, range(0x80, 0xA0)))
REPLACEMENT = "\ufffd"  # what stands where the bytes were no UTF-8
WORD = re.compile(r"[0-9]*[^\W\d_]+(?:'[^\W\d_]+)*")
SHORT = re.compile(r"(LLC|LP|LLP|VA|HHA|CHHA|SNF|II|III|IV|PLLC|USA|DBA|NW|NE|SW|SE|PO|LTC|LTAC)")
WRITTEN = re.compile(r"(ST|DR|RD|MT|FT|BLVD|LN|PL|CT|PKWY|HWY|MR|MRS|MS|JR|SR|LTD|TWP)")
VOWEL = re.compile(r"[AEIOUYÀ-Ý0-9]")
WIDE = 90
MOST_BEDS = 10_000
MOST_STARS = 5
LONGEST = {"id": 20, "name": 160, "address": 200, "city": 80, "ownership": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One line as it goes into the directory. payers: the classes its file says it takes."""

    key: str
    name: str
    name_norm: str
    medicare_number: str
    street: str
    city: str
    state: str
    zip_code: str
    lat: float | None
    lon: float | None
    phone: str
    ownership: str
    beds: int | None
    certified_on: date | None
    quality: Decimal | None
    needs: str
    payers: str


def missing_columns(header: list[str]) -> list[str]:
    """Return the columns an entry cannot do without and the file lacks."""
    return sorted(NEEDED - set(header))


def entry_of(kind: str, line: Mapping[str, str]) -> EntryRow:
    """Return one line of a file of this kind as an entry.

    What the file leaves empty stays empty: not known. Raises Unreadable with a sentence.
    """
    name, source_id = _text(line, "name"), _text(line, "id")
    if not name:
        raise Unreadable("The line names nobody: “name” is empty.")
    if not source_id:
        raise Unreadable("The line has no “id”, so a later file could not be told from this one.")
    certified = "" if kind in NOT_MEDICARE else source_id
    lat, lon = _place(line)
    return EntryRow(
        key=_key(kind, source_id, line), name=_cased(name), name_norm=folded(name)[:180].rstrip(),
        medicare_number=certified, street=_street(line), city=_cased(_text(line, "city")),
        state=_state(line), zip_code=_zip(line), lat=lat, lon=lon, phone=_phone(line),
        ownership=_text(line, "ownership"), beds=_beds(line), certified_on=_day(line),
        quality=_stars(line), needs=",".join(_needs(kind, line)),
        payers=",".join(_payers(certified, line)),
    )  # fmt: skip


def _text(line: Mapping[str, str], column: str) -> str:
    text = " ".join((line.get(column) or "").split())
    if text.lower() in BLANK:
        return ""
    most = LONGEST.get(column, 200)
    if len(text) > most:
        raise Unreadable(f"“{column}” is longer than {most} characters.")
    if not text.isprintable():
        text = _mended(text)
    if not text.isprintable() or REPLACEMENT in text:
        raise Unreadable(f"“{column}” holds characters that cannot be read.")
    return text


def _mended(text: str) -> str:
    """Return text that was encoded twice as it was meant: an Ñ came as two marks.

    What is left of Windows' own marks, a dash or a quote, is read as Windows wrote it.
    """
    try:
        text = text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    return "".join(
        char.encode("latin-1").decode("cp1252", "replace") if char in C1 else char for char in text
    )


def _cased(text: str) -> str:
    """Return shouted words as people write them; what is written in both cases is left alone."""
    if not text.isupper():
        return text
    return WORD.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    """Return one shouted word: initials stay as they are, ST and its like are words."""
    initials = not VOWEL.search(word) and not WRITTEN.fullmatch(word)
    return word if initials or SHORT.fullmatch(word) else word.capitalize()


def _key(kind: str, source_id: str, line: Mapping[str, str]) -> str:
    """Return what tells an entry from the others of its kind; a VA station has many sites."""
    if kind != "va":
        return source_id
    return f"{source_id}/{_zip(line)}/{folded(_text(line, 'name'))}"[:200]


def _street(line: Mapping[str, str]) -> str:
    return _cased(", ".join(filter(None, (_text(line, "address"), _text(line, "address2")))))[:200]


def _state(line: Mapping[str, str]) -> str:
    state = _text(line, "state").upper()
    if state and (len(state) != 2 or not state.isalpha()):  # noqa: PLR2004  as the post has them
        raise Unreadable("“state” is not two letters.")
    return state


def _zip(line: Mapping[str, str]) -> str:
    """Return five digits; a spreadsheet has eaten the zeros some of them begin with."""
    text = _text(line, "zip")
    if not text:
        return ""
    if not ZIP.fullmatch(text):
        raise Unreadable("“zip” is not a ZIP code.")
    return text.partition("-")[0].zfill(5)


def _phone(line: Mapping[str, str]) -> str:
    """Return the first number as people write it; what is no number stays as it came."""
    said = _text(line, "phone")
    first = FIRST_OF.split(said)[0]
    return (spoken(first) or said)[:60]


def _number(line: Mapping[str, str], column: str) -> float | None:
    text = _text(line, column)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Unreadable(f"“{column}” is not a number.") from None


def _place(line: Mapping[str, str]) -> tuple[float | None, float | None]:
    lat, lon = _number(line, "LAT"), _number(line, "LON")
    if lat is None or lon is None:
        return None, None
    if not (-WIDE <= lat <= WIDE and -2 * WIDE <= lon <= 2 * WIDE):
        raise Unreadable("“LAT” and “LON” are not a place on earth.")
    return lat, lon


def _beds(line: Mapping[str, str]) -> int | None:
    beds = _number(line, "beds")
    if beds is not None and not (0 <= beds <= MOST_BEDS and beds == int(beds)):
        raise Unreadable("“beds” is not a number of beds.")
    return None if beds is None else int(beds)


def _stars(line: Mapping[str, str]) -> Decimal | None:
    text = _text(line, "quality")
    if not text:
        return None
    try:
        stars = Decimal(text)
    except InvalidOperation:
        raise Unreadable("“quality” is not a number of stars.") from None
    if not 0 <= stars <= MOST_STARS:
        raise Unreadable("“quality” is not a number of stars from 0 to 5.")
    return stars.quantize(Decimal("0.1"))


def _day(line: Mapping[str, str]) -> date | None:
    text = _text(line, "startdate")
    if not text:
        return None
    try:
        return datetime.strptime(text.partition(" ")[0], "%m/%d/%Y").date()  # noqa: DTZ007  a day
    except ValueError:
        raise Unreadable("“startdate” is not a date like 08/31/2017.") from None


def _needs(kind: str, line: Mapping[str, str]) -> list[str]:
    if kind != "home_health":
        return list(OFFERED[kind])
    return [need for column, need in HOME_COLUMNS.items() if _text(line, column).lower() == "true"]


def _payers(certified: str, line: Mapping[str, str]) -> list[str]:
    """Return the payer classes the file says: a certification number is Original Medicare's.

    Where the file has a column for it, that column says it: some homes are Medicaid's only.
    """
    words = _text(line, "Provider Type").lower()
    if words:
        known = {"medicare": "medicare_ffs", "medicaid": "medicaid_ffs"}
        return [code for word, code in known.items() if word in words]
    return ["medicare_ffs"] if certified else []
