"""The smallest valid row of each kind. Rooms add theirs in tests/<room>/factories.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from coordination.access.models import (
    Cover,
    Facility,
    Membership,
    Organization,
    Shift,
    Team,
    Unit,
    User,
)
from patients.models import Assignment, Identifier, Patient, Stay
from patients.rules import identifier_norm, name_norm

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"hospital-{n}")
    name = "St. Brigid"
    go_live_at = LONG_AGO


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility

    organization = factory.SubFactory(OrganizationFactory)
    slug = factory.Sequence(lambda n: f"facility-{n}")
    name = "St. Brigid Medical Center"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    organization = factory.SubFactory(OrganizationFactory)
    facility = factory.SubFactory(
        FacilityFactory, organization=factory.SelfAttribute("..organization")
    )
    code = factory.Sequence(lambda n: f"{n}W")
    name = factory.LazyAttribute(lambda o: o.code)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    organization = factory.SubFactory(OrganizationFactory)
    facility = factory.SubFactory(
        FacilityFactory, organization=factory.SelfAttribute("..organization")
    )
    slug = factory.Sequence(lambda n: f"team-{n}")
    name = "4 West coordinators"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    organization = factory.SubFactory(OrganizationFactory)
    username = factory.Sequence(lambda n: f"user{n}")
    password = "!"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory, organization=factory.SelfAttribute("..organization"))
    team = factory.SubFactory(TeamFactory, organization=factory.SelfAttribute("..organization"))
    role_id = "coordinator"
    starts_at = LONG_AGO


class ShiftFactory(DjangoModelFactory):
    """A confirmed shift; name `user`, `team` or `unit`, and the times."""

    class Meta:
        model = Shift

    organization = factory.LazyAttribute(lambda o: o.user.organization)
    role_id = "coordinator"
    confirmed_at = factory.SelfAttribute("starts_at")


class CoverFactory(DjangoModelFactory):
    """An accepted cover; name `away`, `covering`, `team`, and the times."""

    class Meta:
        model = Cover

    organization = factory.SelfAttribute("team.organization")
    set_by = factory.SelfAttribute("away")
    set_at = factory.SelfAttribute("starts_at")
    accepted_at = factory.SelfAttribute("starts_at")


class PatientFactory(DjangoModelFactory):
    """A patient; `team=` opens an assignment to it, so that the team sees them."""

    class Meta:
        model = Patient
        skip_postgeneration_save = True

    organization = factory.SubFactory(OrganizationFactory)
    given = "Grace"
    family = "Okafor"
    name_norm = factory.LazyAttribute(lambda o: name_norm(o.family, o.given))
    mrn = factory.Sequence(lambda n: f"77 {n:05d}")

    @factory.post_generation
    def identifier(self, create, extracted, **kwargs):
        if create:
            Identifier.objects.create(
                organization=self.organization, patient=self, system="mrn", value=self.mrn,
                value_norm=identifier_norm(self.mrn), is_mrn=True,
            )  # fmt: skip

    @factory.post_generation
    def team(self, create, extracted, **kwargs):
        if create and extracted:
            Assignment.objects.create(
                organization=self.organization, patient=self, team=extracted, starts_at=LONG_AGO,
                user=kwargs.get("user"),
            )  # fmt: skip


class StayFactory(DjangoModelFactory):
    class Meta:
        model = Stay

    organization = factory.SelfAttribute("patient.organization")
    patient = factory.SubFactory(PatientFactory)
    status = "in-progress"
    admitted_at = LONG_AGO + timedelta(days=1)
