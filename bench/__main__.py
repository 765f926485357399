"""`python -m bench`: makes the data, runs the rows, prints and keeps what was measured."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.scratch import NotOurs, Scratch
from coordination.ground import postgres, servers
from coordination.ground.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
RESULTS = ROOT / "bench" / "results.json"
SIZES = ("1k", "10k", "1m", "10m")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="10k", help="how many tasks")
    parser.add_argument("--only", default="", metavar="NAME", help="rows whose name begins so")
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair takes turns")
    parser.add_argument(
        "--check", action="store_true", help="few repeats: every row must run, no ratio fails"
    )
    return parser.parse_args()


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a PostgreSQL: DATABASE_URL, else a private one for this run."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        yield url
        return
    supervisor = Supervisor(VAR)
    with supervisor.running(stops=()):
        supervisor.serve(postgres.Postgres(VAR))
        yield servers.database_url(VAR, servers.SUPERUSER)


def set_up(url: str) -> None:
    """Start Django on a database, as in production but for the static files' manifest."""
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "static").mkdir(exist_ok=True)
    os.environ |= {
        "DEBUG": "1", "DATABASE_URL": url, "THROUGHLINE_VAR": str(VAR),
        "LOG_FILE": str(VAR / "bench.log"), "STATEMENT_SECONDS": "0", "OUTREACH_CARRIER": "file",
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
    }  # fmt: skip
    import django
    from django.conf import settings

    django.setup()
    settings.DEBUG = False  # no log of statements, templates compiled once
    settings.ROOT_URLCONF = "bench.urls"
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    # What parallel workers spend is not in the backend's own account.
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c max_parallel_workers_per_gather=0"
    for engine in settings.TEMPLATES:
        if engine["BACKEND"].endswith("Jinja2"):
            engine["DIRS"].append(ROOT / "bench" / "templates")


def make_data(scratch: Scratch, size: str) -> None:
    """Fill the kept database, unless it is fresh."""
    if scratch.is_fresh():
        return
    from django.core.management import call_command
    from django.db import connection

    from bench import gen

    say(f"Making {size} tasks in {scratch.kept}")
    scratch.make()
    call_command("migrate", verbosity=0)
    gen.fill(size, say)
    connection.close()
    scratch.finish()


def say(line: str) -> None:
    """Tell how far it is, beside the table."""
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Run what was asked for. 0: every row ran; 1: one of them failed; 2: it could not begin."""
    asked = arguments()
    try:
        with server() as url:
            return run(asked, Scratch(url, asked.size))
    except (NotOurs, servers.Missing) as no:
        say(str(no))
        return 2


def run(asked: argparse.Namespace, scratch: Scratch) -> int:
    """Measure on a copy of the kept data."""
    set_up(scratch.url(scratch.kept))
    make_data(scratch, asked.size)
    from django.db import connection

    from bench.rows import Bench, run_rows, table

    connection.close()
    scratch.copy()
    connection.settings_dict["NAME"] = scratch.run
    try:
        bench = Bench(asked.size, asked.rounds, is_check=asked.check)
        results, broken = run_rows(bench, asked.only, say)
    finally:
        connection.close()
        scratch.drop_run()
    print(table(results))
    if not asked.only and not asked.check and not broken:
        keep(asked, results)
    return 1 if broken else 0


def keep(asked: argparse.Namespace, results: list) -> None:
    """Write the last whole run of each size."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept[asked.size] = {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "rounds": asked.rounds,
        "rows": [result.as_json() for result in results],
    }
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
