"""The rows of the bench, as docs/speed.md names them, in their order."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator

from bench.results import Result, table
from bench.rows import acts, directory, finding, intake, pages, report, weights, work
from bench.world import Bench

__all__ = ["Bench", "run_rows", "table"]

ROWS: tuple[tuple[str, Callable[[Bench], Iterator[Result]]], ...] = (
    ("T1", pages.caseload),
    ("T2", pages.statements),
    ("T3", acts.done),
    ("T4", work.sweep),
    ("T5", work.deliveries),
    ("T6", intake.patients),
    ("T7", finding.search),
    ("T8", report.overdue),
    ("T10", weights.weights),
    ("D1", directory.search),
)


def run_rows(bench: Bench, only: str, say: Callable[[str], None]) -> tuple[list[Result], list[str]]:
    """Run the rows whose name begins with `only`. Returns the results and which rows broke."""
    results: list[Result] = []
    broken: list[str] = []
    for name, rows in ROWS:
        if only and not name.startswith(only):
            continue
        try:
            for result in rows(bench):
                say(f"{result.name}")
                results.append(result)
        except Exception:  # noqa: BLE001  the other rows still run; the exit code tells
            broken.append(name)
            say(f"{name} broke:\n{traceback.format_exc()}")
    return results, broken
