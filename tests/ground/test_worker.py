"""What our Celery worker does besides Celery's own."""

from __future__ import annotations

from types import SimpleNamespace

from coordination.celery import LOOK_EVERY, ReplaceTheDead, app


def test_a_worker_looks_for_killed_children_often() -> None:
    looks = []
    worker = SimpleNamespace(pool=SimpleNamespace(maintain_pool=object()), steps=[])
    hub = SimpleNamespace(call_repeatedly=lambda seconds, work: looks.append((seconds, work)))
    step = ReplaceTheDead(worker)
    step.include(worker)
    assert worker.steps == [step]  # else the worker would not call it as its loop begins
    step.register_with_event_loop(worker, hub)
    assert looks == [(LOOK_EVERY, worker.pool.maintain_pool)]
    assert ReplaceTheDead in app.steps["worker"]
