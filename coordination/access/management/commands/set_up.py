"""`manage.py set_up`: the first day of a real installation."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils.translation import gettext as _

from coordination.access import actions
from coordination.access.forms import FoundingForm
from coordination.access.models import Organization
from coordination.records import Refused, database_now

SECRET = "password"  # noqa: S105  the name of a field
TOLD = [name for name in FoundingForm.base_fields if name != SECRET]


class Command(BaseCommand):
    help = (
        "Make the organization, its first facility and its first administrator, once. What is not"
        " said as an option is asked for at a terminal. The password is asked for, or read from"
        " ADMIN_PASSWORD_FILE or ADMIN_PASSWORD; it is never an option, which others could read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in TOLD:
            label = str(FoundingForm.base_fields[name].label)
            parser.add_argument(f"--{name.replace('_', '-')}", help=label)

    def handle(self, **options: Any) -> None:
        now = first_moment()
        if there := Organization.objects.order_by("pk").first():
            self.stdout.write(already(there))
            return
        said = {name: options[name] for name in TOLD if options[name] is not None}
        form = (
            self.ask(said)
            if sys.stdin.isatty()
            else FoundingForm({**said, SECRET: given_password()})
        )
        if not form.is_valid():
            raise CommandError("\n".join(what_is_wrong(form)))
        try:
            made = actions.found_organization(
                form.organization(now), form.cleaned_data["facility"] or form.cleaned_data["name"],
                form.administrator(), form.cleaned_data[SECRET], now,
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(
            f"{made.name} is set up and goes live at {made.go_live_at:%Y-%m-%d %H:%M %Z}.\n"
            f"Sign in as {form.cleaned_data['username']} at {settings.SITE_URL}/accounts/login/;\n"
            f"then {settings.SITE_URL}/admin/ is where units, teams, people and their roles go.\n"
            "Messages to patients stay off until they are switched on there."
        )

    def ask(self, said: dict[str, str]) -> FoundingForm:
        """Ask for what was not said, and again for what was wrong, until all of it is right."""
        missing = [name for name in TOLD if name not in said]
        secret = given_password()
        while True:
            for name in missing:
                said[name] = input(f"{FoundingForm.base_fields[name].label}: ")
            form = FoundingForm({**said, SECRET: secret or self.new_password()})
            if form.is_valid():
                return form
            for line in what_is_wrong(form):
                self.stderr.write(line)
            missing = [name for name in TOLD if name in form.errors]
            secret = "" if SECRET in form.errors else form.data[SECRET]

    def new_password(self) -> str:
        """Ask for the password twice, unseen, until both are the same."""
        while True:
            first = getpass(f"{FoundingForm.base_fields[SECRET].label} (15 characters or more): ")
            if getpass(_("Once more: ")) == first:
                return first
            self.stderr.write(_("The two differ. Please type it again."))


def first_moment() -> datetime:
    """Return the database's clock. Raises CommandError where the tables are not there yet."""
    try:
        Organization.objects.exists()
    except ProgrammingError as error:
        raise CommandError("The database is empty: run `manage.py prepare` first.") from error
    return database_now()


def already(there: Organization) -> str:
    """Return the sentence for whoever runs it a second time."""
    return f"This database already holds an organization: {there.name}. Nothing was changed."


def given_password() -> str:
    """Return the password of the environment or of the file it names; empty without one."""
    path = os.environ.get("ADMIN_PASSWORD_FILE")
    try:
        return (
            Path(path).read_text().rstrip("\r\n") if path else os.environ.get("ADMIN_PASSWORD", "")
        )
    except OSError as error:
        raise CommandError(f"ADMIN_PASSWORD_FILE cannot be read: {error.strerror}.") from error


def what_is_wrong(form: FoundingForm) -> list[str]:
    """Return one line per mistake, with the option it is about; never what was typed."""
    lines = []
    for name, errors in form.errors.items():
        option = "ADMIN_PASSWORD" if name == SECRET else f"--{name.replace('_', '-')}"
        lines += [f"{option}: {error}" for error in errors]
    return lines
