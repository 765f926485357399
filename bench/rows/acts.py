"""T3: one key on a row, mark done."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import Result
from bench.world import Bench, counted
from coordination.worklist.models import Task


def done(bench: Bench) -> Iterator[Result]:
    """Compare *mark done*, which answers one fragment, with the same writes in a minimal view."""
    browser = bench.browser("busy")
    tasks = (
        Task.objects.filter(assignee__username="bench-busy", is_open=True)
        .order_by("pk")
        .values_list("public_id", "version")
        .iterator()
    )
    times = bench.repeats(30)

    def press(before: str, after: str) -> None:
        for public_id, version in [next(tasks) for _ in range(times)]:
            browser.post(f"{before}{public_id}{after}", {"version": version})

    task, version = next(tasks)
    with counted() as seen:
        browser.post(f"/tasks/{task}/done/", {"version": version})
    yield Result("T3 statements of mark done", len(seen), None, "statements", 14)
    yield bench.compare(
        "T3 mark done", lambda: press("/tasks/", "/done/"), lambda: press("/floor/done/", "/"),
        operations=times, limit=2,
    )  # fmt: skip
