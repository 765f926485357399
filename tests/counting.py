"""Counts statements as the targets do: without BEGIN, COMMIT and SAVEPOINT (speed.md T2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def statements(expected: int) -> Iterator[None]:
    """Fail unless the block takes exactly this many statements."""
    with CaptureQueriesContext(connection) as seen:
        yield
    told = [q["sql"] for q in seen if not q["sql"].startswith(BOOKKEEPING)]
    assert len(told) == expected, "\n".join(sql.strip()[:110] for sql in told)
