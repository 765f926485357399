"""`manage.py plan_reminders`: plan the reminders of every visit ahead that has none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coordination.access.models import Organization
from coordination.outreach import actions
from coordination.records import database_now


class Command(BaseCommand):
    help = "Load the shipped reminder rules where they are missing, and plan what is missing."

    def handle(self, **_options: Any) -> None:
        now = database_now()
        for organization in Organization.objects.order_by("pk"):
            actions.load_reminder_rules(organization, now)
            count = actions.plan_reminders(organization, now)
            self.stdout.write(f"{organization.slug}: {count} reminders planned")
