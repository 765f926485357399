"""What somebody may have meant who typed, or read off a display, a telephone number."""

from __future__ import annotations

import re
from dataclasses import dataclass

FEWEST, MOST = 4, 15  # digits: the last four that somebody remembers, the longest there are
NATIONAL = 10  # digits of a number in the United States and Canada, area code first
EXTENSION = re.compile(r"(?:,|;|x|ext\.?|extension|#)\s*(\d{1,7})\s*$")
MARKS = re.compile(r"[\d\s().+\-–]*")
LABEL = re.compile(r"^(?:tel|phone|call(?:er)?)[:.]?\s*")
ABROAD = re.compile(r"^(?:\+|00|011)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is looked up. digits: the end of it, at least four; extension: or empty."""

    digits: str
    extension: str = ""

    @property
    def is_whole(self) -> bool:
        """Say whether so much was given that hardly two people share it."""
        return len(self.digits) >= NATIONAL - 3


def read_number(text: str) -> Number | None:
    """Return the number a text is, in any spelling, or None where it is none.

    Country code, area code and extension may be there or not: what is compared is how the number
    ends. Fewer than four digits, more than fifteen, or any letter make it no number.
    """
    plain = LABEL.sub("", text.strip().casefold())
    found = EXTENSION.search(plain)
    extension = found[1] if found else ""
    plain = plain[: found.start()] if found else plain
    if not MARKS.fullmatch(plain):
        return None
    digits = re.sub(r"[^0-9]", "", ABROAD.sub("", plain)).lstrip("0")
    if len(digits) == NATIONAL + 1 and digits.startswith("1"):
        digits = digits[1:]
    return Number(digits, extension) if FEWEST <= len(digits) <= MOST else None
