"""`manage.py send_due`: send what is due now, without waiting for the worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coordination.outreach import actions
from coordination.records import database_now


class Command(BaseCommand):
    help = "Send every message that is due. Any number of these and of workers may run at once."

    def handle(self, **_options: Any) -> None:
        count = 0
        while done := actions.send_due(database_now()):
            count += done
        self.stdout.write(f"Messages handled: {count}")
