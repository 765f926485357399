"""Keys to the API: made, and ended."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import ApiToken, User
from coordination.access.roles import ROLES
from coordination.access.tokens import PREFIX, hashed
from coordination.records import Refused

KNOWN = {name for _label, permissions in ROLES.values() for name in permissions}


@transaction.atomic
def make_token(
    actor: Actor,
    user: User,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token of a person, or of an account made for a program. Returns it and its text.

    The text is nowhere else: whoever loses it makes another. scopes: permission names; what the
    owner does not have, the token does not give. Raises NotPermitted or Refused.
    """
    require(actor, "user.change")
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in KNOWN]
    if unknown:
        raise Refused(_("No permission is called “%(name)s”.") % {"name": unknown[0]})
    if not wanted:
        raise Refused(_("Name what the token may do."))
    if expires_at <= now:
        raise Refused(_("The end must be after the start."))
    if user.organization_id != actor.organization_id:
        raise Refused(_("Nobody here has this name."))
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organization_id=actor.organization_id, user=user, name=name, hashed=hashed(text),
        scopes=wanted, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    record(actor, "token.create", token, now, detail={"scopes": wanted})
    return token, text


@transaction.atomic
def end_token(actor: Actor, public_id: UUID, now: datetime) -> ApiToken:
    """End a token at once; its next request is refused. Raises NotPermitted or DoesNotExist."""
    require(actor, "user.change")
    token = ApiToken.objects.select_for_update().get(
        public_id=public_id, organization_id=actor.organization_id
    )
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(actor, "token.end", token, now)
    return token
