"""What somebody may have meant who typed into the search box."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from patients.rules.names import folded, identifier_norm

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
OLDEST = 120
MOST = 200
ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
DAY_FIRST = re.compile(r"(?<!\w)(\d{1,2})(?:st|nd|rd|th)?[ .\-]+([a-z]{3,9})[ .,\-]+(\d{4})(?!\w)")
MONTH_FIRST = re.compile(
    r"(?<!\w)([a-z]{3,9})[ .\-]+(\d{1,2})(?:st|nd|rd|th)?[ .,\-]+(\d{4})(?!\w)"
)
LABEL = re.compile(r"(?<!\w)(?:mrn|dob|born)(?!\w)[:#.]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readings:
    """numbers: normalized, for identifiers. words: folded, each a prefix of a word of the name."""

    numbers: tuple[str, ...] = ()
    birth_dates: tuple[date, ...] = ()
    years: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


def readings(text: str, today: date) -> Readings:
    """Return every way to read a search text, of which the first 200 characters count.

    today: a birth date lies before it, at most 120 years. 3/14/1948 and 3-14-1948 are read month
    first, 14.3.1948 day first (both ways where both are dates and dots are used); two-digit years
    in every century possible. A run of digits may be an MRN and a date at once.
    """
    text = LABEL.sub(" ", text[:MOST]).strip()
    dates, rest = written_dates(text.casefold(), today)
    tokens = rest.split()
    digits = [t for t in tokens if any(c.isdigit() for c in t)]
    numbers = tuple(
        dict.fromkeys(identifier_norm(n) for n in ("".join(digits), *digits, rest) if n and digits)
    )
    for token in digits:
        dates += [day for day in packed_dates(token) if possible(day, today)]
    years = tuple(int(t) for t in digits if t.isascii() and t.isdigit() and len(t) == 4
                  and today.year - OLDEST <= int(t) <= today.year)  # fmt: skip
    words = folded(" ".join(t for t in tokens if any(c.isalpha() for c in t))).split()
    return Readings(numbers, tuple(dict.fromkeys(dates)), years, tuple(words))


def possible(day: date | None, today: date) -> bool:
    """Say whether somebody alive or lately so may be born on this day."""
    return day is not None and day <= today and day.year >= today.year - OLDEST


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(word: str) -> int:
    """Return the number of a month by its name or at least three letters of it; 0 if none."""
    for number, name in enumerate(MONTHS, 1):
        if name.startswith(word) or word == f"{name[:3]}t":
            return number
    return 0


def years_of(text: str) -> tuple[int, ...]:
    """Return the years a written year may mean: "48" is 1948 and 2048."""
    return (int(text),) if len(text) == 4 else (1900 + int(text), 2000 + int(text))


def written_dates(text: str, today: date) -> tuple[list[date], str]:
    """Return the birth dates written with separators or month names, and the text without them."""
    found: list[date] = []

    def take(candidates: Iterator[date | None], match: re.Match[str]) -> str:
        days = [day for day in candidates if day is not None and possible(day, today)]
        found.extend(days)
        return " " if days else match.group()

    text = ISO.sub(lambda m: take(iter([day_of(*map(int, m.groups()))]), m), text)
    text = NUMBERS.sub(lambda m: take(numeric(m), m), text)
    text = DAY_FIRST.sub(lambda m: take(iter([named(m[3], m[2], m[1])]), m), text)
    text = MONTH_FIRST.sub(lambda m: take(iter([named(m[3], m[1], m[2])]), m), text)
    return found, text


def named(year: str, month: str, day: str) -> date | None:
    """Return the date of a day with its month's name."""
    number = month_of(month)
    return day_of(int(year), number, int(day)) if number else None


def numeric(match: re.Match[str]) -> Iterator[date | None]:
    """Yield the dates of 3/14/1948 or 14.3.48, the likelier reading first."""
    first, mark, second, year = match.groups()
    for full in years_of(year):
        by_month = day_of(full, int(first), int(second))
        by_day = day_of(full, int(second), int(first))
        if mark == ".":
            yield by_day
            yield by_month
        else:
            yield by_month or by_day


def packed_dates(token: str) -> Iterator[date]:
    """Yield the dates of a run of six or eight digits: 031448, 03141948, 19480314."""
    if not (token.isascii() and token.isdigit()):
        return
    if len(token) == 6:
        days = [day_of(y, int(token[:2]), int(token[2:4])) for y in years_of(token[4:])]
    elif len(token) == 8:
        days = [
            day_of(int(token[4:]), int(token[:2]), int(token[2:4])),
            day_of(int(token[:4]), int(token[4:6]), int(token[6:])),
        ]
    else:
        return
    yield from (day for day in days if day is not None)
