"""`manage.py load_playbooks`: the playbooks the product ships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coordination.records import database_now
from coordination.worklist.actions import load_playbooks
from coordination.worklist.rules import DefinitionError


class Command(BaseCommand):
    help = "Load the shipped playbooks; one that changed becomes the next version."

    def handle(self, **_options: Any) -> None:
        try:
            count = load_playbooks(database_now())
        except DefinitionError as wrong:
            raise CommandError("\n".join(wrong.sentences)) from wrong
        self.stdout.write(f"Playbooks written: {count}")
