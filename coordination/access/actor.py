"""The Actor: who is asking. Every action, query and `open_chart` takes one (design.md 3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.access.models import Organization, User
from coordination.records import NotPermitted


@dataclass(kw_only=True, slots=True)
class Actor:
    """Who is asking, and which patients this request has shown so far.

    kind: user, system, link, client or anonymous. shown: pks of the patients in the answer;
    detail: what the read row says besides, never a name.
    """

    kind: str
    organization: Organization | None
    user: User | None = None
    on_behalf_of: int | None = None
    team_ids: tuple[int, ...] = ()
    permissions: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    purpose: str = ""
    request_id: str = ""
    session_hash: str = ""
    address: str | None = None
    view: str = ""
    shown: set[int] = field(default_factory=set)
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def user_id(self) -> int | None:
        """Return whose name a trail carries: the person's own, or the one the system acts for."""
        return self.user.pk if self.user else self.on_behalf_of

    @property
    def organization_id(self) -> int:
        """Return the organization's pk. Raises NotPermitted for an actor who belongs to none."""
        if self.organization is None:
            raise NotPermitted(_("You do not belong to an organization here."))
        return self.organization.pk

    @property
    def zone(self) -> ZoneInfo:
        """Return the organization's time zone, in which days begin and end."""
        return ZoneInfo(self.organization.zone if self.organization else "UTC")

    def may(self, permission: str) -> bool:
        """Say whether this actor has the permission. The system has all of them."""
        return self.kind == "system" or permission in self.permissions


def require(actor: Actor, permission: str) -> None:
    """Raise NotPermitted unless the actor has the permission."""
    if not actor.may(permission):
        raise NotPermitted(_("Your role does not include this. Ask your supervisor."))


def person_of(actor: Actor) -> int:
    """Return the pk of the person who is asking. Raises NotPermitted for anybody but a person."""
    if actor.user is None:
        raise NotPermitted(_("Sign in to do this."))
    return actor.user.pk


def system_actor(
    job: str, organization: Organization, on_behalf_of: Actor | int | None = None
) -> Actor:
    """Return the system itself at work in one organization, for jobs, reactions and imports.

    on_behalf_of: the actor, or user pk, whose act led to this.
    """
    behalf = on_behalf_of.user_id if isinstance(on_behalf_of, Actor) else on_behalf_of
    return Actor(
        kind="system",
        organization=organization,
        on_behalf_of=behalf,
        request_id=(on_behalf_of.request_id if isinstance(on_behalf_of, Actor) else "")
        or uuid.uuid4().hex,
        purpose="operations",
        view=job,
    )


def user_actor(user: User, **context: str) -> Actor:
    """Return the actor of a signed-in person; the backend has put `grants` on the user."""
    grants = user.grants
    return Actor(
        kind="user",
        organization=user.organization,
        user=user,
        team_ids=grants.team_ids,
        permissions=grants.permissions,
        roles=grants.roles,
        **context,  # type: ignore[arg-type]
    )
