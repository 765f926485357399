"""What an absent person leaves about their patients, for whoever covers for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Cover
from patients.models import CoverLine, Patient
from patients.queries import scope


@transaction.atomic
def write_lines(actor: Actor, cover: Cover, lines: Mapping[int, str], now: datetime) -> int:
    """Write one line for each patient that matters; returns how many. Twice says the last.

    lines: text by patient pk; an empty one is left out. Raises NotPermitted or
    Patient.DoesNotExist.
    """
    require(actor, "cover.set")
    said = {pk: text.strip()[:200] for pk, text in lines.items() if text.strip()}
    if not said:
        return 0
    if scope(actor).filter(pk__in=said).count() != len(said):
        raise Patient.DoesNotExist
    CoverLine.objects.bulk_create(
        (
            CoverLine(organization_id=cover.organization_id, cover=cover, patient_id=pk, text=text)
            for pk, text in said.items()
        ),
        update_conflicts=True, unique_fields=["cover", "patient"], update_fields=["text"],
    )  # fmt: skip
    record(actor, "cover.lines", cover, now, patients=said, detail={"lines": len(said)})
    return len(said)
