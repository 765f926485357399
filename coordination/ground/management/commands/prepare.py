"""`manage.py prepare`: what every new version and every new database needs before it is used."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from coordination.ground.owner import as_owner, grant_runtime_role


class Command(BaseCommand):
    help = "Apply migrations, load roles, rules and playbooks, grant the run-time role its rights."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        with as_owner() as runtime_role:
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            call_command("sync_roles", stdout=StringIO())
            call_command("load_rules", stdout=StringIO())
            call_command("load_playbooks", stdout=StringIO())
            own = grant_runtime_role(runtime_role)
        if not own:
            self.stdout.write("One role does everything: triggers alone guard the audit trail.")
