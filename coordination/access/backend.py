"""Reads the user with everything they are granted in one constant statement (ground.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from coordination.access.models import Organization, User

LIVE = "m.user_id = u.id AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())"


@dataclass(frozen=True, slots=True)
class Grants:
    """What a person may do, and in which teams, by the memberships live at this moment."""

    permissions: frozenset[str]
    team_ids: tuple[int, ...]
    roles: tuple[str, ...]


@cache
def _statement() -> tuple[str, list[str], list[str]]:
    user_fields = [f.attname for f in User._meta.concrete_fields]
    org_fields = [f.attname for f in Organization._meta.concrete_fields]
    columns = [f"u.{f.column}" for f in User._meta.concrete_fields]
    columns += [f"o.{f.column}" for f in Organization._meta.concrete_fields]
    sql = f"""
        SELECT {", ".join(columns)},
          ARRAY(SELECT DISTINCT unnest(r.permissions) FROM access_membership m
                JOIN access_role r ON r.slug = m.role_id WHERE {LIVE}),
          ARRAY(SELECT DISTINCT m.team_id FROM access_membership m
                WHERE {LIVE} AND m.team_id IS NOT NULL),
          ARRAY(SELECT DISTINCT m.role_id FROM access_membership m WHERE {LIVE})
        FROM access_user u LEFT JOIN access_organization o ON o.id = u.organization_id
        WHERE u.id = %s AND u.is_active
    """  # noqa: S608  only our own column names
    return sql, user_fields, org_fields


def load_user(user_id: int) -> User | None:
    """Return the active user with `grants` and `organization`; None if disabled. 1 statement."""
    sql, user_fields, org_fields = _statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    users, orgs = len(user_fields), len(org_fields)
    user = User.from_db(connection.alias, user_fields, row[:users])
    if row[users] is not None:
        user.organization = Organization.from_db(
            connection.alias, org_fields, row[users : users + orgs]
        )
    permissions, teams, roles = row[users + orgs :]
    user.grants = Grants(frozenset(permissions), tuple(teams), tuple(roles))
    return user


class GrantsBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's password check, and our own reading of the user on every request."""

    def get_user(self, user_id: int) -> User | None:
        return load_user(user_id)
