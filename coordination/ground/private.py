"""The private database for a command that finds nothing running."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection, connections

from coordination.ground.postgres import Postgres
from coordination.ground.supervisor import Supervisor


@contextmanager
def private_database() -> Iterator[None]:
    """Have a database inside the block: the one that answers, else the private one, started for it.

    Raises Missing where it cannot be started, OperationalError where another one is named and away.
    """
    try:
        connection.ensure_connection()
    except OperationalError:
        if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
            raise
    else:
        yield
        return
    supervisor = Supervisor(settings.VAR_DIR)
    with supervisor.running(stops=()):
        supervisor.serve(Postgres(settings.VAR_DIR))
        try:
            yield
        finally:
            connections.close_all()
