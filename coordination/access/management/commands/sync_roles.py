"""`manage.py sync_roles`: the role rows as roles.py has them."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.access.actions import sync_roles


class Command(BaseCommand):
    help = "Bring the role rows in line with the shipped roles."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"Roles: {sync_roles()}")
