"""Signing in with a token: only for the API, one request at a time (trust.md D21)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection
from django.http import HttpRequest

from coordination.access.actor import Actor
from coordination.access.backend import load_user

PREFIX = "tl_"
SCHEME = "bearer"
LONGEST = 200
# The last use is written once a minute at most, so that reading costs no write.
FIND = """
WITH found AS (
  SELECT id, user_id, scopes, last_used_at FROM access_apitoken
  WHERE hashed = %s AND revoked_at IS NULL AND expires_at > now()),
used AS (
  UPDATE access_apitoken t SET last_used_at = now() FROM found f
  WHERE t.id = f.id AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 minute'))
SELECT user_id, scopes FROM found
"""


def hashed(text: str) -> str:
    """Return what is kept of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def has_token(request: HttpRequest) -> bool:
    """Say whether the request brings a token of any kind; then the session does not count."""
    return request.headers.get("Authorization", "").strip() != ""


def token_actor(request: HttpRequest, context: dict[str, Any]) -> Actor | None:
    """Return the actor a token stands for; None for a token that is none, over, or ended.

    They may do what both the token's scopes and its owner's roles allow now. 2 statements.
    """
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    if scheme.lower() != SCHEME or not text.isascii() or len(text) > LONGEST:
        return None
    mark = hashed(text)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [mark])
        row = cursor.fetchone()
    user = load_user(row[0]) if row else None
    if user is None:
        return None
    return Actor(
        kind="client",
        organization=user.organization,
        user=user,
        team_ids=user.grants.team_ids,
        permissions=user.grants.permissions & frozenset(row[1]),
        roles=user.grants.roles,
        duty=user.grants.duty,
        covering=user.grants.covering,
        session_hash=hashed(mark),
        purpose="treatment",
        **context,
    )
