"""The worlds the attacks take place in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.attacks.page_forms import Form, every_form
from tests.attacks.strangers import Strangers, meet
from tests.attacks.world import World, build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what attacks the shared house: without a mark no test database is made for it."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture(scope="package")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Make one world for all attacks that undo what they do: it is dear to build."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def strangers(house: World) -> Strangers:
    """Make records of other teams, facilities and organizations."""
    return meet(house)


@pytest.fixture(scope="package")
def forms(house: World) -> list[Form]:
    """Read every form a supervisor meets about their own records."""
    found = every_form(house, "supervisor")
    assert len(found) > 50
    return found
