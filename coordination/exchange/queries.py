"""What an administrator sees of imports: counts and sentences, never a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coordination.access.actor import Actor
from coordination.exchange.models import ImportRun, QuarantinedRecord

RUNS_SHOWN = 20
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Came:
    """How many rows of one kind came in."""

    kind: str
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many resources of one type did not come in, and why."""

    kind: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run with its counts. ended_at: None while it runs, or when it was cut off."""

    number: int
    source: str
    started_at: datetime
    ended_at: datetime | None
    came_in: tuple[Came, ...]
    left_out: tuple[LeftOut, ...]
    quarantined: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One record in quarantine: where it stood and what is wrong; its file's name may name them."""

    number: int
    run: int
    position: str
    kind: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """One page of records in quarantine. after: where the next begins, None on the last."""

    rows: tuple[QuarantineRow, ...]
    after: int | None


def last_runs(actor: Actor) -> list[RunRow]:
    """Return the newest runs of the organization. 1 statement."""
    runs = ImportRun.objects.filter(organization_id=actor.organization_id).order_by("-pk")
    return [_row(run) for run in runs[:RUNS_SHOWN]]


def _row(run: ImportRun) -> RunRow:
    counts: dict[str, Any] = {"came_in": {}, "left_out": [], "quarantined": [], **run.counts}
    return RunRow(
        number=run.pk,
        source=run.source,
        started_at=run.started_at,
        ended_at=run.ended_at,
        came_in=tuple(Came(kind, *figures) for kind, figures in counts["came_in"].items()),
        left_out=tuple(LeftOut(*row) for row in counts["left_out"]),
        quarantined=sum(row[-1] for row in counts["quarantined"]),
    )


def quarantine_page(actor: Actor, before: int | None = None) -> QuarantinePage:
    """Return a page of what is still in quarantine, newest first. 1 statement."""
    rows = QuarantinedRecord.objects.filter(
        organization_id=actor.organization_id, resolved_at__isnull=True
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [
        QuarantineRow(*row)
        for row in rows.order_by("-pk").values_list(
            "pk", "run_id", "position", "resource_type", "sentence", "at"
        )[: PAGE_ROWS + 1]
    ]
    more = len(found) > PAGE_ROWS
    return QuarantinePage(tuple(found[:PAGE_ROWS]), found[PAGE_ROWS - 1].number if more else None)
