"""T10: what goes over the wire, raw and gzip."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial

from bench.results import Result
from bench.world import Bench, swapped
from coordination.caseload import queries
from coordination.worklist.models import Task

KILO = 1024
LEVEL = 6  # what proxies use


def weights(bench: Bench) -> Iterator[Result]:
    """Weigh the caseload of 50 rows and the fragments a key on a row brings."""
    with swapped(queries, "my_day", partial(queries.my_day, limit=50)):
        page = bench.browser("fifty").get("/").body
    yield Result("T10 caseload, 50 rows", len(page) / KILO, None, "KB", 60)
    yield Result("T10 caseload, 50 rows, gzip", packed(page), None, "KB", 8)
    browser = bench.browser("busy")
    task = Task.objects.filter(assignee__username="bench-busy", is_open=True).latest("pk")
    row = browser.get(f"/day/row/{task.public_id}/").body
    yield Result("T10 one row", len(row) / KILO, None, "KB", 2)
    done = browser.post(f"/tasks/{task.public_id}/done/", {"version": task.version}).body
    yield Result("T10 answer to mark done", len(done) / KILO, None, "KB", 2)


def packed(page: bytes) -> float:
    """Return the size after gzip, in KB."""
    return len(gzip.compress(page, LEVEL)) / KILO
