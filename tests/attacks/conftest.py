"""The world the attacks take place in."""

from __future__ import annotations

import pytest

from tests.attacks.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()
