"""Fills a neutral text. Only the listed names may stand in it; nothing clinical is among them."""

from __future__ import annotations

import re

PLACES = frozenset({"day", "time", "hospital", "phone", "late", "escalated", "link"})
NAME = re.compile(r"\{([a-z_]{1,24})\}")


def fill(body: str, values: dict[str, str]) -> str:
    """Return the text with its placeholders filled.

    Raises ValueError for a placeholder that is not allowed or has no value: a message with a hole
    in it does not leave.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name not in PLACES or name not in values:
            raise ValueError(f"The text names {{{name}}}, which has no value.")
        return values[name]

    return NAME.sub(put, body)


def language_for(wanted: str, written: frozenset[str]) -> str:
    """Return the language to write in: the wanted one where it is written, else English.

    wanted: BCP 47, such as "es-MX". written: the languages the text exists in.
    """
    base = wanted.replace("_", "-").split("-")[0].lower()
    return base if base in written else "en"
