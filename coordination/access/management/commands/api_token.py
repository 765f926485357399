"""`manage.py api_token`: make, list and end the keys by which programs use the API."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from coordination.access.actions import end_token, make_token
from coordination.access.actor import Actor, system_actor
from coordination.access.models import ApiToken, User
from coordination.records import Refused, database_now


class Command(BaseCommand):
    help = "Make a token of the API for one account; it is shown once. --list, --end ID."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="whose: a person, or a program's own account")
        parser.add_argument("--name", default="", help="what it is for, such as: bed board")
        parser.add_argument(
            "--scopes", default="", help="permissions, such as: patient.read,task.read"
        )
        parser.add_argument("--days", type=int, default=90, help="how long it is in force (90)")
        parser.add_argument("--list", action="store_true", help="list the account's tokens")
        parser.add_argument("--end", type=UUID, metavar="ID", help="end one token at once")

    def handle(self, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None or user.organization is None:
            raise CommandError("Nobody of an organization has this sign-in name.")
        actor = system_actor("api_token", user.organization)
        now = database_now()
        if options["list"]:
            self.show(user, now)
        elif options["end"]:
            self.end(actor, user, options["end"], now)
        else:
            self.make(actor, user, options, now)

    def make(self, actor: Actor, user: User, options: dict[str, Any], now: datetime) -> None:
        """Make one, and show its text this once."""
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            token, text = make_token(
                actor, user, name=options["name"], scopes=scopes,
                expires_at=now + timedelta(days=options["days"]), now=now,
            )  # fmt: skip
        except (Refused, OverflowError) as refused:
            raise CommandError(getattr(refused, "sentence", "Too many days.")) from refused
        self.stdout.write(f"Token {token.public_id}, until {token.expires_at:%Y-%m-%d %H:%M} UTC")
        self.stdout.write("Keep it now; it is not shown again:")
        self.stdout.write(text)

    def end(self, actor: Actor, user: User, public_id: UUID, now: datetime) -> None:
        """End one of the account's tokens."""
        if not ApiToken.objects.filter(public_id=public_id, user=user).exists():
            raise CommandError("This account has no such token.")
        end_token(actor, public_id, now)
        self.stdout.write("Ended.")

    def show(self, user: User, now: datetime) -> None:
        """List the account's tokens, never their text."""
        for token in user.api_tokens.order_by("pk"):
            state = "in force"
            if token.revoked_at:
                state = "ended"
            elif token.expires_at <= now:
                state = "over"
            used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
            scopes = ",".join(token.scopes)
            self.stdout.write(f"{token.public_id}  {state}  {used}  {scopes}  {token.name}")
