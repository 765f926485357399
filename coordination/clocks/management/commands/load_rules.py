"""`manage.py load_rules`: the shipped rule packs and the federal holidays."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coordination.clocks.actions import fill_holidays, load_rules
from coordination.records import database_now

FIRST_YEAR = 2024
LEAST_LAST_YEAR = 2030
YEARS_AHEAD = 4


class Command(BaseCommand):
    help = "Bring the deadline rules in line with the shipped packs, and fill the holidays."

    def handle(self, **_options: Any) -> None:
        last = max(LEAST_LAST_YEAR, database_now().year + YEARS_AHEAD)
        days = fill_holidays(range(FIRST_YEAR, last + 1))
        self.stdout.write(f"Rules written: {load_rules()}, holidays added: {days}")
