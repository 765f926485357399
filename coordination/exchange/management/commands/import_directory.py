"""manage.py import_directory: read a public file of providers, ZIP codes or specialties."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from coordination.access.actor import Actor, system_actor
from coordination.exchange.actions import import_directory, import_taxonomy, import_zips
from coordination.exchange.directory.kinds import KINDS
from coordination.exchange.management.naming import organization_named, user_named
from coordination.exchange.tally import table
from coordination.records import Refused, database_now

TABLES: dict[str, Callable[..., int]] = {"zip": import_zips, "nucc": import_taxonomy}
T = TypeVar("T")


class Command(BaseCommand):
    help = "Read a CSV file of providers, ZIP codes or specialties. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*KINDS, *TABLES])
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--organization", metavar="SLUG", help="whose directory it is")
        parser.add_argument("--by", metavar="USERNAME", help="on whose behalf, for the trail")
        parser.add_argument(
            "--dated", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the file's own date"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        organization = organization_named(options["organization"])
        by = user_named(organization, options["by"])
        actor = system_actor("import_directory", organization, by.pk if by else None)
        try:
            self._read(actor, **options)
        except Refused as no:
            raise CommandError(no.sentence) from None
        except OSError:
            raise CommandError(f"There is no file {options['path']} to read.") from None

    def _read(self, actor: Actor, *, kind: str, path: Path, dated: date | None, **_: Any) -> None:
        if kind in TABLES:
            changed = TABLES[kind](actor, path, _bar)
            self.stdout.write(f"{changed:,} rows written.")
            return
        began = time.monotonic()
        run = import_directory(actor, kind, path, database_now(), dated=dated, progress=_bar)
        took = max(time.monotonic() - began, 0.001)
        for line in table(run.counts, "lines"):
            self.stdout.write(line)
        read = sum(run.counts["read"].values())
        self.stdout.write(f"Run {run.pk}: {took:.1f} s, {read / took:,.0f} lines a second.")
        if run.counts["quarantined"]:
            self.stdout.write(f"What is in quarantine: manage.py quarantine {run.pk}")


def _bar(items: Iterable[T]) -> Iterable[T]:
    return tqdm(
        items, unit=" lines", ascii=True, file=sys.stderr, disable=not sys.stderr.isatty()
    )  # fmt: skip
