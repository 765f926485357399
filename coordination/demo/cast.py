"""Sets the stage: one organization with two hospitals, its units, teams and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coordination.access.actions import sync_roles
from coordination.access.actor import Actor, system_actor, user_actor
from coordination.access.backend import load_user
from coordination.access.models import (
    Facility,
    FacilitySetting,
    Membership,
    Organization,
    Team,
    Unit,
    User,
)
from coordination.demo.story import table

SLUG = "demo"


@dataclass(slots=True)
class Cast:
    """Everyone the story names, by its own keys."""

    organization: Organization
    units: dict[str, Unit] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """Return the actor of a person of the story; "system" and unknown keys are the system."""
        if key not in self.users:
            return self.system
        if key not in self.actors:
            user = load_user(self.users[key].pk)
            if user is None:
                return self.system
            self.actors[key] = user_actor(user, purpose="demo", request_id="demo")
        return self.actors[key]

    @property
    def system(self) -> Actor:
        """Return the system at work in this organization."""
        actor = system_actor("demo", self.organization)
        actor.purpose = "demo"
        return actor


def set_stage(now: datetime, password: str) -> Cast:
    """Create the organization and everyone in it. Returns them by the story's keys."""
    sync_roles()
    cast = Cast(
        Organization.objects.create(
            slug=SLUG,
            name="St. Brigid and Harrow Bay",
            zone="America/New_York",
            state="NY",
            go_live_at=now - timedelta(days=60),
            messages_on=True,
        )
    )
    facilities = {}
    for row in table("facilities"):
        facilities[row["key"]] = Facility.objects.create(
            organization=cast.organization, slug=row["key"], name=row["name"],
            state=row["state"], zone=row["zone"], phone=row["phone"],
        )  # fmt: skip
    for row in table("units"):
        facility = facilities[row["facility"]]
        cast.units[row["key"]] = Unit.objects.create(
            organization=cast.organization, facility=facility, code=row["key"], name=row["name"],
            beds=int(row["beds"]), specialty=row["specialty"], phone=row["phone"],
        )  # fmt: skip
    for row in table("teams"):
        team = Team.objects.create(
            organization=cast.organization, facility=facilities[row["facility"]],
            slug=row["key"], name=row["name"], phone=row["phone"],
        )  # fmt: skip
        team.units.set(cast.units[code] for code in row["units"].split(";") if code)
        cast.teams[row["key"]] = team
    for row in table("settings"):
        FacilitySetting.objects.create(
            organization=cast.organization, facility=facilities[row["facility"]],
            key=row["setting"], value=row["value"], label=row["label"], set_at=now,
        )  # fmt: skip
    _people(cast, now, password)
    return cast


def _people(cast: Cast, now: datetime, password: str) -> None:
    for row in table("staff"):
        given, _space, family = row["name"].partition(" ")
        user = User(
            organization=cast.organization, username=row["sign_in"] or row["key"],
            first_name=given, last_name=family, credential=row["credential"], phone=row["phone"],
            languages=row["languages"].split(";"), usual_load=int(row["usual_load"]) or None,
            email=f"{row['key']}@demo.invalid",
        )  # fmt: skip
        user.set_password(password)
        user.save()
        cast.users[row["key"]] = user
        role = "charge" if row["is_charge"] == "yes" else row["role"]
        for team in row["teams"].split(";"):
            Membership.objects.create(
                organization=cast.organization, user=user, role_id=role,
                team=cast.teams[team] if team else None, is_deputy=row["is_deputy"] == "yes",
                starts_at=now - timedelta(days=400),
            )  # fmt: skip
