"""What an import publishes: one event a batch, and singly what may need somebody (design.md 5).

History stays history: nothing is published of a stay that ended more than 30 days ago, nor of
anything before the organization went live (patients.rules.is_history).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from coordination.events import publish
from coordination.exchange.store.staging import Batch, Outcome
from coordination.exchange.store.stays import StayNews
from patients import events
from patients.actions.about import facts, history
from patients.models import Coverage, Patient, StatusSegment, Stay, StayStatus
from patients.rules.history import FRESH

TOLD_BY = "Import"
COVERAGE_PAGE = 500
# Coverage in force that this run wrote, of patients who are in hospital or left within 30 days.
COVERAGE = """
SELECT c.id FROM patients_coverage c
JOIN exchange_sourcerecord r ON r.organization_id = c.organization_id
  AND r.external_id = c.external_id AND r.run_id = %(run)s
WHERE c.organization_id = %(organization)s AND c.id > %(after)s AND c.ended_at IS NULL
AND (c.ends_on IS NULL OR c.ends_on >= %(now)s::date)
AND EXISTS (SELECT FROM patients_stay t WHERE t.patient_id = c.patient_id
  AND t.admitted_at >= %(live)s AND (t.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  OR t.status = 'finished' AND t.departed_at >= %(fresh)s))
ORDER BY c.id LIMIT %(page)s"""


def patients_imported(outcome: Outcome, died: Sequence[int], batch: Batch) -> None:
    """Publish one event for the batch, and each death of somebody we already knew."""
    ids = (*outcome.new, *outcome.changed)
    if ids:
        publish(
            events.PatientsImported(
                actor=batch.actor,
                at=batch.now,
                now=batch.now,
                organization_id=batch.actor.organization_id,
                ids=ids,
            )
        )
    for patient in Patient.objects.filter(pk__in=died):
        publish(
            events.PatientDied(
                actor=batch.actor, at=patient.deceased_at or batch.now, now=batch.now,
                organization_id=patient.organization_id, patient_id=patient.pk,
                subject_kind="patient", subject_id=patient.pk, told_by=TOLD_BY,
            )
        )  # fmt: skip


def stays_changed(news: StayNews, batch: Batch) -> None:
    """Publish admissions, changes of class and departures that are not history."""
    written = Stay.objects.filter(pk__in=news.before).select_related("unit").order_by("pk")
    segments: dict[int, list[StatusSegment]] = {}
    for segment in StatusSegment.objects.filter(pk__in=news.segments).order_by("starts_at"):
        segments.setdefault(segment.stay_id, []).append(segment)
    for stay in written:
        was = news.before[stay.pk].status
        is_open = stay.status in Stay.OPEN
        if is_open:
            _arrived(stay, segments.get(stay.pk, []), batch, is_new=was not in Stay.OPEN)
        elif stay.status == StayStatus.FINISHED and was != StayStatus.FINISHED:
            _departed(stay, batch)


def _arrived(stay: Stay, new: list[StatusSegment], batch: Batch, *, is_new: bool) -> None:
    actor, now = batch.actor, batch.now
    first = new[0] if new else None
    at = stay.admitted_at
    if is_new and at and not history(stay, actor, at, now):
        publish(
            events.StayAdmitted(
                **facts(actor, stay, at, now), unit_id=stay.unit_id, reason=stay.reason,
                segment_class=first.segment_class if first else "",
                segment_label=_label(first) if first else "",
            )
        )  # fmt: skip
    for segment in new:
        if not history(stay, actor, segment.starts_at, now):
            publish(
                events.SegmentStarted(
                    **facts(actor, stay, segment.starts_at, now), segment_id=segment.pk,
                    segment_class=segment.segment_class, segment_label=_label(segment),
                    told_by=TOLD_BY, with_admission=is_new and segment is first,
                )
            )  # fmt: skip


def _departed(stay: Stay, batch: Batch) -> None:
    at = stay.departed_at
    if at and not history(stay, batch.actor, at, batch.now):
        publish(
            events.StayDeparted(
                **facts(batch.actor, stay, at, batch.now), unit_id=stay.unit_id,
                disposition=stay.disposition, where=stay.get_disposition_display(),
                departed_at=at,
            )
        )  # fmt: skip


def _label(segment: StatusSegment) -> str:
    return segment.get_segment_class_display()


def coverage_changed(batch: Batch, after: int = 0) -> int:
    """Publish the next page of coverage this run wrote; return its last id, 0 when it was the last.

    Run when all stays are in: only of patients whose stay makes somebody need it.
    """
    organization: Any = batch.actor.organization
    params = {
        **batch.params, "after": after, "live": organization.go_live_at,
        "fresh": batch.now - FRESH, "page": COVERAGE_PAGE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, params)
        ids = [pk for (pk,) in cursor.fetchall()]
    for coverage in Coverage.objects.filter(pk__in=ids).order_by("pk"):
        publish(
            events.CoverageChanged(
                actor=batch.actor, at=batch.now, now=batch.now,
                organization_id=coverage.organization_id, patient_id=coverage.patient_id,
                subject_kind="coverage", subject_id=coverage.pk, coverage_id=coverage.pk,
                payer=coverage.payer, payer_class=coverage.payer_class,
                payer_class_label=coverage.get_payer_class_display(),
                act="added" if coverage.version == 1 else "changed",
                payer_class_changed=coverage.version > 1,
            )
        )  # fmt: skip
    return ids[-1] if ids else 0
