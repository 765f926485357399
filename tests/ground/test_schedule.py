"""Every job there is has its bell, and every bell its job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from celery.signals import before_task_publish

from coordination.celery import SCHEDULE, app, ring_at_start

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_job_is_scheduled_and_nothing_else() -> None:
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(SCHEDULE)


@pytest.mark.faults
def test_beat_rings_every_bell_as_it_begins() -> None:
    rung: list[str] = []

    def hear(sender: str, **_signal: Any) -> None:
        rung.append(sender)

    before_task_publish.connect(hear, weak=False)
    try:
        ring_at_start()
    finally:
        before_task_publish.disconnect(hear)
    assert rung == list(SCHEDULE)


@pytest.mark.faults
def test_beat_begins_without_redis() -> None:
    ring = "from coordination.celery import ring_at_start; ring_at_start()"
    env = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0", "DEBUG": "1"}
    done = subprocess.run([sys.executable, "-c", ring], cwd=ROOT, env=env, check=False, timeout=60)
    assert done.returncode == 0
