"""T7: finding a patient among half a million or more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from bench.results import Result
from bench.world import Bench, percentile_95, run_sql
from coordination.access.actor import Actor
from patients.queries import find
from patients.queries.scope import scope_params
from patients.queries.search import PAGE, like_escaped, spellings, tsquery
from patients.queries.search_sql import WORDS, statement

LARGE = ("1m", "10m")
SAMPLES = "SELECT mrn, birth_date, name_norm FROM patients_patient WHERE id %% 997 = 3 LIMIT %s"
P95_LIMIT = 10


def search(bench: Bench) -> Iterator[Result]:
    """Compare each way to find with its own raw SQL, run by hand. Only where it means something."""
    if bench.size not in LARGE:
        return
    people = run_sql(SAMPLES, [bench.repeats(60)])
    actor, today = bench.actor("auditor"), timezone.now().date()
    params = {**scope_params(actor), "limit": PAGE + 1}

    def names(name: str) -> tuple[str, ...]:
        return tuple(name.split())

    ways: dict[str, tuple[Callable[[Any], str], Callable[[Any], Any]]] = {
        "MRN": (
            lambda one: one[0],
            lambda one: run_sql(statement("mrn"), {**params, "numbers": spellings((one[0],))}),
        ),
        "birth date": (
            lambda one: one[1].isoformat(),
            lambda one: run_sql(
                statement("birth date"), {**params, "birth_dates": [one[1]], "query": ""}
            ),
        ),
        "name prefix": (
            lambda one: one[2].split()[0][:4],
            lambda one: run_sql(
                statement("prefix"),
                {**params, "prefix": like_escaped(one[2].split()[0][:4]) + "%"},
            ),
        ),
        "words": (
            lambda one: " ".join(reversed(one[2].split())),
            lambda one: run_sql(
                statement("words", words=WORDS), {**params, "query": tsquery(names(one[2]))}
            ),
        ),
    }
    exact: list[float] = []
    for name, (text_of, raw) in ways.items():
        times: list[float] = []

        def ours(text_of: Any = text_of, times: list[float] = times) -> None:
            times.extend(timed(partial(look_up, actor, text_of(one), today)) for one in people)

        def floor(raw: Any = raw, name: str = name) -> None:
            spent = [timed(partial(raw, one)) for one in people]
            if name == "MRN":
                exact.extend(spent)

        yield bench.compare(f"T7 {name}", ours, floor, operations=len(people), limit=1.3)
        if name != "words":
            yield Result(
                f"T7 {name}, p95 against the exact MRN", percentile_95(times) * 1000,
                percentile_95(exact) * 1000, "ms of wall", P95_LIMIT,
            )  # fmt: skip


def look_up(actor: Actor, text: str, today: Any) -> None:
    """Find, as the page does."""
    find(actor, text, today)
    actor.shown.clear()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds on the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
