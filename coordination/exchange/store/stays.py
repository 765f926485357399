"""Stays: the row, its segments, and what changed so that it can be announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from coordination.exchange.fhir.rows import StayRow
from coordination.exchange.store.children import KINDS, store_children
from coordination.exchange.store.staging import Batch, Outcome, fill, line, run_sql, staged
from patients.actions import corrections
from patients.models import Stay

AT_SOURCE = "Changed at the source"

COLUMNS = [
    ("seq", "int"), ("external_id", "text"), ("segment_class", "text"),
    ("starts_at", "timestamptz"), ("ends_at", "timestamptz"),
]  # fmt: skip
# Only of stays this run wrote: what was corrected here since stays, while the source says the same.
WRITTEN = """
FROM stg_segment s
JOIN exchange_sourcerecord r ON r.organization_id = %(organization)s
  AND r.external_id = s.external_id AND r.run_id = %(run)s
JOIN patients_stay t ON t.organization_id = %(organization)s AND t.external_id = s.external_id"""
CHANGE = f"""
UPDATE patients_statussegment g SET segment_class = w.segment_class, ends_at = w.ends_at,
  version = g.version + 1
FROM (SELECT t.id AS stay_id, s.* {WRITTEN}) w
WHERE g.stay_id = w.stay_id AND g.starts_at = w.starts_at
AND (g.segment_class, g.ends_at) IS DISTINCT FROM (w.segment_class, w.ends_at)"""  # noqa: S608
INSERT = f"""
INSERT INTO patients_statussegment
  (organization_id, public_id, stay_id, segment_class, starts_at, ends_at, told_by)
SELECT %(organization)s, gen_random_uuid(), t.id, s.segment_class, s.starts_at, s.ends_at, 'Import'
{WRITTEN} AND NOT EXISTS (SELECT FROM patients_statussegment g WHERE g.stay_id = t.id AND
  (tstzrange(g.starts_at, g.ends_at) && tstzrange(s.starts_at, s.ends_at)
   OR g.starts_at = s.starts_at))
RETURNING id"""  # noqa: S608


class Before(NamedTuple):
    """How a stay stood before the batch; a new one was nowhere."""

    status: str = ""
    admitted_at: datetime | None = None
    departed_at: datetime | None = None


@dataclass(slots=True)
class StayNews:
    """What one batch changed. before: of each stay written, how it stood; segments: new ones."""

    outcome: Outcome
    before: dict[int, Before] = field(default_factory=dict)
    segments: list[int] = field(default_factory=list)


def store_stays(found: Sequence[StayRow], batch: Batch) -> StayNews:
    """Write one batch of stays with their segments, in the caller's transaction."""
    known = Stay.objects.filter(
        organization_id=batch.actor.organization_id,
        external_id__in=[row.external_id for row in found],
    ).values_list("pk", "status", "admitted_at", "departed_at")
    before = {pk: Before(status, came, left) for pk, status, came, left in known}
    news = StayNews(store_children(KINDS[StayRow], found, batch))
    for pk in (*news.outcome.new, *news.outcome.changed):
        news.before[pk] = before.get(pk, Before())
    _move_anchors(news, batch)
    with staged("stg_segment", COLUMNS):
        fill("stg_segment", [name for name, _ in COLUMNS], _lines(found))
        run_sql(CHANGE, batch)
        news.segments = [pk for (pk,) in run_sql(INSERT, batch)]
    return news


def _move_anchors(news: StayNews, batch: Batch) -> None:
    """Move segments and clocks along with a start or an end that the source corrected."""
    for stay in Stay.objects.filter(pk__in=news.outcome.changed):
        old = news.before[stay.pk]
        moves: list[tuple[Callable[..., None], datetime, datetime]] = []
        if old.admitted_at and stay.admitted_at and old.admitted_at != stay.admitted_at:
            moves.append((corrections.admitted, old.admitted_at, stay.admitted_at))
        if old.departed_at and stay.departed_at and old.departed_at != stay.departed_at:
            moves.append((corrections.departed, old.departed_at, stay.departed_at))
        if moves and moves[0][2] > moves[0][1]:
            moves.reverse()  # the end makes room for a start that moves towards it
        for correct, before, after in moves:
            correct(batch.actor, stay, (before, after), AT_SOURCE, batch.now)


def _lines(found: Sequence[StayRow]) -> list[str]:
    last = {row.external_id: seq for seq, row in enumerate(found)}  # sent twice: the last counts
    return [
        line((seq, row.external_id, *segment))
        for seq, row in enumerate(found)
        if last[row.external_id] == seq
        for segment in row.segments
    ]
