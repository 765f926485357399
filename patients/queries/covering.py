"""What was left about a patient by somebody this person covers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coordination.access.actor import Actor
from patients.models import CoverLine, Patient


@dataclass(frozen=True, slots=True)
class LeftLine:
    """One line about the patient: who left it, until when they are away, what it says."""

    name: str
    until: datetime
    text: str


def left_lines(actor: Actor, patient: Patient) -> list[LeftLine]:
    """List what was left about a patient by whom the actor covers for. 1 statement, or none.

    patient: one that `open_chart` gave this actor.
    """
    covers = {one.public_id: one for one in actor.covering}
    if not covers:
        return []
    rows = CoverLine.objects.filter(patient=patient, cover__public_id__in=covers)
    return [
        LeftLine(covers[public_id].name, covers[public_id].ends_at, text)
        for public_id, text in rows.order_by("pk").values_list("cover__public_id", "text")
    ]
