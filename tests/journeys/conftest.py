"""What the journeys share."""

from __future__ import annotations

import pytest

from coordination.access.models import Team, User
from coordination.clocks.actions import fill_holidays, load_rules
from tests.conftest import member


@pytest.fixture
def maria(team: Team) -> User:
    return member(team, "coordinator", first_name="Maria", last_name="Delgado")


@pytest.fixture
def sana(team: Team) -> User:
    return member(team, "coordinator", first_name="Sana", last_name="Ali")


@pytest.fixture
def ruth(team: Team) -> User:
    return member(team, "supervisor", first_name="Ruth", last_name="Adeyemi")


@pytest.fixture
def rulebook(transactional_db: None) -> None:
    """Load the shipped rules and holidays, so that a due date can be explained."""
    fill_holidays(range(2024, 2031))
    load_rules()
