"""The worlds the attacks take place in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.attacks.page_forms import Form, every_form
from tests.attacks.strangers import Strangers, meet
from tests.attacks.world import World, build


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say that whoever is in the house needs the test database: else, run alone, none is made.

    Said after the tests are put in order: the house is built after every world of a test is gone.
    """
    for item in session.items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture(scope="package")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Make one world for all attacks that undo what they do: it is dear to build."""
    name = connection.settings_dict["NAME"]
    assert name.startswith("test_"), f"{name} is no test database"
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
