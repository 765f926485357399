"""One foreground process that starts the whole service and leaves nothing behind.

Knows nothing of Django. Children get their own session, so Ctrl-C reaches this process alone and it
ends them in order: web, worker and beat first, the databases last. Who runs is written to a file,
so that after `kill -9` the next start ends what was left before it begins.
"""

from __future__ import annotations

import errno
import fcntl
import http
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import psutil

from coordination.ground.servers import Missing, Server, is_alive, make_folder

STOP_SECONDS = 15.0
ANSWER_SECONDS = 60.0
WATCH_SECONDS = 0.2
FREE_BYTES = 300 * 1024 * 1024
SAME_PROCESS_SECONDS = 0.02
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the service to end: Ctrl-C, TERM or a closed terminal."""


@dataclass(frozen=True, slots=True)
class Child:
    """One running child, how it is asked to end, and whether it holds data."""

    name: str
    process: subprocess.Popen[bytes]
    end_signal: signal.Signals
    holds_data: bool


class Supervisor:
    """Runs the servers and programs of one `var` folder."""

    def __init__(self, var: Path) -> None:
        self.var = make_folder(var, 0o711)
        self.logs = make_folder(var / "log")
        self.children: list[Child] = []

    @contextmanager
    def running(self, stops: Sequence[signal.Signals] = STOPS) -> Iterator[None]:
        """Hold the lock, end leftovers, and on leaving end every child in order.

        stops: the signals that end it; none where the caller looks after signals itself.
        """
        with (self.var / "up.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Missing(f"It already runs here: {self.var / 'up.json'} says who.") from error
            for number in stops:
                signal.signal(number, stop)
            try:
                end_leftovers(self.var / "up.json")
                yield
            finally:
                for number in stops:
                    signal.signal(number, signal.SIG_IGN)
                self.end_all()

    def serve(self, server: Server) -> None:
        """Start a private server and wait until it answers."""
        process = server.start(self.logs / f"{server.name}.log")
        self.add(Child(server.name, process, server.end_signal, holds_data=True))

    def run(self, name: str, arguments: Sequence[str], env: dict[str, str]) -> None:
        """Start a program; it writes to its own log."""
        with (self.logs / f"{name}.log").open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  our own programs, no shell
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )
        self.add(Child(name, process, signal.SIGTERM, holds_data=False))

    def add(self, child: Child) -> None:
        """Remember a child, on disk too, before anything else can go wrong."""
        self.children.append(child)
        rows = [
            {
                "name": c.name,
                "pid": c.process.pid,
                "created": psutil.Process(c.process.pid).create_time(),
                "signal": int(c.end_signal if c.holds_data else signal.SIGKILL),
                "group": not c.holds_data,
            }
            for c in self.children
            if c.process.poll() is None
        ]
        new = self.var / "up.json.new"
        new.write_text(json.dumps({"supervisor": os.getpid(), "children": rows}, indent=1))
        new.replace(self.var / "up.json")

    def watch(self) -> NoReturn:
        """Return never: raise Missing, naming the child, when any of them ends."""
        while True:
            self.check()
            time.sleep(WATCH_SECONDS)

    def check(self) -> None:
        """Raise Missing if a child has ended."""
        for child in self.children:
            if child.process.poll() is not None:
                raise Missing(
                    f"{child.name} ended by itself, so everything was stopped;"
                    f" the last lines of {self.logs / child.name}.log say why."
                )

    def wait_for(self, port: int, host: str) -> None:
        """Wait until the web answers on this machine under its host name, or a child ends."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            self.check()
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with suppress(OSError, http.client.HTTPException), closing(wire):
                wire.request("GET", "/healthz", headers={"Host": host})
                if wire.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                    return
            time.sleep(WATCH_SECONDS / 2)
        raise Missing(f"The web did not answer in {ANSWER_SECONDS:.0f} s; see {self.logs}.")

    def end_all(self) -> None:
        """End programs together, then the servers, each group with time to finish its work."""
        for holds_data in (False, True):
            group = [c for c in self.children if c.holds_data is holds_data]
            for child in group:
                with suppress(ProcessLookupError):
                    child.process.send_signal(child.end_signal)
            deadline = time.monotonic() + STOP_SECONDS
            for child in group:
                try:
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    kill_group(child.process.pid)
                    child.process.wait()
        self.children.clear()
        (self.var / "up.json").unlink(missing_ok=True)


def stop(_number: int, _frame: Any) -> NoReturn:
    """Turn a signal into an exception, so that leaving is the same on every path."""
    raise Stopped


def kill_group(pid: int) -> None:
    """Kill the process group a child leads."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def end_leftovers(path: Path) -> list[str]:
    """End what a killed supervisor left running, and return the names.

    A process counts only with the number *and* the start time written down. Programs are killed
    with their group; databases are asked, so that they close their files.
    """
    try:
        rows = json.loads(path.read_text())["children"]
    except (OSError, ValueError, KeyError):
        return []
    left: list[tuple[str, psutil.Process]] = []
    for row in sorted(rows, key=lambda row: not row["group"]):
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            process = psutil.Process(row["pid"])
            if abs(process.create_time() - row["created"]) > SAME_PROCESS_SECONDS:
                continue
            if row["group"]:
                os.killpg(row["pid"], row["signal"])
            else:
                process.send_signal(row["signal"])
            left.append((row["name"], process))
    deadline = time.monotonic() + STOP_SECONDS
    for _name, process in left:
        while is_alive(process):
            if time.monotonic() > deadline:
                kill_group(process.pid)
                break
            time.sleep(WATCH_SECONDS / 10)
    path.unlink(missing_ok=True)
    return [name for name, _process in left]


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken or not ours to take."""
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wire.bind((host, port))
        except PermissionError as error:
            raise Missing(
                f"Port {port} needs root; choose one above 1023: PORT=8000 make run"
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Missing(f"{host}:{port} cannot be used here: {error.strerror}.") from error
            raise Missing(
                f"Port {port} is taken by another program; choose another: PORT={port + 1} make run"
            ) from error


def check_disk(
    var: Path, free: Callable[[Path], int] = lambda p: shutil.disk_usage(p).free
) -> None:
    """Refuse to start where the database would soon have no room."""
    left = free(var)
    if left < FREE_BYTES:
        raise Missing(
            f"Only {left // 1024 // 1024} MB are free where {var} lies;"
            f" {FREE_BYTES // 1024 // 1024} MB are needed."
        )
