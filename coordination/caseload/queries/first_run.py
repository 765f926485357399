"""Is this hospital still empty? Asked only where a list would be."""

from __future__ import annotations

from coordination.access.actor import Actor
from patients.models import Patient


def has_patients(actor: Actor) -> bool:
    """Say whether the organization has any patient at all; shows none. 1 statement."""
    return Patient.objects.filter(organization_id=actor.organization_id).exists()
