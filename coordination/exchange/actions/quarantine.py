"""Opening a quarantined record, which holds patient data, leaves a trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.exchange.models import ImportRun


@transaction.atomic
def open_raw(actor: Actor, run: ImportRun, pk: int, now: datetime) -> bytes:
    """Return the bytes of one quarantined record. Raises QuarantinedRecord.DoesNotExist."""
    require(actor, "settings.change")
    found = run.quarantined.get(pk=pk, organization_id=actor.organization_id)
    record(actor, "exchange.quarantine_read", found, now)
    return bytes(found.raw)
