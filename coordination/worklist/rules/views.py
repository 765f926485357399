"""Which lists may be kept as a view, and which of their filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

PAGES: Mapping[str, tuple[str, ...]] = {
    "caseload:day": ("lane", "unit", "waiting", "hide"),
    "caseload:patients": ("whose", "lane", "unit", "interpreter", "quiet", "hide"),
    "caseload:queue": ("lane",),
    "reports:overdue": ("owner", "unit", "kind", "cause", "band", "undated", "hide"),
    "referrals:directory": (
        "need", "within", "zip_code", "payer", "language", "accepting", "wait", "name",
    ),
}  # fmt: skip
MOST_QUERY = 500
MOST_VALUE = 80


def kept_query(page: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the part of a list's query that a view keeps, in the order it came.

    Only the list's own filters are kept: no patient, no place in the list. Raises KeyError for a
    page that keeps none, ValueError for more than a view can hold.
    """
    names = PAGES[page]
    kept = [(name, value[:MOST_VALUE]) for name, value in pairs if name in names and value]
    query = urlencode(kept)
    if len(query) > MOST_QUERY:
        raise ValueError("These are more filters than a view can hold.")
    return query
