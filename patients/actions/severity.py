"""How sick a patient in hospital is: stable, a watcher or unstable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.records import Refused, amend, lock
from patients import events
from patients.actions.about import facts, history, still_open
from patients.actions.trail import tell
from patients.models import IllnessSeverity, SeveritySetting, Stay
from patients.queries import stays_in_scope
from patients.rules import can_undo


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
    if stay.severity == severity:
        return stay
    _say(actor, stay, severity, now, why)
    record(actor, "stay.severity", stay, now)
    return stay


def severity_token(stay: Stay) -> str:
    """Return what takes the setting just made back."""
    return f"{stay.public_id}.{stay.version}"


@transaction.atomic
def take_back_severity(actor: Actor, token: str, now: datetime) -> Stay:
    """Undo one's own last setting within ten seconds: what was said before holds again.

    Nothing is deleted: what holds again is kept as a setting of its own. Raises NotPermitted,
    Stay.DoesNotExist, StaleRecord when something happened to the stay since, TransitionNotAllowed
    for a stay that has ended, or Refused.
    """
    require(actor, "stay.change")
    stay_id, version = _read(token)
    rows = stays_in_scope(actor).select_related("patient")
    stay = lock(rows, stay_id, version, no_key=True)
    still_open(stay)
    last, before = [*SeveritySetting.objects.filter(stay=stay).order_by("-pk")[:2], None, None][:2]
    if last is None or last.severity != stay.severity or last.set_by_id != actor.user_id:
        raise Refused(_("This cannot be taken back. Say anew how sick the patient is."))
    if not can_undo(last.set_at, now):
        raise Refused(_("Ten seconds have passed. Say anew how sick the patient is."))
    _say(actor, stay, before.severity if before else "", now, _("taken back"))
    record(actor, "stay.undo_severity", stay, now)
    return stay


def _read(token: str) -> tuple[UUID, int]:
    stay_id, _dot, version = token.partition(".")
    try:
        return UUID(stay_id), int(version)
    except ValueError as unreadable:
        raise Stay.DoesNotExist from unreadable


def _say(actor: Actor, stay: Stay, severity: str, now: datetime, why: str) -> None:
    """Write a setting of a locked stay and tell it. severity: "" where nothing is said any more."""
    before = stay.severity
    amend(stay, severity=severity)
    SeveritySetting.objects.create(
        organization_id=stay.organization_id, stay=stay, severity=severity, set_at=now,
        set_by_id=actor.user_id, why=why[:200],
    )  # fmt: skip
    tell(
        events.SeveritySet(
            **facts(actor, stay, now, now), why=why,
            before=str(IllnessSeverity(before).label) if before else "",
            severity=str(IllnessSeverity(severity).label) if severity else _("Not said"),
        ),
        quiet=history(stay, actor, now, now),
    )  # fmt: skip
