"""Which columns of which list a person may leave out: one table, for the chooser and the pages.

A page names a column by the class of its cells. What is left out is still there for whoever prints
or exports; it is only not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COLUMNS: Mapping[str, Mapping[str, Promise]] = {
    "day": {"c-out": _("Leaving")},
    "patients": {
        "c-op": _("Open"), "c-la": _("Late"), "c-lc": _("Last contact"), "c-out": _("Leaving"),
    },
    "overdue": {"c-own": _("Held by"), "c-why": _("Cause"), "c-esc": _("Escalated")},
}  # fmt: skip
HIDE = "hide"  # in an address: what a saved view leaves out; "-" for nothing


def hidden_in(page: str, kept: Iterable[str], asked: Mapping[str, Any]) -> list[str]:
    """Return the columns a list leaves out: those its address names, else those of the person.

    page: a key of COLUMNS. kept: "page:column" each, as the person has chosen. asked: the query.
    """
    known = COLUMNS[page]
    if HIDE in asked:
        wanted = set(str(asked[HIDE]).split(","))
        return [name for name in known if name in wanted]
    chosen = set(kept)
    return [name for name in known if f"{page}:{name}" in chosen]


def chooser(page: str, hidden: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Return each column of a list one may leave out: name, words, whether it is drawn."""
    gone = set(hidden)
    return [(name, str(words), name not in gone) for name, words in COLUMNS[page].items()]


def columns_for(page: str, request: Any) -> dict[str, Any]:
    """Return what a list's template draws its columns and chooser by. request: of a person."""
    user = request.actor.user
    hidden = hidden_in(page, user.hidden_columns if user is not None else (), request.GET)
    return {"hide": " ".join(hidden), "columns": chooser(page, hidden)}
