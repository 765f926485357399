from __future__ import annotations

import pytest

from referrals.models import ZipPlace
from tests.referrals.factories import ProviderFactory, ServiceFactory

LAT, LON = 43.13, -77.61


@pytest.fixture
def zip_place():
    return ZipPlace.objects.create(zip_code="14620", lat=LAT, lon=LON, city="Rochester", state="NY")


@pytest.fixture
def agency(hospital, zip_place):
    """Return a function that makes an agency so many miles north of the ZIP code."""

    def make(miles: float | None = 1.0, need: str = "home-nursing", **fields):
        capacity = {
            k: fields.pop(k) for k in ("accepting", "wait_days", "capacity_at") if k in fields
        }
        place = {} if miles is None else {"lat": LAT + miles / 69.094, "lon": LON}
        provider = ProviderFactory(organization=hospital, **place, **fields)
        ServiceFactory(provider=provider, organization=hospital, need=need, **capacity)
        return provider

    return make
