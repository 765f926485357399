"""Merges, and where a chart went that is part of another one now."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from patients.models import Merge, Patient
from patients.queries.chart import ChartHead
from patients.queries.scope import scope

PAGE = 50
LONGEST_CHAIN = 20
KEY_LENGTH = 18


def merges_in_scope(actor: Actor) -> QuerySet[Merge]:
    """Return the merges into charts this actor may see."""
    return Merge.objects.filter(
        into__in=scope(actor), organization_id=actor.organization_id
    ).select_related("into", "gone", "by", "undone_by")


def merge_page(actor: Actor, after: str = "") -> tuple[list[Merge], str]:
    """Return one page of merges, newest first, and the key of the next. 1 statement."""
    rows = merges_in_scope(actor).order_by("-pk")
    if after.isascii() and after.isdigit() and len(after) <= KEY_LENGTH:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    actor.shown.update(pk for row in shown for pk in (row.into_id, row.gone_id))
    return shown, str(shown[-1].pk) if len(found) > PAGE else ""


def one_merge(actor: Actor, public_id: UUID) -> Merge:
    """Return one merge. Raises Merge.DoesNotExist outside the actor's scope. 1 statement."""
    merge = merges_in_scope(actor).get(public_id=public_id)
    actor.shown.update({merge.into_id, merge.gone_id})
    return merge


MERGED_INTO = """
WITH RECURSIVE gone(id) AS (
  SELECT id FROM patients_patient WHERE merged_into_id = %s
  UNION SELECT p.id FROM patients_patient p JOIN gone ON p.merged_into_id = gone.id)
SELECT id FROM gone ORDER BY id
"""


def merged_into(patient: Patient) -> list[int]:
    """Return the pks of the charts that became part of this one, one after another. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(MERGED_INTO, [patient.pk])
        return [row[0] for row in cursor.fetchall()]


def moved_to(actor: Actor, public_id: UUID) -> UUID | None:
    """Return the chart a merged one became part of, if the actor may see that; else None.

    Asked only where a chart was not found; at most a statement for each merge in a row.
    """
    if actor.organization is None:
        return None
    gone = Patient.objects.filter(
        organization_id=actor.organization_id, public_id=public_id, merged_into__isnull=False
    ).first()
    for _step in range(LONGEST_CHAIN):
        if gone is None:
            break
        if gone.merged_into is None:
            return gone.public_id if scope(actor).filter(pk=gone.pk).exists() else None
        gone = gone.merged_into
    return None


def doubts(stays: ChartHead, goes: ChartHead) -> list[str]:
    """Say what speaks against one person: it is far worse to merge two than to keep one twice."""
    found = []
    born = {stays.patient.birth_date, goes.patient.birth_date} - {None}
    if len(born) > 1:
        found.append(_("The birth dates differ. Are these two people of one name?"))
    if stays.patient.sex != goes.patient.sex and "unknown" not in {
        stays.patient.sex, goes.patient.sex,
    }:  # fmt: skip
        found.append(_("The sex differs."))
    if all(head.stay is not None and head.stay.is_open for head in (stays, goes)):
        both = {"one": stays.place_words, "other": goes.place_words}
        found.append(_("Both are in hospital now: %(one)s and %(other)s.") % both)
    return found
