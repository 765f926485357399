"""How names and numbers are folded so that they can be found."""

import re
import unicodedata

SEPARATORS = re.compile(r"[\s.\-/]+")


def name_norm(family: str, given: str) -> str:
    """Return "family given", casefolded and without accents: what search and sorting read."""
    text = unicodedata.normalize("NFKD", f"{family} {given}".casefold())
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def identifier_norm(value: str) -> str:
    """Return a number without spaces, dots, dashes or slashes, in capitals: 00411827."""
    return SEPARATORS.sub("", value).upper()
