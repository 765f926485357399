"""Statements that the database parses and plans once a connection, not once a request.

The hottest pages run three or four large constant statements whose parsing and planning cost two
to ten times their execution (docs/speed.md). psycopg2 sends text only, so PREPARE is spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

PLACE = re.compile(r"%\((\w+)\)s")

# Which statements each open connection knows already; forgotten with the connection.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """One constant statement with named parameters, each of a stated PostgreSQL type.

    name: unique in the service. sql: with %(name)s; types: PostgreSQL's type of each name. Behind
    a pool that hands out another connection for each transaction, PREPARED_STATEMENTS=0 sends the
    plain text instead.
    """

    def __init__(self, name: str, sql: str, **types: str) -> None:
        self.name, self.sql = name, sql
        places = list(dict.fromkeys(PLACE.findall(sql)))
        if missing := [place for place in places if place not in types]:
            raise ValueError(f"{name}: no type for {', '.join(missing)}")
        numbers = {place: f"${at}" for at, place in enumerate(places, 1)}
        body = PLACE.sub(lambda found: numbers[found[1]], sql).replace("%%", "%")
        kinds = f" ({', '.join(types[place] for place in places)})" if places else ""
        self._prepare = f"PREPARE {name}{kinds} AS {body}"
        given = f" ({', '.join(f'%({place})s' for place in places)})" if places else ""
        self._execute = f"EXECUTE {name}{given}"

    def rows(self, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it and return all its rows. 1 statement."""
        with connection.cursor() as cursor:
            self._run(cursor, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def row(self, params: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it and return its first row, if there is one. 1 statement."""
        with connection.cursor() as cursor:
            self._run(cursor, params)
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found

    def plan(self, params: Mapping[str, Any]) -> list[str]:
        """Return the lines of the plan it runs by."""
        with connection.cursor() as cursor:
            self._introduce()
            cursor.execute(f"EXPLAIN {self._execute}", params)
            return [line for (line,) in cursor.fetchall()]

    def _run(self, cursor: Any, params: Mapping[str, Any]) -> None:
        if not settings.PREPARED_STATEMENTS:
            cursor.execute(self.sql, params)
            return
        self._introduce()
        cursor.execute(self._execute, params)

    def _introduce(self) -> None:
        """Make the statement known to this connection; it outlives transactions, rolled back too.

        Past Django's cursor: it belongs to the connection, like its settings, not to the request.
        """
        known = _known.setdefault(connection.connection, set())
        if self.name in known:
            return
        with connection.wrap_database_errors, connection.connection.cursor() as raw:
            raw.execute(self._prepare)
        known.add(self.name)
