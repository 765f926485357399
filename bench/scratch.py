"""The bench's own databases: made, marked, copied and dropped. It touches no other.

One database per size holds generated data and is kept; each run works on a copy, dropped at the
end, so that a run always begins from the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
MARK = "throughline bench"
MAINTENANCE = "postgres"
KEPT_FOR = timedelta(hours=6)  # due times lie around the instant of generation
LONGEST_NAME = 63


class NotOurs(Exception):
    """A database bears the bench's name but not its mark. The sentence is for a person."""


def fingerprint() -> str:
    """Return what the data depends on: the schema's migrations and the generator."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    files += (ROOT / "bench").glob("gen*.py")
    parts = b"\0".join(path.read_bytes() for path in sorted(files))
    return hashlib.sha256(parts).hexdigest()[:16]


class Scratch:
    """The two databases of one size on one server. url: any database of that server."""

    def __init__(self, url: str, size: str) -> None:
        base = urlsplit(url).path.lstrip("/")[: LONGEST_NAME - len("_bench_10m_run")]
        self.base_url = url
        self.kept = f"{base}_bench_{size}"
        self.run = f"{self.kept}_run"

    def url(self, name: str) -> str:
        """Return the address of one of the two."""
        return urlsplit(self.base_url)._replace(path=f"/{name}").geturl()

    @contextmanager
    def server(self) -> Iterator[Any]:
        """Give a cursor on the server itself, each statement its own transaction."""
        with closing(psycopg2.connect(self.base_url, dbname=MAINTENANCE)) as wire:
            wire.autocommit = True
            with wire.cursor() as cursor:
                yield cursor

    def mark_of(self, cursor: Any, name: str) -> str | None:
        """Return the mark of a database, "" if it has none, None if it is not there."""
        cursor.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
            " WHERE datname = %s",
            [name],
        )
        found = cursor.fetchone()
        return found[0] if found else None

    def is_fresh(self) -> bool:
        """Say whether the kept database holds data of this schema and generator, young enough."""
        with self.server() as cursor:
            mark = self.mark_of(cursor, self.kept) or ""
        said, _, made_at = mark.rpartition(" ")
        if said != f"{MARK} {fingerprint()}":
            return False
        return datetime.now(UTC) - datetime.fromisoformat(made_at) < KEPT_FOR

    def make(self) -> None:
        """Make the kept database anew and empty; it counts as fresh once `finish` marked it."""
        with self.server() as cursor:
            self._drop(cursor, self.kept)
            self._create(cursor, self.kept)

    def finish(self) -> None:
        """Mark the kept database as whole."""
        with self.server() as cursor:
            self._mark(cursor, self.kept, f"{fingerprint()} {datetime.now(UTC).isoformat()}")

    def copy(self) -> None:
        """Copy the kept database for one run. Nobody may be connected to it."""
        with self.server() as cursor:
            self._drop(cursor, self.run)
            self._create(cursor, self.run, self.kept)

    def drop_run(self) -> None:
        """Drop the copy."""
        with self.server() as cursor:
            self._drop(cursor, self.run)

    def _create(self, cursor: Any, name: str, template: str = "template0") -> None:
        words = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        cursor.execute(sql.SQL(words).format(sql.Identifier(name), sql.Identifier(template)))
        self._mark(cursor, name, "unfinished")

    def _mark(self, cursor: Any, name: str, said: str) -> None:
        words = sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name))
        cursor.execute(words, [f"{MARK} {said}"])

    def _drop(self, cursor: Any, name: str) -> None:
        mark = self.mark_of(cursor, name)
        if mark is None:
            return
        if not mark.startswith(MARK):
            raise NotOurs(f"The database {name} was not made by the bench: rename or drop it.")
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
