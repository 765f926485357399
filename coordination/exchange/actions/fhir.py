"""Import FHIR R4 from files: patients and names first, then all that refers to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Team
from coordination.exchange import announce
from coordination.exchange.fhir.mappers import FIRST, ONLY_INSIDE, SECOND
from coordination.exchange.fhir.readers import Broken, Found, Read, read
from coordination.exchange.fhir.rows import PatientRow, Row, StayRow, VisitRow
from coordination.exchange.fhir.values import Context, Unreadable
from coordination.exchange.intake import NO_RESOURCE, NO_ROOM, Intake
from coordination.exchange.models import ImportRun
from coordination.exchange.store.staging import Batch
from coordination.exchange.tally import Tally

Progress = Callable[[Iterable[Read], str], Iterable[Read]]
MAPPERS = {**FIRST, **SECOND}
SAME_TRIAL = timedelta(days=1)
NOT_YET = {"planned", "booked", "cancelled"}
RESOLVED = """
UPDATE exchange_quarantinedrecord q SET resolved_at = %(now)s
FROM exchange_sourcerecord r WHERE q.organization_id = %(organization)s AND q.resolved_at IS NULL
AND q.external_id <> '' AND r.organization_id = q.organization_id
AND r.external_id = q.external_id AND r.run_id = %(run)s AND q.run_id <> %(run)s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to import and how. source: the sender's short name, first part of each external id.

    team: opened for every patient. shift_to_now: move the newest instant of the set to now.
    """

    path: Path
    source: str = "fhir"
    team: Team | None = None
    shift_to_now: bool = False


def import_fhir(
    actor: Actor, plan: Plan, now: datetime, progress: Progress = lambda items, _what: items
) -> ImportRun:
    """Read a file or folder, write what can be read, quarantine the rest. Returns the run.

    Commits batch by batch: cut off, it is run again and goes on where it stood. A second run of
    the same input writes nothing. progress: wraps each pass, for a bar. Raises NotPermitted,
    FileNotFoundError.
    """
    require(actor, "settings.change")
    context = Context(plan.source, actor.zone)
    newest, shift = None, timedelta()
    if plan.shift_to_now:
        newest = _newest(progress(read(plan.path), "Looking for the newest"), context)
        shift = _shift(actor, newest, now)
    run = _start(actor, plan, now, newest, shift)
    tally = Tally()
    batch = Batch(actor, run, now, plan.team.pk if plan.team else None)
    intake = Intake(batch, Context(plan.source, actor.zone, shift), tally)
    for one in progress(read(plan.path, FIRST.__contains__), "Patients"):
        _first(one, intake)
    intake.flush_all()
    for one in progress(read(plan.path, lambda kind: kind not in FIRST), "The rest"):
        _second(one, intake)
    intake.flush_all()
    _announce_coverage(batch)
    return _finish(batch, tally)


def _first(found: Read, intake: Intake) -> None:
    """Take patients and names; of what is broken, the lines the second pass will not open."""
    if isinstance(found, Broken):
        if found.kind in FIRST:
            intake.refuse(found, found.sentence)
    elif isinstance(found, Found) and found.kind in FIRST:
        intake.take(found, FIRST[found.kind])


def _second(found: Read, intake: Intake) -> None:
    """Take what the first pass left; count all that was read, quarantine what is broken."""
    tally = intake.tally
    if isinstance(found, Broken):
        tally.read[NO_RESOURCE] += 1
        intake.refuse(found, found.sentence)
        return
    kind = found.kind
    tally.read[tally.kind(kind)] += 1
    if isinstance(found, Found) and kind in SECOND:
        taken = intake.take(found, SECOND[kind])
        if taken and kind in ONLY_INSIDE:
            tally.leave(kind, "read only for the coverage inside")
    elif kind not in FIRST:
        tally.leave(kind, NO_ROOM)
    elif kind != "Patient":
        tally.leave(kind, "read only for the names others refer to")


def _newest(items: Iterable[Read], context: Context) -> datetime | None:
    """Return the newest instant of what happened, as sent; what is planned does not count."""
    newest: datetime | None = None
    probe = Intake.__new__(Intake)
    probe.context = context
    for found in items:
        if not isinstance(found, Found) or found.kind not in MAPPERS:
            continue
        try:
            rows = probe.rows_of(found, MAPPERS[found.kind])
        except Unreadable:
            continue
        for at in (at for row in rows for at in _instants(row)):
            newest = at if newest is None else max(newest, at)
    return newest


def _instants(row: Row) -> Iterator[datetime]:
    if isinstance(row, StayRow | VisitRow) and row.status in NOT_YET:
        return
    names: tuple[str, ...] = (
        "admitted_at", "departed_at", "starts_at", "ends_at", "onset_at", "ended_at", "recorded_at",
    )  # fmt: skip
    if isinstance(row, PatientRow):
        names = ("deceased_at",)
    for name in names:
        at: Any = getattr(row, name, None)
        if at is not None:
            yield at


def _shift(actor: Actor, newest: datetime | None, now: datetime) -> timedelta:
    """Return by how much to move. The same set moved within a day keeps its shift: no change."""
    if newest is None:
        return timedelta()
    before = (
        ImportRun.objects.filter(
            organization_id=actor.organization_id, newest_at=newest, shift__isnull=False
        )
        .order_by("-started_at")
        .first()
    )
    if before and before.shift is not None and now - (newest + before.shift) < SAME_TRIAL:
        return before.shift
    return now - newest


@transaction.atomic
def _start(
    actor: Actor, plan: Plan, now: datetime, newest: datetime | None, shift: timedelta
) -> ImportRun:
    run = ImportRun.objects.create(
        organization_id=actor.organization_id,
        user_id=actor.user_id,
        source=plan.source,
        started_at=now,
        newest_at=newest,
        shift=shift if plan.shift_to_now else None,
    )
    record(actor, "exchange.import_start", run, now)
    return run


def _announce_coverage(batch: Batch) -> None:
    after = 0
    while True:
        with transaction.atomic():
            after = announce.coverage_changed(batch, after)
        if not after:
            return


@transaction.atomic
def _finish(batch: Batch, tally: Tally) -> ImportRun:
    run = batch.run
    with connection.cursor() as cursor:
        cursor.execute(RESOLVED, batch.params)
        cursor.execute("SELECT statement_timestamp()")
        run.ended_at = cursor.fetchone()[0].astimezone(UTC)
    run.counts = tally.as_json()
    run.save(update_fields=["ended_at", "counts"])
    record(batch.actor, "exchange.import_end", run, batch.now)
    return run
