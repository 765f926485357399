"""Messages in these tests go to a file of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coordination.access.models import Organization, Team
from tests.outreach.factories import let_messages_leave


@pytest.fixture(autouse=True)
def outgoing(settings: Any, tmp_path: Path) -> Path:
    """Return the file the messages go to."""
    settings.OUTREACH_CARRIER = "file"
    settings.OUTREACH_DIR = str(tmp_path)
    return tmp_path / "outgoing.jsonl"


@pytest.fixture
def house(team: Team) -> Organization:
    """Return a hospital whose messages leave."""
    return let_messages_leave(team)


def written(path: Path) -> list[dict[str, str]]:
    """Read what went out."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
