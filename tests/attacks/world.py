"""Two hospitals, four teams, somebody in each role, and marked patients with one of everything.

`ask` sends one request as one person and undoes whatever it did, so that thousands fit one world.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from coordination.access.actions import sync_roles
from coordination.access.markers import Access
from coordination.access.models import AuditEvent, Team, User
from coordination.access.roles import ROLES
from coordination.access.walk import Address
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.worklist.actions import load_playbooks
from patients.models import Patient
from tests.access.sample_objects import NOBODYS, ORGANIZATION_WIDE, SAMPLES, VALUES, address_of
from tests.conftest import member
from tests.factories import FacilityFactory, PatientFactory, TeamFactory

OWN, TEAM, FACILITY, ORGANIZATION = "own", "other team", "other facility", "other organization"
PLACES = (OWN, TEAM, FACILITY, ORGANIZATION)
ANONYMOUS, DISABLED = "anonymous", "disabled"
ACTORS = (*ROLES, ANONYMOUS, DISABLED)
HX = {"HTTP_HX_REQUEST": "true"}


@dataclass
class World:
    """Everything a request of the attack tests may be about."""

    teams: dict[str, Team] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)
    samples: dict[str, dict[str, Model]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def marker(self, place: str) -> str:
        """Return the text that appears wherever the patient of this place does."""
        return self.patients[place].family

    def in_scope(self, actor: str, place: str) -> bool:
        """Say whether somebody in this role may see the patient of this place."""
        if actor in {"admin", ANONYMOUS, DISABLED}:
            return False
        return place == OWN or (actor == "auditor" and place != ORGANIZATION)

    def is_open_to(self, actor: str, place: str, scope: str) -> bool:
        """Say whether somebody in this role may open the record of this scope and place."""
        if scope in ORGANIZATION_WIDE:
            return place != ORGANIZATION
        return self.in_scope(actor, place)

    def url(self, address: Address, place: str) -> str:
        """Return the address with the ids of one place in it."""
        scope = address.mark.scope if address.mark else ""
        return filled(address, address_of(self.samples[place][scope]) if scope in SAMPLES else "")


def filled(address: Address, public_id: str = NOBODYS) -> str:
    """Return the path of an address with its parameters filled in."""
    path = address.route
    for name in address.parameters:
        value = public_id if name == "public_id" else str(VALUES[name]() or 1)
        start = path.index("<" if f":{name}>" in path or f"<{name}>" in path else "(")
        end = path.index(">", start) + 1
        path = path[:start] + value + path[end:]
    return path


@cache
def password() -> str:
    """Return one hash for everybody, made once."""
    return make_password("correct horse battery staple")


def build() -> World:
    """Make the world, in the transaction of the test."""
    sync_roles()
    fill_holidays(range(2025, 2031))
    load_rules()
    load_playbooks(timezone.now())
    world = World()
    own = TeamFactory()
    home = {"organization": own.organization}
    world.teams = {
        OWN: own,
        TEAM: TeamFactory(facility=own.facility, **home),
        FACILITY: TeamFactory(facility=FacilityFactory(**home), **home),
        ORGANIZATION: TeamFactory(),
    }
    for place, team in world.teams.items():
        mark = f"Qz{place.title().replace(' ', '')}mark"
        patient = PatientFactory(organization=team.organization, team=team, family=mark)
        world.patients[place] = patient
        world.samples[place] = {name: make(team, patient) for name, make in SAMPLES.items()}
    for actor in ACTORS:
        client = Client(raise_request_exception=False)
        if actor != ANONYMOUS:
            role = actor if actor in ROLES else "coordinator"
            user = member(own, role, username=f"the-{actor}", password=password())
            client.force_login(user)
            if actor == DISABLED:
                User.objects.filter(pk=user.pk).update(is_active=False)
            else:
                client.post("/theme/", {"theme": "light"})
            world.users[actor] = user
        world.clients[actor] = client
    return world


def ask(world: World, actor: str, method: str, url: str, **options: Any) -> HttpResponse:
    """Send one request and undo what it did, to the database and to the cookies."""
    client = world.clients[actor]
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(url, **options)
        client.cookies.clear()
        client.cookies.load(kept)
        if not response.streaming:
            response.seen_by_trail = seen(response)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return response


def seen(response: HttpResponse) -> set[int]:
    """Return the patients the trail names for this request."""
    rows = AuditEvent.objects.filter(request_id=response.get("X-Request-Id", "none"))
    return {pk for patients in rows.values_list("patients", flat=True) for pk in patients}


def anything() -> dict[str, str]:
    """Return a body that most forms take some of."""
    return {
        "version": "1", "create_key": str(uuid.uuid4()), "note": "x", "why": "x", "reason": "x",
        "outcome": "reached", "title": "x",
    }  # fmt: skip


def may_enter(mark: Access, actor: str) -> bool:
    """Say whether the mark lets this role in at all."""
    if mark.public:
        return True
    if actor not in ROLES:
        return False
    return not mark.permission or mark.permission in ROLES[actor][1]
