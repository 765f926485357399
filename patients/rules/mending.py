"""Who may mend what was recorded by mistake, and how long (rules.md 4, trust.md 3)."""

from __future__ import annotations

from datetime import timedelta

MEND_OWN = timedelta(hours=24)


def mend_problem(*, is_own: bool, age: timedelta, may_any: bool) -> str:
    """Return why somebody may not mend a record: "not-own", "too-late", or "" when they may.

    is_own: whether they entered it. age: since it was entered. may_any: a supervisor. Source:
    rules.md 4, *entered-in-error by its creator within 24 h, later by S*; the same holds for what
    was logged on the wrong patient.
    """
    if may_any:
        return ""
    if not is_own:
        return "not-own"
    return "too-late" if age > MEND_OWN else ""
