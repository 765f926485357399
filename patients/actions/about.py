"""What every event about a stay carries, and when a stay may still be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.records import TransitionNotAllowed
from patients.models import Stay, StayStatus
from patients.rules import is_history


def facts(actor: Actor, stay: Stay, at: datetime, now: datetime) -> dict[str, Any]:
    """Return what every event about a stay carries."""
    return {
        "actor": actor, "at": at, "now": now, "organization_id": stay.organization_id,
        "patient_id": stay.patient_id, "subject_kind": "stay", "subject_id": stay.pk,
        "stay_id": stay.pk,
    }  # fmt: skip


def history(stay: Stay, actor: Actor, at: datetime, now: datetime) -> bool:
    """Say whether an event of this stay at `at` must raise nothing."""
    organization = actor.organization
    if organization is None:
        return True
    return is_history(at, organization.go_live_at, now, stay.departed_at)


def still_open(stay: Stay) -> None:
    """Raise TransitionNotAllowed when the stay has ended."""
    if stay.status not in Stay.OPEN and stay.status != StayStatus.PLANNED:
        raise TransitionNotAllowed(
            _("This stay has ended. Correct it instead, or begin a new one.")
        )
