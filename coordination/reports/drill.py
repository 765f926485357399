"""From a number to its rows: the filters of the URL."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote_plus

from django.http import QueryDict

from coordination.clocks.rules import BANDS
from coordination.reports.queries import Drill, LateRow

FILTERS = ("owner", "unit", "kind", "cause", "band", "undated")
LENGTH = 24


def drill_from(asked: QueryDict) -> Drill:
    """Read the filters; what is not understood is left out."""
    owner = asked.get("owner", "")
    band = asked.get("band", "")
    return Drill(
        owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < LENGTH else None,
        unit=asked.get("unit", "")[:LENGTH] if "unit" in asked else None,
        kind=asked.get("kind", "")[:LENGTH] or None,
        cause=asked.get("cause", "")[:LENGTH] or None,
        band=band if band in BANDS else None,
        undated=asked.get("undated") == "1",
        after=after_from(asked.get("after", "")),
    )


def after_from(text: str) -> tuple[str, int] | None:
    """Read the key of the last row, "instant~pk"; None when there is none or it is no key."""
    instant, _sep, pk = text.partition("~")
    if not (pk.isascii() and pk.isdigit() and len(pk) < LENGTH):
        return None
    try:
        if instant != "-infinity" and datetime.fromisoformat(instant).tzinfo is None:
            return None
    except ValueError:
        return None
    return instant, int(pk)


def after_key(row: LateRow) -> str:
    """Return the key of a row, for the address of the page behind it."""
    return f"{row.due_at.isoformat() if row.due_at else '-infinity'}~{row.id}"


def narrowed(asked: QueryDict, **changes: str | None) -> str:
    """Return the address with some filters changed; None takes one away."""
    kept = {name: str(asked[name]) for name in FILTERS if name in asked}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return "?" + "&".join(f"{name}={_quoted(value)}" for name, value in kept.items())


def _quoted(value: str) -> str:
    """Return a value for an address. Most are a number or a code: a page has a hundred."""
    return value if value.isalnum() and value.isascii() else quote_plus(value)
