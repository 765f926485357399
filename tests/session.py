"""The ground of a test run: its own var folder, private servers, and logs that must stay clean.

Loaded before Django reads its settings (`-p tests.session`). With DATABASE_URL and REDIS_URL set,
the servers named there are used; where one is missing, a private one runs for this session.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from coordination.ground import postgres, servers
from coordination.ground.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "test"
LOGS = VAR / "run-log"
PRIVATE_POSTGRES = not os.environ.get("DATABASE_URL")
PRIVATE_VALKEY = not os.environ.get("REDIS_URL")
# Names no test may leave in a log: the demo's patients (one whole name is enough to be found).
CAST = ROOT / "coordination" / "demo" / "data" / "patients.csv"

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("STATEMENT_SECONDS", "120")  # dropping a test database takes a busy disk
os.environ["THROUGHLINE_VAR"] = str(VAR)
os.environ["LOG_FILE"] = str(LOGS / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.log")
if PRIVATE_POSTGRES:
    os.environ["DATABASE_URL"] = servers.database_url(VAR, servers.SUPERUSER)
if PRIVATE_VALKEY:
    os.environ["REDIS_URL"] = servers.redis_url(VAR)

ground = ExitStack()


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this is one of xdist's workers, which use what the controller started."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folders (WhiteNoise warns without its own) and start the private servers."""
    if is_worker(config):
        return
    try:
        supervisor = Supervisor(VAR)
        if PRIVATE_POSTGRES or PRIVATE_VALKEY:
            ground.enter_context(supervisor.running(stops=()))
        if PRIVATE_POSTGRES:
            supervisor.serve(postgres.Postgres(VAR, postgres.FOR_TESTS))
        if PRIVATE_VALKEY:
            supervisor.serve(servers.Valkey(VAR))
    except servers.Missing as error:
        ground.close()
        raise pytest.UsageError(str(error)) from error
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    (VAR / "static").mkdir(exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the private servers."""
    if not is_worker(config):
        ground.close()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the whole run when a demo patient's name is in any log it wrote (trust.md A16)."""
    if is_worker(session.config):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    wrong = [f"A16: a patient's name is in a log: {line}" for line in names_in_logs(LOGS)]
    if os.environ.get("NO_SKIPS"):
        wrong += [f"skipped, and could have run: {line}" for line in skipped(reporter)]
    for line in wrong:
        reporter.write_line(f"\n{line}", red=True)
    if wrong:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def skipped(reporter: pytest.TerminalReporter) -> list[str]:
    """Return the tests that were skipped, but those that need a ../shared that is not there."""
    is_shared_there = (ROOT.parent / "shared").exists()
    return [
        report.nodeid
        for report in reporter.stats.get("skipped", [])
        if is_shared_there or "shared" not in report.keywords
    ]


def names_in_logs(folder: Path) -> list[str]:
    """Return "file: name" for each name of the demo's cast that stands in a log file."""
    with CAST.open(encoding="utf-8-sig", newline="") as rows:
        cast = [(row["given"], row["family"], row["mrn"]) for row in csv.DictReader(rows)]
    words = {re.escape(text) for row in cast for text in row}
    pattern = re.compile(rf"(?<!\w)({'|'.join(sorted(words))})(?!\w)")
    found = set()
    for path in sorted(folder.glob("*.log")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            found |= {f"{path.name}: {hit}" for hit in pattern.findall(line)}
    return sorted(found)
