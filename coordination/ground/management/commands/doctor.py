"""`manage.py doctor`: one line per thing the service stands on, and what to do about it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coordination.ground import checks


class Command(BaseCommand):
    help = "Say what is well, what is not, and what to do about it."
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        found = checks.run([*settings.HEALTH_CHECKS, *settings.DOCTOR_CHECKS])
        for check in found:
            mark = "ok  " if check.ok else "FAIL" if check.is_vital else "look"
            line = f"{mark}  {check.name:<12} {check.seen}"
            self.stdout.write(line if check.ok else f"{line}. {check.advice}")
        if not all(check.ok for check in found if check.is_vital):
            raise CommandError("The service cannot work like this.")
