"""The smallest valid rows of the directory."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from referrals.models import Provider, Service
from tests.factories import OrganizationFactory


class ProviderFactory(DjangoModelFactory):
    class Meta:
        model = Provider

    organization = factory.SubFactory(OrganizationFactory)
    kind = "home_health"
    name = factory.Sequence(lambda n: f"Lantern {n}")
    name_norm = factory.LazyAttribute(lambda o: o.name.lower())


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    provider = factory.SubFactory(
        ProviderFactory, organization=factory.SelfAttribute("..organization")
    )
    organization = factory.SubFactory(OrganizationFactory)
    need = "home-nursing"
    lat = factory.SelfAttribute("provider.lat")
    lon = factory.SelfAttribute("provider.lon")
