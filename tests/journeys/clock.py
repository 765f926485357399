"""A clock the journeys can turn: the service's and the database's, together.

The service reads Python's clock in views and PostgreSQL's in jobs, grants and the trail. A day
played in minutes must move both, or a shift would end for the page and go on for the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine
from django.db import connection

# `now()` is found in the first schema of the path that has one; ours stands before PostgreSQL's.
MAKE = """
CREATE SCHEMA story;
CREATE TABLE story.clock (shown timestamptz, set_at timestamptz);
INSERT INTO story.clock VALUES (clock_timestamp(), clock_timestamp());
CREATE FUNCTION story.now() RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT shown + (pg_catalog.clock_timestamp() - set_at) FROM story.clock';
CREATE FUNCTION story.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT story.now()';
SET search_path = story, pg_catalog, public;
"""


class StoryClock:
    """What time it is in the story; it goes on from there like any clock."""

    def __init__(self, coordinates: time_machine.Traveller) -> None:
        self._coordinates = coordinates

    def turn(self, at: datetime) -> datetime:
        """Make it `at`, for the pages, the jobs and the database; return it."""
        self._coordinates.move_to(at)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE story.clock SET shown = %s, set_at = pg_catalog.clock_timestamp()", [at]
            )
        return at


@contextmanager
def story_clock(starts_at: datetime) -> Iterator[StoryClock]:
    """Give a clock that shows `starts_at`. Needs a test whose rows are really committed."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
        cursor.execute(f"ALTER DATABASE {name} SET search_path = story, pg_catalog, public")
    try:
        with time_machine.travel(starts_at, tick=True) as coordinates:
            clock = StoryClock(coordinates)
            clock.turn(starts_at)
            yield clock
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} RESET search_path")
            cursor.execute("RESET search_path; DROP SCHEMA story CASCADE")
