"""`manage.py demo`: two invented hospitals on an invented day, told for the present one."""

from __future__ import annotations

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from coordination.demo.story import table
from coordination.demo.tell import is_told, tell
from coordination.demo.wipe import NotOnlyTheDemo, wipe
from coordination.ground.owner import as_owner
from coordination.ground.private import private_database
from coordination.ground.servers import Missing
from coordination.records import database_now

PASSWORD_FILE = "demo-password"  # noqa: S105  the name of a file


class Command(BaseCommand):
    help = "Tell the demo's story for the present day. Refused when DEBUG is off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the database, tell anew")
        parser.add_argument("--sign-ins", action="store_true", help="print the sign-ins only")

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo is refused when DEBUG is off: it brings known sign-ins.")
        if options["sign_ins"]:
            self.print_sign_ins()
            return
        try:
            with private_database():
                self.tell(is_reset=options["reset"], is_quiet=options["verbosity"] == 0)
        except (Missing, NotOnlyTheDemo) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The demo was not told: {error}".strip()) from error

    def tell(self, *, is_reset: bool, is_quiet: bool) -> None:
        """Tell the story, all of it or, where it is interrupted, nothing."""
        if is_reset:
            with as_owner():  # the run-time role may not empty the audit trail
                wipe()
        elif is_told():
            self.stdout.write("The demo is there already. Tell it anew with: demo --reset")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")  # a trial may lose a second
            told = tell(database_now(), new_password())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if is_quiet:
            return
        self.stdout.write(
            f"Told: {told.scenes} scenes, {told.patients} patients, {told.tasks} tasks of their own"
        )
        self.print_sign_ins()

    def print_sign_ins(self) -> None:
        """Print who may sign in, and with which password."""
        names = [row["sign_in"] for row in table("staff") if row["sign_in"]]
        self.stdout.write(f"Sign in as: {', '.join(names)}")
        self.stdout.write(f"Password:   {kept_password()}")
        if os.environ.get("DEMO_PASSWORD", kept_password()) != kept_password():
            self.stdout.write("Another DEMO_PASSWORD takes effect with: manage.py demo --reset")


def new_password() -> str:
    """Return the password this telling gets: DEMO_PASSWORD, else what was, else a new one. Kept."""
    word = os.environ.get("DEMO_PASSWORD") or kept_password() or f"demo-{secrets.token_urlsafe(12)}"
    path = Path(settings.VAR_DIR) / PASSWORD_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(f"{word}\n")
    return word


def kept_password() -> str:
    """Return the password of the story as it was told; empty before the first time."""
    path = Path(settings.VAR_DIR) / PASSWORD_FILE
    return path.read_text().strip() if path.exists() else ""
