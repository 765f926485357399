"""Appointments: booked, moved, kept, missed, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.records import Refused, lock, move
from patients import events
from patients.actions.trail import correct, said, tell
from patients.models import Patient, Visit, VisitStatus
from patients.queries import scope, visits_in_scope
from patients.rules import is_history

NAMES_SOURCE = {VisitStatus.FULFILLED, VisitStatus.NO_SHOW}


class VisitFields(TypedDict, total=False):
    """What may be recorded of a visit, by the names of Visit's fields."""

    with_whom: str
    place: str
    phone: str
    reason: str
    visit_class: str
    starts_at: datetime | None
    ends_at: datetime | None


@transaction.atomic
def book_visit(  # noqa: PLR0913  the last three are for feeds
    actor: Actor,
    patient: Patient,
    *,
    now: datetime,
    status: str = VisitStatus.BOOKED,
    outcome_source: str = "",
    create_key: UUID | None = None,
    external_id: str = "",
    quiet: bool = False,
    **fields: Unpack[VisitFields],
) -> Visit:
    """Book a visit; a booked one needs its time. A reaction plans its reminders.

    status: another one for a visit told afterwards (a feed's kept visits are quiet history).
    Raises NotPermitted, Patient.DoesNotExist or Refused.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient.public_id, None, no_key=True)
    if status == VisitStatus.BOOKED and fields.get("starts_at") is None:
        raise Refused(_("A booked visit needs its day and time."))
    named_source(status, outcome_source)

    def make() -> Visit:
        values: dict[str, Any] = dict(fields)
        with said(Visit):
            visit = Visit.objects.create(
                organization_id=actor.organization_id, patient=patient, status=status,
                outcome_source=outcome_source, external_id=external_id, **values,
            )  # fmt: skip
        record(actor, "visit.create", visit, now)
        tell(
            events.VisitBooked(
                **facts(actor, visit, now), with_whom=visit.with_whom, starts_at=visit.starts_at
            ),
            quiet=quiet or history(actor, visit, now) or status != VisitStatus.BOOKED,
        )
        return visit

    return once(actor, create_key, Visit, make)


def facts(actor: Actor, visit: Visit, now: datetime) -> dict[str, Any]:
    """Return what every event about a visit carries."""
    return {
        "actor": actor, "at": now, "now": now, "organization_id": visit.organization_id,
        "patient_id": visit.patient_id, "subject_kind": "visit", "subject_id": visit.pk,
        "visit_id": visit.pk,
    }  # fmt: skip


def history(actor: Actor, visit: Visit, now: datetime) -> bool:
    """Say whether a visit lies before the organization went live."""
    organization = actor.organization
    if organization is None or visit.starts_at is None:
        return organization is None
    return is_history(visit.starts_at, organization.go_live_at, now)


def named_source(status: str, source: str) -> None:
    """Raise Refused when kept or missed names nobody who says so (rules.md 4)."""
    if status in NAMES_SOURCE and not source.strip():
        raise Refused(_("Say who told you: the practice, the patient, the record."))


@transaction.atomic
def change_visit(
    actor: Actor,
    visit_id: UUID,
    version: int | None,
    *,
    now: datetime,
    status: str | None = None,
    outcome_source: str = "",
    why: str = "",
    **fields: Unpack[VisitFields],
) -> Visit:
    """Move a visit in time or place, or say what became of it.

    Kept and missed need outcome_source and a time that has come. Raises NotPermitted,
    Visit.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    require(actor, "patient.change")
    visit = lock(visits_in_scope(actor), visit_id, version)
    changed: dict[str, Any] = dict(correct(actor, visit, visit.patient_id, now, why, dict(fields)))
    if status is not None and status != visit.status:
        named_source(status, outcome_source)
        if status in NAMES_SOURCE and visit.starts_at and visit.starts_at > now:
            raise Refused(_("This visit is still to come."))
        move(visit, status, actor=actor, now=now, why=why, outcome_source=outcome_source)
        changed["status"] = status
    if changed:
        record(actor, "visit.change", visit, now, detail={"fields": sorted(changed)})
        tell(
            events.VisitChanged(
                **facts(actor, visit, now), with_whom=visit.with_whom, status=visit.status,
                status_label=str(VisitStatus(visit.status).label), starts_at=visit.starts_at,
                source=outcome_source,
            ),
            quiet=history(actor, visit, now),
        )  # fmt: skip
    return visit
