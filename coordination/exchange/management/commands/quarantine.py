"""manage.py quarantine: what an import could not read, and why."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coordination.access.actor import system_actor
from coordination.exchange.actions.quarantine import open_raw
from coordination.exchange.models import ImportRun, QuarantinedRecord
from coordination.records import database_now


class Command(BaseCommand):
    help = "List what a run put into quarantine; --raw prints one record as it came."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument(
            "--raw", type=int, metavar="N", help="print record N; it holds patient data"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).select_related("organization").first()
        if run is None:
            raise CommandError("There is no such run.")
        if options["raw"] is not None:
            self._raw(run, options["raw"])
            return
        rows = run.quarantined.order_by("pk").values_list(
            "pk", "source_name", "position", "resource_type", "sentence", "resolved_at"
        )
        for pk, name, position, kind, sentence, resolved in rows.iterator():
            where = ", ".join(part for part in (name, position, kind) if part)
            done = " (read since)" if resolved else ""
            self.stdout.write(f"{pk:>8}  {where}: {sentence}{done}")

    def _raw(self, run: ImportRun, pk: int) -> None:
        actor = system_actor("quarantine", run.organization)
        try:
            raw = open_raw(actor, run, pk, database_now())
        except QuarantinedRecord.DoesNotExist:
            raise CommandError("This run has no such record in quarantine.") from None
        self.stdout.write(raw.decode("utf-8", "replace"))
