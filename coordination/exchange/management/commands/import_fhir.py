"""manage.py import_fhir: read FHIR R4 files into the record."""

from __future__ import annotations

import re
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from coordination.access.actor import system_actor
from coordination.access.models import Organization, Team
from coordination.exchange.actions import Plan, import_fhir
from coordination.exchange.fhir.readers import Read, files_of
from coordination.exchange.management.naming import organization_named, user_named
from coordination.exchange.tally import table
from coordination.records import database_now

SOURCE = re.compile(r"[A-Za-z0-9._-]{1,40}")


class Command(BaseCommand):
    help = "Read FHIR R4 (a file, a folder, NDJSON, Bundles) into the record. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--team", metavar="SLUG", help="the team that will see the patients")
        parser.add_argument("--organization", metavar="SLUG", help="whose patients they are")
        parser.add_argument(
            "--source", default="fhir", help="short name of the sender; ids are unique within it"
        )
        parser.add_argument("--by", metavar="USERNAME", help="on whose behalf, for the trail")
        parser.add_argument(
            "--shift-to-now", action="store_true", help="move the newest instant to now (trials)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not SOURCE.fullmatch(options["source"]):
            raise CommandError("--source takes letters, digits, dots and dashes, 40 at most.")
        try:
            files = files_of(options["path"])
        except OSError:
            raise CommandError(f"There is no file or folder {options['path']}.") from None
        if not files:
            raise CommandError("The folder holds no .json, .ndjson or .jsonl file.")
        organization = organization_named(options["organization"])
        team = self._team(organization, options["team"])
        by = user_named(organization, options["by"])
        actor = system_actor("import_fhir", organization, by.pk if by else None)
        plan = Plan(
            path=options["path"], source=options["source"], team=team,
            shift_to_now=options["shift_to_now"],
        )  # fmt: skip
        began = time.monotonic()
        run = import_fhir(actor, plan, database_now(), _bar)
        took = max(time.monotonic() - began, 0.001)
        for line in table(run.counts):
            self.stdout.write(line)
        read = sum(run.counts["read"].values())
        self.stdout.write(f"Run {run.pk}: {took:.1f} s, {read / took:,.0f} resources a second.")
        if run.counts["quarantined"]:
            self.stdout.write(f"What is in quarantine: manage.py quarantine {run.pk}")

    def _team(self, organization: Organization, slug: str | None) -> Team | None:
        """Return the team named, else the only one; none is said, for then nobody sees them."""
        teams = Team.objects.filter(organization=organization)
        if slug:
            team = teams.filter(slug=slug).first()
            if team is None:
                known = ", ".join(teams.order_by("slug").values_list("slug", flat=True)) or "none"
                raise CommandError(f"There is no team {slug}. Teams: {known}.")
            return team
        few = list(teams[:2])
        if len(few) == 1:
            return few[0]
        self.stderr.write("No team given: no team will see new patients. Name one with --team.")
        return None


def _bar(items: Iterable[Read], what: str) -> Iterable[Read]:
    return tqdm(
        items, desc=what, unit=" resources", ascii=True, file=sys.stderr,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
