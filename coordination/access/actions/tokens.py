"""Keys to the API: made, and ended; by an administrator, or a person's own by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.models import ApiToken, User
from coordination.access.once import once
from coordination.access.roles import ROLES
from coordination.access.scopes import offered
from coordination.access.tokens import PREFIX, hashed
from coordination.records import NotPermitted, Refused

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
    if user.organization_id != actor.organization_id:
        raise Refused(_("Nobody here has this name."))
    return _make(actor, user, name, scopes, expires_at, now)


@transaction.atomic
def make_own_token(
    actor: Actor,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
    create_key: UUID | None = None,
) -> tuple[ApiToken, str]:
    """Make a token of one's own. Returns it and its text; sent a second time, without its text.

    scopes: of those `offered` to this person. Raises NotPermitted, or Refused for a scope that is
    not theirs to give and for an end later than settings.API_TOKEN_DAYS days.
    """
    person_of(actor)
    user: User = actor.user  # type: ignore[assignment]
    wanted = set(scopes)
    if not wanted <= dict(offered(actor)).keys():
        raise NotPermitted(_("A token cannot do more than you may."))
    if expires_at > now + timedelta(days=settings.API_TOKEN_DAYS + 1):
        raise Refused(
            _("A token ends after %(days)s days at the latest.") % {"days": settings.API_TOKEN_DAYS}
        )
    said = [""]

    def make() -> ApiToken:
        token, said[0] = _make(actor, user, name, wanted, expires_at, now)
        return token

    return once(actor, create_key, ApiToken, make), said[0]


def _make(
    actor: Actor,
    user: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
) -> tuple[ApiToken, str]:
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in KNOWN]
    if unknown:
        raise Refused(_("No permission is called “%(name)s”.") % {"name": unknown[0]})
    if not wanted:
        raise Refused(_("Name what the token may do."))
    if expires_at <= now:
        raise Refused(_("The end must be after the start."))
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organization_id=actor.organization_id, user=user, name=name, hashed=hashed(text),
        scopes=wanted, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    record(actor, "token.create", token, now, detail={"scopes": wanted})
    return token, text


@transaction.atomic
def end_token(actor: Actor, public_id: UUID, now: datetime) -> ApiToken:
    """End a token at once; its next request is refused. Raises NotPermitted or DoesNotExist.

    Without the permission to change users one ends one's own only: another's is not there.
    """
    rows = ApiToken.objects.filter(organization_id=actor.organization_id)
    if not actor.may("user.change"):
        rows = rows.filter(user_id=person_of(actor))
    token = rows.select_for_update().get(public_id=public_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(actor, "token.end", token, now)
    return token
