"""How sick a patient in hospital is: stable, a watcher or unstable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.records import amend, lock
from patients import events
from patients.actions.about import facts, history, still_open
from patients.actions.trail import tell
from patients.models import IllnessSeverity, SeveritySetting, Stay
from patients.queries import stays_in_scope


@transaction.atomic
def set_severity(
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    severity: str,
    *,
    now: datetime,
    why: str = "",
) -> Stay:
    """Say how sick the patient is; each setting is kept. The same once more changes nothing.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord, or TransitionNotAllowed for a stay that
    has ended.
    """
    require(actor, "stay.change")
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
    still_open(stay)
    before = stay.severity
    if before == severity:
        return stay
    amend(stay, severity=severity)
    SeveritySetting.objects.create(
        organization_id=stay.organization_id, stay=stay, severity=severity, set_at=now,
        set_by_id=actor.user_id, why=why[:200],
    )  # fmt: skip
    record(actor, "stay.severity", stay, now)
    tell(
        events.SeveritySet(
            **facts(actor, stay, now, now), why=why,
            before=str(IllnessSeverity(before).label) if before else "",
            severity=str(IllnessSeverity(severity).label),
        ),
        quiet=history(stay, actor, now, now),
    )  # fmt: skip
    return stay
