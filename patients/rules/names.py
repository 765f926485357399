"""How names and numbers are folded so that they can be found."""

import re
import unicodedata

SEPARATORS = re.compile(r"[\s.\-/]+")
SILENT = re.compile(r"['’ʼ`´]")
GAPS = re.compile(r"[^\w]+|_+")


def folded(text: str) -> str:
    """Return words casefolded, without accents, apostrophes or punctuation: "o'neil" is "oneil"."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(GAPS.sub(" ", SILENT.sub("", letters)).split())


def name_norm(family: str, given: str) -> str:
    """Return "family given", folded: what search and sorting read, at most 180 characters."""
    return folded(f"{family} {given}")[:180].rstrip()


def identifier_norm(value: str) -> str:
    """Return a number without spaces, dots, dashes or slashes, in capitals: 00411827."""
    return SEPARATORS.sub("", value).upper()


def like_key(family: str, given: str) -> str:
    """Return what is equal for names taken for each other, as the column Patient.like_key has it.

    The first word of the family name and the first three letters of the given: "martinez ros".
    """
    start = unicodedata.normalize("NFKD", given[:3].lower())
    first, *_rest = [*folded(family).split(), *folded(given).split(), ""]
    return f"{first} {''.join(c for c in start if not unicodedata.combining(c))}"
