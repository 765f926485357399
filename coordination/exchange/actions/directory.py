"""Read a public file of providers into the directory; what is broken is quarantined."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.exchange.directory.kinds import EntryRow, entry_of
from coordination.exchange.directory.lines import Line, lines_of
from coordination.exchange.directory.store import store_entries
from coordination.exchange.fhir.values import Unreadable
from coordination.exchange.intake import BATCH_ROWS, QUARANTINE, REFUSED
from coordination.exchange.models import ImportRun
from coordination.exchange.store.staging import Batch
from coordination.exchange.tally import Tally
from referrals.models import ProviderKind

Progress = Callable[[Iterable[Line]], Iterable[Line]]
Item = tuple[Line, EntryRow]
RESOLVED = """
UPDATE exchange_quarantinedrecord SET resolved_at = %(now)s
WHERE organization_id = %(organization)s AND resolved_at IS NULL AND run_id <> %(run)s
  AND resource_type = %(kind)s AND external_id = ANY(%(read)s)"""


@dataclass(slots=True)
class Intake:
    """One reading of one file. waiting: rows not yet written, by their key."""

    batch: Batch
    kind: str
    dated: date | None
    today: date
    name: str
    tally: Tally = field(default_factory=Tally)
    waiting: dict[str, Item] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return what the end table calls these rows."""
        return str(ProviderKind(self.kind).label).lower()

    def take(self, line: Line) -> None:
        """Map one line; a full batch is written at once."""
        self.tally.read[self.kind] += 1
        if line.broken:
            self.refuse(line, line.broken)
            return
        try:
            row = entry_of(self.kind, line.cells)
        except Unreadable as no:
            self.refuse(line, no.sentence)
            return
        if row.key in self.waiting:
            self.flush()
        self.waiting[row.key] = (line, row)
        if len(self.waiting) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits."""
        items, self.waiting = list(self.waiting.values()), {}
        if items:
            self._write(items)

    def _write(self, items: list[Item]) -> None:
        """Write a batch; one that the database refuses is halved until the culprit is alone."""
        rows = [row for _line, row in items]
        try:
            with transaction.atomic():
                stored = store_entries(rows, self.batch, self.kind, self.dated, self.today)
                self._trail(stored.new, stored.changed, [external_of(one) for one, _row in items])
        except (DataError, IntegrityError):
            if len(items) == 1:
                self.refuse(items[0][0], REFUSED)
                return
            half = len(items) // 2
            self._write(items[:half])
            self._write(items[half:])
            return
        self.tally.new[self.label] += stored.new
        self.tally.changed[self.label] += stored.changed
        self.tally.unchanged[self.label] += len(items) - stored.new - stored.changed

    def _trail(self, new: int, changed: int, read: list[str]) -> None:
        """Write one audit row for the batch, and close what an earlier run could not read."""
        params = {**self.batch.params, "kind": self.kind, "read": read}
        with connection.cursor() as cursor:
            cursor.execute(RESOLVED, params)
        if new or changed:
            detail = {"kind": self.kind, "new": new, "changed": changed}
            record(
                self.batch.actor, "directory.import", self.batch.run, self.batch.now, detail=detail
            )

    def refuse(self, line: Line, sentence: str) -> None:
        """Put a line into quarantine, once however often it comes, and go on."""
        self.tally.quarantine(self.kind, sentence)
        mark = hashlib.sha1(line.raw + sentence.encode(), usedforsecurity=False).hexdigest()
        batch = self.batch
        with connection.cursor() as cursor:
            cursor.execute(
                QUARANTINE,
                [batch.actor.organization_id, batch.run.pk, self.name[-255:], f"line {line.number}",
                 self.kind, external_of(line), sentence[:300], line.raw, mark, batch.now],
            )  # fmt: skip


def import_directory(
    actor: Actor,
    kind: str,
    path: Path,
    now: datetime,
    *,
    dated: date | None = None,
    progress: Progress = lambda lines: lines,
) -> ImportRun:
    """Read one file of providers of one kind. Returns the run with its counts.

    kind: a ProviderKind code that `directory.kinds.KINDS` lists. dated: the file's own date, None
    when it gives none. Commits batch by batch; a second run of the same file writes nothing.
    Raises NotPermitted, OSError, or Refused when the file is not such a file.
    """
    require(actor, "settings.change")
    run = _start(actor, f"directory-{kind.replace('_', '-')}", now)
    today = now.astimezone(actor.zone).date()
    intake = Intake(Batch(actor, run, now), kind, dated, today, path.name)
    for line in progress(lines_of(path)):
        intake.take(line)
    intake.flush()
    return _finish(intake)


def external_of(line: Line) -> str:
    """Return the id a line gives itself, by which a later run finds it mended."""
    return line.cells.get("id", "").strip()[:255]


@transaction.atomic
def _start(actor: Actor, source: str, now: datetime) -> ImportRun:
    run = ImportRun.objects.create(
        organization_id=actor.organization_id, user_id=actor.user_id, source=source, started_at=now
    )
    record(actor, "exchange.import_start", run, now)
    return run


@transaction.atomic
def _finish(intake: Intake) -> ImportRun:
    run: Any = intake.batch.run
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_provider, referrals_service, referrals_network")
        cursor.execute("SELECT statement_timestamp()")
        run.ended_at = cursor.fetchone()[0].astimezone(UTC)
    run.counts = intake.tally.as_json()
    run.save(update_fields=["ended_at", "counts"])
    record(intake.batch.actor, "exchange.import_end", run, intake.batch.now)
    return run  # type: ignore[no-any-return]
