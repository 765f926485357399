"""Work that needs the database's owner: migrations, grants, telling the demo anew.

The web and the workers connect as a role that may add to the audit trail and read it, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from psycopg2 import sql

GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON access_auditevent FROM {role}",
)


@contextmanager
def as_owner() -> Iterator[str]:
    """Connect as DATABASE_OWNER_URL says inside the block, and hand out the run-time role's name.

    With one role only, the connection stays as it is.
    """
    before = dict(connection.settings_dict)
    if settings.OWNER_DATABASE is None:
        yield str(before["USER"])
        return
    connection.close()
    connection.settings_dict.update(settings.OWNER_DATABASE)
    try:
        yield str(before["USER"])
    finally:
        connection.close()
        connection.settings_dict.update(before)


def grant_runtime_role(role: str) -> bool:
    """Give the run-time role exactly what it needs; True if it is not the owner itself."""
    if settings.OWNER_DATABASE is None or settings.OWNER_DATABASE["USER"] == role:
        return False
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
    return True
