"""The Actor: who is asking. Every action, query and `open_chart` takes one (design.md 3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.access.models import Organization, User
from coordination.records import NotPermitted
from coordination.words import time_words

if TYPE_CHECKING:
    from coordination.access.backend import Asked, Covering, Duty


@dataclass(kw_only=True, slots=True)
class Actor:
    """Who is asking, and which patients this request has shown so far.

    kind: user, system, link, client or anonymous. shown: pks of the patients in the answer;
    detail: what the read row says besides, never a name. duty, covering: where a person is on duty
    and whose work they own for now, by the shifts and covers live at this moment. grants_to: whose
    request the act fulfills: the trail names both.
    """

    kind: str
    organization: Organization | None
    user: User | None = None
    on_behalf_of: int | None = None
    team_ids: tuple[int, ...] = ()
    permissions: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    duty: tuple[Duty, ...] = ()
    covering: tuple[Covering, ...] = ()
    asked: tuple[Asked, ...] = ()
    grants_to: int | None = None
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
    def stands_for_id(self) -> int | None:
        """Return the pk of who is absent, or of who asked, for whom it is done; None: own."""
        return self.on_behalf_of if self.user is not None else None

    @property
    def acts_for(self) -> tuple[int, ...]:
        """Return the pks of the persons whose work is this one's: their own, then whom they cover.

        Where several share the patients, only who has the rest of them: see `owns_for`.
        """
        own = () if self.user is None else (self.user.pk,)
        return own + tuple(one.away_id for one in self.covering if not one.patients)

    @property
    def acts_for_patients(self) -> tuple[tuple[int, int], ...]:
        """Return (owner, patient) pks of patients taken over from a list that several share."""
        return tuple((one.away_id, pk) for one in self.covering for pk in one.patients)

    @property
    def acts_not_for(self) -> tuple[tuple[int, int], ...]:
        """Return (owner, patient) pks of what others have of a list whose rest is this one's."""
        return tuple((one.away_id, pk) for one in self.covering for pk in one.except_patients)

    def owns_for(self, owner_id: int | None, patient_id: int) -> bool:
        """Say whether work of this owner about this patient is the actor's now: own or covered."""
        if owner_id is None:
            return False
        pair = (owner_id, patient_id)
        whole = owner_id in self.acts_for and pair not in self.acts_not_for
        return whole or pair in self.acts_for_patients

    def stand_for(self, owner_id: int | None, patient_id: int) -> None:
        """Note for the trail whose work this is that a covering colleague acts on; nobody's: own.

        A request may act on several owners' work in turn, so each act says it anew. What fulfills
        somebody's request is done for whoever asked.
        """
        if self.user is not None:
            covers = owner_id != self.user.pk and self.owns_for(owner_id, patient_id)
            self.on_behalf_of = self.grants_to or (owner_id if covers else None)

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

    @property
    def start_page(self) -> str:
        """Return the name of the page this person wants first, or ""."""
        return self.user.start_page if self.user else ""

    def duty_words(self) -> str:
        """Return where this person is on duty and until when: "4 West until 19:30"."""
        places = _(" and ").join(dict.fromkeys(one.place for one in self.duty))
        last = max(self.duty, key=lambda one: one.ends_at)
        zone = ZoneInfo(last.zone) if last.zone else self.zone
        return _("%(places)s until %(until)s") % {
            "places": places, "until": time_words(last.ends_at, zone),
        }  # fmt: skip

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


def organization_of(pk: int) -> Organization:
    """Return an organization known by its pk; its columns are read when first asked for.

    For jobs, whose trail and events mostly need the pk alone. 0 statements.
    """
    return Organization.from_db("default", ["id"], [pk])


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
        duty=grants.duty,
        covering=grants.covering,
        asked=grants.asked,
        **context,  # type: ignore[arg-type]
    )
