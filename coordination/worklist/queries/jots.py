"""One's own jots, and whose a line may be."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from coordination.access.actor import Actor, person_of
from coordination.records import StatusEvent
from coordination.worklist.models import Jot, JotStatus
from patients.models import Patient
from patients.queries import SCOPE_SQL, scope, scope_params
from patients.rules import folded

MOST = 100
SUGGESTED = 6
SHORTEST = 3  # letters of a family name worth looking for in a line


def my_jots(actor: Actor) -> QuerySet[Jot]:
    """Return the actor's own jots, of whatever became of them."""
    return Jot.objects.filter(organization_id=actor.organization_id, user_id=person_of(actor))


def notes_in_scope(actor: Actor) -> QuerySet[Jot]:
    """Return the notes on the timelines this actor may read, those entered in error included."""
    return Jot.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor),
        status__in=[JotStatus.NOTE, JotStatus.ENTERED_IN_ERROR],
    ).select_related("patient", "user")  # fmt: skip


def one_note(actor: Actor, public_id: UUID) -> Jot:
    """Return one note, and note that its patient was shown. 1 statement.

    Raises Jot.DoesNotExist.
    """
    note = notes_in_scope(actor).get(public_id=public_id)
    actor.shown.add(note.patient_id or 0)
    return note


def mended_note(note: Jot) -> StatusEvent | None:
    """Return who marked a note as entered in error, or moved it here, and why. 1 statement."""
    moves = StatusEvent.objects.filter(subject_kind=note._meta.label_lower, subject_id=note.pk)
    here = moves.exclude(after=JotStatus.NOTE).select_related("user")
    return here.order_by("-id").first()


def open_jots(actor: Actor) -> list[Jot]:
    """Return what the actor jotted down and has not settled, oldest first; at most 100.

    What the end of a shift asks about. 1 statement; a jot names no patient before it is settled.
    """
    return list(my_jots(actor).filter(status=JotStatus.OPEN).order_by("at", "id")[:MOST])


def my_jot(actor: Actor, public_id: UUID) -> Jot:
    """Return one of the actor's own jots. Raises Jot.DoesNotExist. 1 statement."""
    return my_jots(actor).get(public_id=public_id)


NAMED = f"""
SELECT DISTINCT p.id FROM unnest(%(words)s::text[]) AS said(word)
JOIN patients_patient p ON p.organization_id = %(organization_id)s
  AND p.like_key >= said.word || ' ' AND p.like_key < said.word || '!'
WHERE p.merged_into_id IS NULL AND {SCOPE_SQL}
ORDER BY p.id LIMIT %(limit)s
"""  # noqa: S608  only our own constants


def named_in(actor: Actor, text: str) -> list[Patient]:
    """Return the patients in scope whose family name stands in a line, at most six. 2 statements.

    Notes that they were shown.
    """
    plain = text.casefold().replace("’", "'").replace("'s ", " ")  # "Okafor's daughter"
    words = [word for word in folded(plain).split() if len(word) >= SHORTEST]
    if not words:
        return []
    params = {**scope_params(actor), "words": words, "limit": SUGGESTED}
    with connection.cursor() as cursor:
        cursor.execute(NAMED, params)
        ids = [row[0] for row in cursor.fetchall()]
    actor.shown.update(ids)
    return list(Patient.objects.filter(pk__in=ids).order_by("name_norm", "pk"))
