"""`manage.py up`: the whole service in one foreground process, with what it needs."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from coordination.access.models import Organization
from coordination.ground.postgres import Postgres
from coordination.ground.servers import Missing, Valkey, make_folder
from coordination.ground.supervisor import Stopped, Supervisor, check_disk, check_port

CELERY = (sys.executable, "-m", "celery", "-A", "coordination")
WORKER_STATEMENT_SECONDS = "300"


class Command(BaseCommand):
    help = "Start everything: private servers where none are named, web, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="default: PORT, else 8000")
        parser.add_argument("--no-demo", action="store_true", help="start with an empty database")

    def handle(self, **options: Any) -> None:
        try:
            self.up(options["port"] or port_wanted(), with_demo=not options["no_demo"])
        except Missing as error:
            raise CommandError(str(error)) from error
        except Stopped:
            self.stdout.write("Stopped. The data stays in place for the next start.")

    def up(self, port: int, *, with_demo: bool) -> None:
        var = make_folder(settings.VAR_DIR, 0o711)
        bind = os.environ.get("BIND", "127.0.0.1")
        check_disk(var)
        supervisor = Supervisor(var)
        with supervisor.running():
            check_port(bind, port)
            make_key(var / "secret_key")
            self.start_servers(supervisor)
            self.prepare(with_demo=with_demo)
            self.start_programs(supervisor, port)
            supervisor.wait_for(port, settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost")
            self.say_hello(port)
            supervisor.watch()

    def start_servers(self, supervisor: Supervisor) -> None:
        """Start the private servers nobody named another address for."""
        if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
            supervisor.serve(Postgres(settings.VAR_DIR))
        if not os.environ.get("REDIS_URL") and not os.environ.get("REDIS_URL_FILE"):
            supervisor.serve(Valkey(settings.VAR_DIR))

    def prepare(self, *, with_demo: bool) -> None:
        """Bring database, assets and, the first time, the demo into place."""
        call_command("prepare", verbosity=0)
        is_empty = not Organization.objects.exists()
        connections.close_all()
        known = get_commands()
        if "build_assets" in known:
            call_command("build_assets", stdout=StringIO())
        if not settings.DEBUG:
            self.step("collectstatic", "--noinput", "--verbosity", "0")
        if with_demo and is_empty and settings.DEBUG and "demo" in known:
            self.stdout.write("First start: telling the demo's story (about a minute).")
            self.step("demo", "--verbosity", "0")  # say_hello prints the sign-ins last

    def step(self, *arguments: str) -> None:
        """Run one command in a process of its own, so that its memory goes with it."""
        self.stdout.flush()
        done = subprocess.run([sys.executable, sys.argv[0], *arguments], check=False)  # noqa: S603  our own command
        if done.returncode:
            raise Missing(f"`manage.py {arguments[0]}` failed; its lines above say why.")

    def start_programs(self, supervisor: Supervisor, port: int) -> None:
        env = {"SITE_URL": f"http://localhost:{port}", **os.environ, "PORT": str(port)}
        env["DJANGO_SETTINGS_MODULE"] = "coordination.settings"
        web = (sys.executable, "-m", "gunicorn", "-c", "python:coordination.ground.gunicorn")
        slow = {**env, "STATEMENT_SECONDS": WORKER_STATEMENT_SECONDS}
        quiet = ("--without-gossip", "--without-mingle")
        supervisor.run("web", web, env)
        supervisor.run("worker", (*CELERY, "worker", "--concurrency", "2", *quiet), slow)
        schedule = str(settings.VAR_DIR / "beat-schedule")
        supervisor.run("beat", (*CELERY, "beat", "--schedule", schedule, "--pidfile="), env)

    def say_hello(self, port: int) -> None:
        """Print the last lines: who can sign in, and where."""
        self.stdout.write(f"\nThroughline answers at http://localhost:{port}/  (Ctrl-C stops it)")
        if "demo" in get_commands() and settings.DEBUG:
            with suppress(CommandError):
                call_command("demo", "--sign-ins", stdout=self.stdout)
            connections.close_all()
        self.stdout.flush()


def port_wanted() -> int:
    """Return PORT, 8000 without it."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) <= 65535:  # noqa: PLR2004  the highest port
        raise Missing(f"PORT is “{text}”, which is no port: choose a number from 1024 to 65535.")
    return int(text)


def make_key(path: Path) -> None:
    """Make this folder's secret once, and start over with it so that every process shares it."""
    if path.exists() or os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606  ourselves, once more
