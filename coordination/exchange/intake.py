"""Gathers mapped rows into batches and writes each in its own transaction.

A batch the database refuses is halved until the culprit stands alone and is quarantined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from coordination.access.audit import record
from coordination.exchange import announce
from coordination.exchange.fhir.mappers import Mapper
from coordination.exchange.fhir.mappers.about import Withdrawn
from coordination.exchange.fhir.readers import MAX_RESOURCE, Broken, Found, dump, tail
from coordination.exchange.fhir.rows import NameRow, PatientRow, Row, StayRow
from coordination.exchange.fhir.values import Context, Unreadable
from coordination.exchange.store.children import KINDS, store_children
from coordination.exchange.store.people import store_names, store_patients
from coordination.exchange.store.staging import Batch, Outcome
from coordination.exchange.store.stays import store_stays
from coordination.exchange.tally import Tally
from coordination.records import Refused

BATCH_ROWS = 2000
BATCH_BYTES = 16 * 1024 * 1024
ID_SIZE = 180
NO_ROOM = "no room for it yet"
WITHDRAWN = "withdrawn at the source"
NO_RESOURCE = "not a resource"
REFUSED = "The database refused this record."
QUARANTINE = """
INSERT INTO exchange_quarantinedrecord (organization_id, run_id, source_name, position,
  resource_type, external_id, sentence, raw, fingerprint, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organization_id, fingerprint) WHERE resolved_at IS NULL DO NOTHING"""

Item = tuple[Found, Any]


def key_of(found: Found) -> str:
    """Return "Type/id": by its id, else its fullUrl, else by what it says.

    A resource with neither is another resource once its text changes. Raises Unreadable.
    """
    said = found.resource.get("id")
    if said is not None and (not isinstance(said, str) or not 0 < len(said) <= ID_SIZE):
        raise Unreadable(f"{found.kind}.id is not an id.")
    name = said or tail(found.full_url)[:ID_SIZE]
    if not name:
        name = "text-" + hashlib.sha256(raw_of(found)).hexdigest()[:32]
    return f"{found.kind}/{name}"


def raw_of(found: Found) -> bytes:
    """Return the bytes of a resource; an entry of a Bundle is written out again by itself."""
    return found.raw if found.raw is not None else dump(found.resource).encode()


@dataclass(slots=True)
class Intake:
    """One pass over the input. waiting: rows not yet written, by their class."""

    batch: Batch
    context: Context
    tally: Tally
    waiting: dict[type[Row], list[Item]] = field(default_factory=dict)
    weight: int = 0

    def take(self, found: Found, mapper: Mapper) -> bool:
        """Map one resource; a full batch is written at once. Says whether it could be read."""
        try:
            rows = self.rows_of(found, mapper)
        except Withdrawn:
            self.tally.leave(found.kind, WITHDRAWN)
            return False
        except Unreadable as no:
            self.refuse(found, no.sentence)
            return False
        for row in rows:
            items = self.waiting.setdefault(type(row), [])
            items.append((found, row))
            if len(items) >= BATCH_ROWS:
                self.flush(type(row))
        self.weight += found.weight
        if self.weight >= BATCH_BYTES:
            self.flush_all()
        return True

    def rows_of(self, found: Found, mapper: Mapper) -> list[Row]:
        """Return the rows of one resource. Raises Unreadable or Withdrawn."""
        context = self.context
        if found.urls:
            context = Context(context.source, context.zone, context.shift, found.urls)
        return list(mapper(found.resource, key_of(found), context))

    def flush_all(self) -> None:
        """Write everything that waits, those first whom the rest is about."""
        for kind in sorted(self.waiting, key=lambda k: (k is not PatientRow, k is not StayRow)):
            self.flush(kind)
        self.weight = 0

    def flush(self, kind: type[Row]) -> None:
        """Write what waits of one kind."""
        items = self.waiting.pop(kind, [])
        if items:
            self._write(kind, items)

    def _write(self, kind: type[Row], items: Sequence[Item]) -> None:
        try:
            with transaction.atomic():
                outcome = self._store(kind, [row for _, row in items])
                self._trail(kind, outcome)
        except (DataError, IntegrityError, Refused) as no:
            if len(items) == 1:
                self.refuse(items[0][0], getattr(no, "sentence", REFUSED))
                return
            half = len(items) // 2
            self._write(kind, items[:half])
            self._write(kind, items[half:])
            return
        for place, sentence in outcome.refused.items():
            self.refuse(items[place][0], sentence)
        self._count(kind, outcome, len(items))

    def _store(self, kind: type[Row], rows: list[Any]) -> Outcome:
        if kind is PatientRow:
            outcome, died = store_patients(rows, self.batch)
            announce.patients_imported(outcome, died, self.batch)
            return outcome
        if kind is NameRow:
            store_names(rows, self.batch)
            return Outcome()
        if kind is StayRow:
            news = store_stays(rows, self.batch)
            announce.stays_changed(news, self.batch)
            return news.outcome
        return store_children(KINDS[kind], rows, self.batch)  # type: ignore[index]

    def _trail(self, kind: type[Row], outcome: Outcome) -> None:
        """Write one audit row for the batch, with the patients it changed."""
        written = [*outcome.new, *outcome.changed]
        if not written:
            return
        patients: list[int] = written
        if kind is not PatientRow:
            model: Any = KINDS[kind].model  # type: ignore[index]
            patients = list(
                model.objects.filter(pk__in=written)
                .order_by()
                .values_list("patient_id", flat=True)
                .distinct()
            )
        detail = {"kind": label_of(kind), "new": len(outcome.new), "changed": len(outcome.changed)}
        record(
            self.batch.actor, "exchange.import", self.batch.run, self.batch.now,
            patients=patients, detail=detail,
        )  # fmt: skip

    def _count(self, kind: type[Row], outcome: Outcome, offered: int) -> None:
        if kind is NameRow:
            return
        label = label_of(kind)
        written = len(outcome.new) + len(outcome.changed)
        self.tally.new[label] += len(outcome.new)
        self.tally.changed[label] += len(outcome.changed)
        self.tally.unchanged[label] += offered - written - len(outcome.refused)

    def refuse(self, found: Found | Broken, sentence: str) -> None:
        """Put a record into quarantine, once however often it comes, and go on."""
        kind, external, raw = "", "", b""
        if isinstance(found, Broken):
            raw = found.raw
        else:
            kind, raw = found.kind, raw_of(found)[:MAX_RESOURCE]
            try:
                external = self.context.external(key_of(found))[:255]
            except Unreadable:
                external = ""
        self.tally.quarantine(kind or NO_RESOURCE, sentence)
        mark = hashlib.sha1(raw + sentence.encode(), usedforsecurity=False).hexdigest()
        batch = self.batch
        with connection.cursor() as cursor:
            cursor.execute(
                QUARANTINE,
                [batch.actor.organization_id, batch.run.pk, found.name[-255:], found.position[:40],
                 kind, external, sentence[:300], raw, mark, batch.now],
            )  # fmt: skip


def label_of(kind: type[Row]) -> str:
    """Return what the end table calls rows of this class."""
    return "patients" if kind is PatientRow else KINDS[kind].label  # type: ignore[index]
