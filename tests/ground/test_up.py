"""The whole service in one process: started, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from coordination.ground import servers
from coordination.ground.postgres import Postgres
from coordination.ground.servers import Missing
from coordination.ground.supervisor import check_disk, check_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 180


class Running:
    """One `manage.py up` on a scratch folder, and everything it printed."""

    def __init__(self, var: Path, port: int) -> None:
        ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        env = {key: value for key, value in os.environ.items() if key not in ours}
        env |= {"THROUGHLINE_VAR": str(var), "PORT": str(port), "DEBUG": "1", "WEB_WORKERS": "1"}
        self.port, self.env = port, env
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "up", "--no-demo"],
            cwd=ROOT,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.said: list[str] = []
        self.is_up = threading.Event()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        self.family: list[psutil.Process] = []

    def read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line)
                if "answers at" in line:
                    self.is_up.set()
        self.is_up.set()

    def wait_until_up(self) -> Running:
        assert self.is_up.wait(PATIENCE_SECONDS)
        assert self.process.poll() is None, self.text()
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE_SECONDS)
        self.reader.join(PATIENCE_SECONDS)
        return code

    def text(self) -> str:
        return "".join(self.said)

    def left(self) -> list[psutil.Process]:
        return [process for process in self.family if servers.is_alive(process)]


@pytest.fixture
def var() -> Iterator[Path]:
    """Make a folder with a short path, which PostgreSQL's own user may enter when root tests."""
    folder = Path(tempfile.mkdtemp(prefix="tl", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def up(var: Path) -> Iterator[Callable[[], Running]]:
    """Return a function that starts the service; what still runs at the end is killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started: list[Running] = []

    def start() -> Running:
        started.append(Running(var, port))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        for process in running.left():
            process.kill()


@pytest.mark.faults
def test_ctrl_c_ends_everything_and_the_next_start_keeps_the_data(
    up: Callable[[], Running], var: Path
) -> None:
    first = up().wait_until_up()
    with urllib.request.urlopen(f"http://127.0.0.1:{first.port}/healthz", timeout=10) as answer:
        assert answer.read() == b"alive\n"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        tamper(var)
    mark(var)
    assert first.end(signal.SIGINT) == 0
    assert first.left() == []
    assert "Stopped. The data stays" in first.text()
    key = (var / "secret_key").read_text()

    second = up().wait_until_up()
    assert is_marked(var)
    assert (var / "secret_key").read_text() == key
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert second.end(signal.SIGHUP) == 0
    assert second.left() == []


@pytest.mark.faults
def test_a_killed_supervisor_leaves_nothing_that_stops_the_next_start(
    up: Callable[[], Running], var: Path
) -> None:
    first = up().wait_until_up()
    mark(var)
    second = up()
    assert second.wait() == 1
    assert "It already runs here" in second.text()

    first.end(signal.SIGKILL)
    assert len(first.left()) >= 5
    third = up().wait_until_up()
    assert first.left() == []
    assert is_marked(var)

    for process in [*third.family, third.process]:  # a power cut
        with suppress(psutil.NoSuchProcess):  # a worker's child that ended meanwhile
            process.kill()
    third.wait()
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    fourth = up().wait_until_up()
    assert is_marked(var)
    assert fourth.end(signal.SIGTERM) == 0


@pytest.mark.faults
def test_one_program_ending_ends_all_and_says_which(up: Callable[[], Running], var: Path) -> None:
    running = up().wait_until_up()
    children = json.loads((var / "up.json").read_text())["children"]
    web = next(child["pid"] for child in children if child["name"] == "beat")
    os.kill(web, signal.SIGKILL)
    assert running.wait() == 1
    assert "beat ended by itself, so everything was stopped" in running.text()
    assert running.left() == []


@pytest.mark.faults
def test_the_demo_is_told_anew_while_nothing_runs(up: Callable[[], Running], var: Path) -> None:
    running = up().wait_until_up()
    mark(var)
    running.end(signal.SIGINT)

    def demo(*options: str, **more: str) -> str:
        command = [sys.executable, "manage.py", "demo", *options]
        return subprocess.run(
            command, cwd=ROOT, env={**running.env, **more}, check=True, capture_output=True,
            text=True, timeout=PATIENCE_SECONDS,
        ).stdout  # fmt: skip

    told = demo("--reset", DEMO_PASSWORD="lantern harbor")
    assert "60 patients" in told
    assert told.endswith("Password:   lantern harbor\n")
    assert not (var / "up.json").exists()
    later = demo("--sign-ins", DEMO_PASSWORD="another one")
    assert "Password:   lantern harbor\n" in later
    assert "Another DEMO_PASSWORD takes effect with" in later

    again = up().wait_until_up()
    assert "telling" not in again.text()
    assert not is_marked(var)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        tamper(var)


def mark(var: Path) -> None:
    """Leave something in the database that a later start must still have."""
    with psycopg2.connect(servers.database_url(var)) as wire, wire.cursor() as cursor:
        cursor.execute("INSERT INTO ground_heartbeat VALUES ('mark', now())")
    wire.close()


def is_marked(var: Path) -> bool:
    with psycopg2.connect(servers.database_url(var)) as wire, wire.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ground_heartbeat WHERE name = 'mark'")
        found = cursor.fetchone()
    wire.close()
    return found == (1,)


def tamper(var: Path) -> None:
    """Try to change the audit trail as the role the web runs as."""
    wire = psycopg2.connect(servers.database_url(var))
    try:
        with wire.cursor() as cursor:
            cursor.execute("UPDATE access_auditevent SET action = 'nothing'")
    finally:
        wire.close()


def test_a_taken_port_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Missing, match=f"Port {port} is taken.*PORT={port + 1} make run"):
            check_port("127.0.0.1", port)


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="Only 7 MB are free"):
        check_disk(tmp_path, free=lambda _path: 7 * 1024 * 1024)


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="too long a path for a Unix socket"):
        Postgres(tmp_path / ("x" * 80)).start(tmp_path / "log")
