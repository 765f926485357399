"""T1 and T2: the caseload page, and how many statements each page takes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.utils import timezone

from bench import floor
from bench.results import Result
from bench.world import HTMX, Bench, counted, swapped
from coordination.access.models import User
from coordination.caseload import queries
from coordination.caseload.rules import day_of

WHO = "full"


def caseload(bench: Bench) -> Iterator[Result]:
    """Compare the caseload at 50 and 200 rows with the floor, behind the middleware and bare."""
    browser = bench.browser(WHO)
    user = User.objects.get(username=f"bench-{WHO}").pk
    for rows in (50, 200):
        times = bench.repeats(40 if rows == 50 else 20)  # noqa: PLR2004
        with swapped(queries, "my_day", partial(queries.my_day, limit=rows)):
            page, part = browser.get("/").body, browser.get("/", **HTMX).body
            floor.freeze(f"page {rows}", page)
            floor.freeze(f"list {rows}", part)
            bytes_of = len(browser.get(f"/floor/caseload/{rows}/").body)
            weights = f"{len(page):,} / {bytes_of:,} bytes"

            def ask(path: str, times: int = times, **headers: str) -> None:
                for _ in range(times):
                    browser.get(path, **headers)

            def bare(rows: int = rows, times: int = times) -> None:
                for _ in range(times):
                    floor.bare(user, rows, f"page {rows}")

            yield bench.compare(
                f"T1 caseload, {rows} rows", partial(ask, "/"),
                partial(ask, f"/floor/caseload/{rows}/"), operations=times, limit=1.5, note=weights,
            )  # fmt: skip
            yield bench.compare(
                f"T1 list by htmx, {rows} rows", partial(ask, "/", **HTMX),
                partial(ask, f"/floor/list/{rows}/", **HTMX), operations=times, limit=1.5,
            )  # fmt: skip
            yield bench.compare(
                f"T1 caseload, {rows} rows, against bare", partial(ask, "/"), bare,
                operations=times, limit=3,
            )  # fmt: skip


# Page: most statements it may take, and who asks for many rows; None: one person's own page.
PAGES = (
    ("caseload", "/", 8),
    ("list by htmx", "/?waiting=0", 8),
    ("counters", "/day/counters/", 8),
    ("frame", "/shell/", 6),
    ("notices", "/notices/", 12),
    ("requests", "/requests/", 12),
    ("patient list", "/patients/", 12),
    ("patients of a team", "/patients/?whose=team", 12),
    ("patients by name", "/patients/everybody/", 12),
)


def statements(bench: Bench) -> Iterator[Result]:
    """Count the statements of whole requests, at 1, 10 and 50 rows where the page has rows."""
    for name, path, most in PAGES:
        counts = [count(bench, who, path) for who in ("one", "ten", "fifty")]
        said = f"at 1, 10, 50 rows: {', '.join(map(str, counts))}"
        yield Result(
            f"T2 {name}", max(counts), None, "statements", most, note=said,
            is_wrong=len(set(counts)) > 1,
        )  # fmt: skip
    actor = bench.actor("fifty")
    task = queries.my_day(actor, day_of(timezone.now(), actor.zone), queries.Filters()).rows[0]
    for name, who, path, most in (
        ("patient page", "fifty", f"/patients/{task.patient_id}/", 14),
        ("task page", "fifty", f"/tasks/{task.public_id}/", 14),
        ("overdue report", "supervisor", "/reports/overdue/", 7),
        ("outgoing", "supervisor", "/outgoing/", 12),
    ):
        yield Result(f"T2 {name}", count(bench, who, path), None, "statements", most)


def count(bench: Bench, who: str, path: str) -> int:
    """Return how many statements one request takes."""
    browser = bench.browser(who)
    browser.get(path)
    with counted() as seen:
        browser.get(path)
    return len(seen)
