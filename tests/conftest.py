"""What every test may ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pgtrigger
import pytest
from django.db import OperationalError
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import Client

from coordination.access.actions import sync_roles
from coordination.access.actor import Actor, user_actor
from coordination.access.backend import load_user
from coordination.access.models import Organization, Team, User
from tests.factories import MembershipFactory, OrganizationFactory, TeamFactory, UserFactory

pytest_plugins = ["tests.browsing"]


_flush = BaseDatabaseOperations.execute_sql_flush


def _flush_past_the_guard(self: Any, sql_list: Any, tries: int = 3) -> None:
    """Empty the tables; once more where a page's last words (a draft) still came in meanwhile."""
    try:
        with pgtrigger.ignore("access.AuditEvent:no_truncate"):
            _flush(self, sql_list)
    except OperationalError as locked:
        if "deadlock" not in str(locked) or tries == 1:
            raise
        _flush_past_the_guard(self, sql_list, tries - 1)


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_guard() -> Any:
    """Let the flush of a transactional test empty the append-only audit table."""
    BaseDatabaseOperations.execute_sql_flush = _flush_past_the_guard  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]


def _drop_by_force(self: Any, test_database_name: str, verbosity: int) -> None:
    """Drop the test database even while a page's last request still holds it."""
    name = self.connection.ops.quote_name(test_database_name)
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


DatabaseCreation._destroy_test_db = _drop_by_force  # type: ignore[method-assign]


@pytest.fixture
def now() -> datetime:
    """Monday 23 November 2026, 10:42 in New York."""
    return datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


@pytest.fixture
def hospital(db: None) -> Organization:
    sync_roles()
    return OrganizationFactory()


@pytest.fixture
def team(hospital: Organization) -> Team:
    return TeamFactory(organization=hospital)


def member(team: Team, role: str = "coordinator", **fields: Any) -> User:
    """Make a user with one live membership, read back as a request would read them."""
    user = UserFactory(organization=team.organization, **fields)
    MembershipFactory(
        organization=team.organization,
        user=user,
        team=None if role in {"admin", "auditor"} else team,
        role_id=role,
    )
    return again(user)


def again(user: User) -> User:
    """Read the user with what they are granted now."""
    loaded = load_user(user.pk)
    assert loaded is not None
    return loaded


def actor_of(user: User) -> Actor:
    return user_actor(again(user), purpose="treatment", request_id="test")


@pytest.fixture
def coordinator(team: Team) -> User:
    return member(team, "coordinator", first_name="Maria", last_name="Delgado")


@pytest.fixture
def supervisor(team: Team) -> User:
    return member(team, "supervisor", first_name="Ruth", last_name="Adeyemi")


@pytest.fixture
def actor(coordinator: User) -> Actor:
    return actor_of(coordinator)


@pytest.fixture
def signed_in(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client
