"""Fills a neutral text. Only the listed names may stand in it; nothing clinical is among them."""

from __future__ import annotations

import re

PLACES = frozenset({"day", "time", "hospital", "phone", "late", "escalated", "link"})
OPTIONAL = re.compile(r"\[([^\[\]]{0,200})\]")
NAME = re.compile(r"\{([a-z_]{1,24})\}")


def fill(body: str, values: dict[str, str]) -> str:
    """Return the text with its placeholders filled.

    A part in square brackets is left out when one of its values is empty. Raises ValueError for a
    placeholder elsewhere that is not allowed or has no value: a message with a hole does not leave.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name not in PLACES or not values.get(name):
            raise ValueError(f"The text names {{{name}}}, which has no value.")
        return values[name]

    def keep(found: re.Match[str]) -> str:
        known = all(values.get(name) or name not in PLACES for name in NAME.findall(found[1]))
        return found[1] if known else ""

    return NAME.sub(put, OPTIONAL.sub(keep, body))


def language_for(wanted: str, written: frozenset[str]) -> str:
    """Return the language to write in: the wanted one where it is written, else English.

    wanted: BCP 47, such as "es-MX". written: the languages the text exists in.
    """
    base = wanted.replace("_", "-").split("-")[0].lower()
    return base if base in written else "en"
