"""T8: the overdue report."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from bench import floor
from bench.results import Result
from bench.world import Bench, run_sql
from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.reports import page, queries

INDEXES = ("task_due_idx", "task_team_idx")


def overdue(bench: Bench) -> Iterator[Result]:
    """Compare the report's page and its statement with raw ones: the hospital, and one team."""
    team = Team.objects.get(slug="measured").pk
    for who, of_team, name in (("auditor", None, "all"), ("supervisor", team, "team")):
        actor, browser = bench.actor(who), bench.browser(who)
        now = timezone.now()
        cuts = page.cuts(actor, now, page.days_before(actor, now))
        floor.CUTS[:] = sorted(cuts)
        floor.freeze(f"report {name}", browser.get("/reports/overdue/").body)
        params = {"team": of_team, "cuts": floor.CUTS}
        times = bench.repeats(10)

        def ask(path: str, times: int = times, browser=browser) -> None:  # noqa: ANN001
            for _ in range(times):
                browser.get(path)

        query = f"?team={of_team}" if of_team else ""
        yield bench.compare(
            f"T8 page, {name}", lambda ask=ask: ask("/reports/overdue/"),
            lambda ask=ask, query=query: ask(f"/floor/report/{query}"), operations=times, limit=1.5,
        )  # fmt: skip
        yield bench.compare(
            f"T8 statement, {name}",
            lambda actor=actor, now=now, cuts=cuts, times=times: [
                queries.matrix(actor, now, cuts) for _ in range(times)
            ],
            lambda params=params, times=times: [floor.fetch_numbers(params) for _ in range(times)],
            operations=times, limit=1.5,
        )  # fmt: skip
        yield plan(actor, now, name)
    yield bench.compare(
        "T8 statement, all, against team x band alone",
        lambda: queries.matrix(bench.actor("auditor"), now, cuts),
        lambda: run_sql(floor.TEAM_BY_BAND, {"cuts": floor.CUTS}), operations=1, limit=None,
    )  # fmt: skip


def plan(actor: Actor, now: object, name: str) -> Result:
    """Say whether the statement reads the late rows by a partial index."""
    params = queries._params(actor, now, floor.CUTS)
    lines = queries.COUNT_LATE[queries._whose(actor)].plan(params)
    used = [index for index in INDEXES if any(index in line for line in lines)]
    return Result(
        f"T8 partial indexes in the plan, {name}", len(used), None, "indexes", 1, at_least=True,
        note=", ".join(used),
    )  # fmt: skip
