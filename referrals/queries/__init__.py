"""The read side of the directory."""

from referrals.queries.entries import (
    DuePage,
    Entry,
    count_due,
    due_checks,
    entries_in_scope,
    entry,
    offered,
    takes,
)
from referrals.queries.search import Found, Hits, Wish, place_of, search, statement

__all__ = [
    "DuePage", "Entry", "Found", "Hits", "Wish", "count_due", "due_checks", "entries_in_scope",
    "entry", "offered", "place_of", "search", "statement", "takes",
]  # fmt: skip
