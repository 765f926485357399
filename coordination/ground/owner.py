"""Work that needs the database's owner: migrations, grants, telling the demo anew.

The web and the workers connect as a role that may add to the audit trail and read it, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from psycopg2 import sql

GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON access_auditevent FROM {role}",
)


@dataclass(frozen=True, slots=True)
class Role:
    """The run-time role, by its name and password."""

    name: str
    password: str


@contextmanager
def as_owner() -> Iterator[Role]:
    """Connect as DATABASE_OWNER_URL says inside the block, and hand out the run-time role.

    With one role only, the connection stays as it is.
    """
    before = dict(connection.settings_dict)
    runtime = Role(str(before["USER"]), str(before["PASSWORD"]))
    if settings.OWNER_DATABASE is None:
        yield runtime
        return
    connection.close()
    connection.settings_dict.update(settings.OWNER_DATABASE)
    try:
        yield runtime
    finally:
        connection.close()
        connection.settings_dict.update(before)


def grant_runtime_role(role: Role) -> bool:
    """Give the run-time role exactly what it needs; True if it is not the owner itself.

    Makes the role first where it is missing, which asks of the owner the right to make roles.
    """
    if settings.OWNER_DATABASE is None or settings.OWNER_DATABASE["USER"] == role.name:
        return False
    name = sql.Identifier(role.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name])
        if cursor.fetchone() is None:
            make = sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}")
            cursor.execute(make.format(role=name, password=sql.Literal(role.password)))
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(role=name))
    return True
