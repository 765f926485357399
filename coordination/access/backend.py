"""Reads the user with everything they are granted in one constant statement (ground.md 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from coordination.access.models import Organization, User
from coordination.prepared import Prepared

LIVE = "m.user_id = u.id AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())"
# Not now(): whoever has just confirmed a shift in this transaction is on duty in it.
ON_NOW = (
    "{0}.starts_at <= statement_timestamp()"
    " AND coalesce({0}.ended_at, {0}.ends_at) > statement_timestamp()"
)
ON_SHIFT = f"s.user_id = u.id AND s.confirmed_at IS NOT NULL AND {ON_NOW.format('s')}"
COVERS = f"c.covering_id = u.id AND c.accepted_at IS NOT NULL AND {ON_NOW.format('c')}"

# A float lends the teams of its unit, a cover the team of the absent person.
TEAMS = f"""
ARRAY(SELECT m.team_id FROM access_membership m WHERE {LIVE} AND m.team_id IS NOT NULL
  UNION SELECT tu.team_id FROM access_shift s JOIN access_team_units tu ON tu.unit_id = s.unit_id
    WHERE s.is_float AND {ON_SHIFT}
  UNION SELECT c.team_id FROM access_cover c WHERE {COVERS} ORDER BY 1)
"""  # noqa: S608  our own fragments
ON_DUTY = f"""
(SELECT jsonb_agg(jsonb_build_array(s.public_id, coalesce(n.name, t.name), coalesce(f.zone, ''),
    s.role_id, s.starts_at, s.ends_at, s.unit_id, s.team_id, s.is_float)
    ORDER BY s.starts_at, s.id)
  FROM access_shift s LEFT JOIN access_unit n ON n.id = s.unit_id
    LEFT JOIN access_team t ON t.id = s.team_id
    LEFT JOIN access_facility f ON f.id = coalesce(n.facility_id, t.facility_id)
  WHERE {ON_SHIFT})
"""  # noqa: S608
COVERING = f"""
(SELECT jsonb_agg(jsonb_build_array(c.public_id, c.away_id, a.first_name || ' ' || a.last_name,
    c.ends_at, c.patients, c.except_patients) ORDER BY c.ends_at, c.id)
  FROM access_cover c JOIN access_user a ON a.id = c.away_id WHERE {COVERS})
"""  # noqa: S608
# What a person is to answer or to read: asked to cover, and covers of theirs that are over.
ASKED = """
(SELECT jsonb_agg(jsonb_build_array(c.public_id, c.accepted_at IS NULL,
    a.first_name || ' ' || a.last_name, c.starts_at, coalesce(c.ended_at, c.ends_at))
    ORDER BY c.starts_at, c.id)
  FROM access_cover c JOIN access_user a ON a.id = CASE WHEN c.away_id = u.id THEN c.covering_id
    ELSE c.away_id END
  WHERE (c.covering_id = u.id AND c.accepted_at IS NULL AND c.ended_at IS NULL
      AND c.ends_at > statement_timestamp())
    OR (c.away_id = u.id AND c.accepted_at IS NOT NULL AND c.seen_at IS NULL
      AND c.starts_at < coalesce(c.ended_at, c.ends_at)
      AND coalesce(c.ended_at, c.ends_at) <= statement_timestamp()
      AND c.ends_at > statement_timestamp() - interval '14 days'))
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One cover to answer (is_asked), or that is over and whose story is to be read."""

    public_id: UUID
    is_asked: bool
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One place where a person is on duty at this moment, and until when."""

    public_id: UUID
    place: str
    zone: str
    role: str
    starts_at: datetime
    ends_at: datetime
    unit_id: int | None
    team_id: int | None
    is_float: bool


@dataclass(frozen=True, slots=True)
class Covering:
    """One absent colleague whose work this person owns for now.

    patients: pks; empty: all of it, but that of except_patients.
    """

    public_id: UUID
    away_id: int
    name: str
    ends_at: datetime
    patients: tuple[int, ...] = ()
    except_patients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grants:
    """What a person may do, in which teams, and for whom: by what is live at this moment."""

    permissions: frozenset[str]
    team_ids: tuple[int, ...]
    roles: tuple[str, ...]
    duty: tuple[Duty, ...] = ()
    covering: tuple[Covering, ...] = ()
    asked: tuple[Asked, ...] = ()


@cache
def _statement() -> tuple[Prepared, list[str], list[str]]:
    user_fields = [f.attname for f in User._meta.concrete_fields]
    org_fields = [f.attname for f in Organization._meta.concrete_fields]
    columns = [f"u.{f.column}" for f in User._meta.concrete_fields]
    columns += [f"o.{f.column}" for f in Organization._meta.concrete_fields]
    sql = f"""
        SELECT {", ".join(columns)},
          ARRAY(SELECT DISTINCT unnest(r.permissions) FROM access_membership m
                JOIN access_role r ON r.slug = m.role_id WHERE {LIVE}),
          {TEAMS},
          ARRAY(SELECT DISTINCT m.role_id FROM access_membership m WHERE {LIVE}),
          {ON_DUTY},
          {COVERING},
          {ASKED}
        FROM access_user u LEFT JOIN access_organization o ON o.id = u.organization_id
        WHERE u.id = %(user)s AND u.is_active
    """  # noqa: S608  only our own column names
    return Prepared("access_user", sql, user="bigint"), user_fields, org_fields


def load_user(user_id: int) -> User | None:
    """Return the active user with `grants` and `organization`; None if disabled. 1 statement."""
    statement, user_fields, org_fields = _statement()
    row = statement.row({"user": user_id})
    if row is None:
        return None
    users, orgs = len(user_fields), len(org_fields)
    user = User.from_db(connection.alias, user_fields, row[:users])
    if row[users] is not None:
        user.organization = Organization.from_db(
            connection.alias, org_fields, row[users : users + orgs]
        )
    permissions, teams, roles, duty, covering, asked = row[users + orgs :]
    user.grants = Grants(
        frozenset(permissions),
        tuple(teams),
        tuple(roles),
        tuple(_duty(*one) for one in json.loads(duty or "[]")),
        tuple(_covering(*one) for one in json.loads(covering or "[]")),
        tuple(_asked(*one) for one in json.loads(asked or "[]")),
    )
    return user


def _duty(public_id: str, place: str, zone: str, role: str, *rest: Any) -> Duty:
    starts_at, ends_at, unit_id, team_id, is_float = rest
    at = datetime.fromisoformat
    return Duty(
        UUID(public_id), place, zone, role, at(starts_at), at(ends_at), unit_id, team_id, is_float
    )


def _covering(public_id: str, away_id: int, name: str, ends_at: str, *ids: list[int]) -> Covering:
    at = datetime.fromisoformat(ends_at)
    return Covering(UUID(public_id), away_id, name.strip(), at, *map(tuple, ids))


def _asked(public_id: str, is_asked: bool, name: str, starts_at: str, ends_at: str) -> Asked:  # noqa: FBT001  as it is read
    at = datetime.fromisoformat
    return Asked(UUID(public_id), is_asked, name.strip(), at(starts_at), at(ends_at))


class GrantsBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's password check, and our own reading of the user on every request."""

    def get_user(self, user_id: int) -> User | None:
        return load_user(user_id)
