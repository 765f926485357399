"""Writing the patient's story. `tell` is the reaction; a room may also call `write` itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from coordination.access.actor import Actor
from coordination.events import Event
from coordination.records import insert
from patients.models import TimelineEntry


def write(  # noqa: PLR0913  a line of the story has many parts
    actor: Actor,
    patient_id: int,
    sentence: str,
    now: datetime,
    *,
    kind: str,
    detail: str = "",
    subject: tuple[str, int] | None = None,
    recorded_at: datetime | None = None,
) -> TimelineEntry:
    """Write one line. now: when it happened; recorded_at: when it was written down, else then.

    subject: (kind, pk) of the record it is about.
    """
    return insert(
        TimelineEntry,
        organization_id=actor.organization_id,
        patient_id=patient_id,
        at=now,
        recorded_at=recorded_at or now,
        kind=kind,
        sentence=sentence[:300],
        detail=detail,
        user_id=actor.user_id,
        subject_kind=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
    )


def tell(event: Event) -> None:
    """Reaction: write the event's own sentence on its patient's timeline, if it has one."""
    sentence = event.sentence()
    if event.patient_id is None or not sentence:
        return
    write(
        event.actor,
        event.patient_id,
        sentence,
        event.at,
        kind=event.kind,
        detail=event.detail(),
        subject=(event.subject_kind, event.subject_id) if event.subject_id else None,
        recorded_at=recorded(event),
    )


def recorded(event: Event) -> datetime:
    """Return when an event was written down: a late note tells of an earlier instant."""
    now: datetime = getattr(event, "now", event.at)
    return now


EACH = """
INSERT INTO patients_timelineentry (organization_id, patient_id, at, recorded_at, kind, sentence,
  detail, user_id, subject_kind)
SELECT %(organization)s, v.patient, %(at)s, %(recorded_at)s, %(kind)s, %(sentence)s, %(detail)s,
  %(user)s, '' FROM unnest(%(patients)s::bigint[]) AS v (patient)
"""


def tell_each(event: Event, patients: Sequence[int]) -> None:
    """Write the sentence of one event on the timelines of these patients. 1 statement."""
    if not patients:
        return
    values = {
        "organization": event.organization_id, "at": event.at, "recorded_at": recorded(event),
        "kind": event.kind, "sentence": event.sentence()[:300], "detail": event.detail(),
        "user": event.actor.user_id, "patients": list(patients),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(EACH, values)
