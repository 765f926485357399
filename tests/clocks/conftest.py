"""What the tests of clocks share: the golden vectors, in four zones of process and database."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordination.clocks.actions import fill_holidays, load_rules

HERE = Path(__file__).parent
ZONES = ["America/New_York", "UTC", "Europe/London", "Australia/Lord_Howe"]


def golden(name: str) -> list[pytest.param]:
    """Return the rows of one copied fence as named parameters."""
    with (HERE / f"golden_{name}.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    return [pytest.param(row, id="-".join(list(row.values())[:3])) for row in rows]


@pytest.fixture(params=ZONES)
def process_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the test with the process's own zone set to each of four."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def rulebook(db: None) -> None:
    """Load the shipped rules and the federal holidays of 2024 to 2030."""
    fill_holidays(range(2024, 2031))
    load_rules()
