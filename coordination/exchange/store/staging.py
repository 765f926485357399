"""Temporary tables filled by COPY, and what every batch writes besides its rows."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from coordination.access.actor import Actor
from coordination.exchange.models import ImportRun

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"


@dataclass(frozen=True, slots=True)
class Batch:
    """What the statements of one batch share. team_id: opened for each patient, or None."""

    actor: Actor
    run: ImportRun
    now: datetime
    team_id: int | None = None

    @property
    def params(self) -> dict[str, Any]:
        """Return the parameters every statement may name."""
        return {
            "organization": self.actor.organization_id,
            "user": self.actor.user_id,
            "now": self.now,
            "run": self.run.pk,
            "team": self.team_id,
        }


@dataclass(slots=True)
class Outcome:
    """What became of one batch. refused: place in the batch to the sentence that says why."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def cell(value: object) -> str:
    """Return one value in the text format of COPY."""
    if value is None:
        return NULL
    if isinstance(value, str):
        if value.isprintable() and "\\" not in value:  # nearly every value, and far cheaper
            return value
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def line(values: Iterable[object]) -> str:
    """Return one line for COPY, without its end."""
    return "\t".join([cell(value) for value in values])


def digest(text: str) -> str:
    """Return the fingerprint of one row as it goes into staging."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@contextmanager
def staged(table: str, columns: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Hold a temporary table for the length of the block. columns: (name, type)."""
    body = ", ".join(f"{name} {kind}" for name, kind in columns)
    with connection.cursor() as cursor:
        # 2,000 look-ups look dear to the planner; compiling them costs thirty times what they do.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(f"CREATE TEMP TABLE {table} ({body})")
        yield
        cursor.execute(f"DROP TABLE {table}")


def fill(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines into a staging table and let the planner know their number."""
    data = io.StringIO("".join([f"{one}\n" for one in lines]))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", data)
        cursor.execute(f"ANALYZE {table}")


def run_sql(sql: str, batch: Batch) -> list[tuple[Any, ...]]:
    """Run one statement with the batch's parameters; return its rows, none if it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, batch.params)
        return cursor.fetchall() if cursor.description else []
