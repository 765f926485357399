"""A stay begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Facility, Unit, User
from coordination.access.once import once
from coordination.records import lock
from patients import events
from patients.actions.about import facts
from patients.actions.assignments import open_for_unit
from patients.actions.places import lie_down
from patients.actions.trail import not_ahead, said, tell
from patients.models import Patient, SegmentClass, StatusSegment, Stay, StayStatus
from patients.queries import place_of, scope
from patients.rules import is_history


class StayDetails(TypedDict, total=False):
    """What may be said at admission besides where and when. quiet: history, raises nothing.

    primary: the person of the unit's team who is responsible. ended_at: when the stay is known to
    have ended, for a feed that tells a whole stay afterwards.
    """

    facility: Facility | None
    admit_source: str
    reason: str
    code_status: str
    code_status_source: str
    code_status_at: datetime | None
    told_by: str
    primary: User | None
    external_id: str
    ended_at: datetime | None
    quiet: bool
    create_key: UUID | None


@transaction.atomic
def admit(
    actor: Actor,
    patient: Patient,
    *,
    unit: Unit | None,
    segment_class: str,
    at: datetime,
    now: datetime,
    bed: str = "",
    **details: Unpack[StayDetails],
) -> Stay:
    """Begin a stay with its first segment; the unit's teams have the patient in scope from now on.

    at: when they came; now: when it is recorded. Publishes StayAdmitted and SegmentStarted unless
    this is history. Raises NotPermitted, Patient.DoesNotExist or Refused.
    """
    require(actor, "stay.change")
    not_ahead(at, now)
    patient = lock(scope(actor), patient.public_id, None, no_key=True)
    told_by, primary = details.pop("told_by", ""), details.pop("primary", None)
    ended_at, quiet = details.pop("ended_at", None), details.pop("quiet", False)
    key = details.pop("create_key", None)
    values: dict[str, Any] = dict(details)
    if unit is not None:
        values.setdefault("facility", unit.facility)

    def make() -> Stay:
        with said(Stay):
            stay = Stay.objects.create(
                organization_id=actor.organization_id, patient=patient, unit=unit, bed=bed,
                status=StayStatus.IN_PROGRESS, admitted_at=at, **values,
            )  # fmt: skip
        segment = StatusSegment.objects.create(
            organization_id=actor.organization_id, stay=stay, segment_class=segment_class,
            starts_at=at, told_by=told_by,
        )  # fmt: skip
        lie_down(actor, stay, at, now)
        if unit is not None:
            open_for_unit(patient, unit, stay, at, primary)
        record(actor, "stay.admit", stay, now)
        say_admitted(actor, stay, segment, now, ended_at=ended_at, quiet=quiet)
        return stay

    return once(actor, key, Stay, make)


def say_admitted(
    actor: Actor,
    stay: Stay,
    segment: StatusSegment,
    now: datetime,
    *,
    ended_at: datetime | None,
    quiet: bool,
) -> None:
    """Publish that the stay and its first segment began, unless they are history."""
    at = segment.starts_at
    organization = actor.organization
    quiet = quiet or organization is None or is_history(at, organization.go_live_at, now, ended_at)
    label = str(SegmentClass(segment.segment_class).label)
    tell(
        events.StayAdmitted(
            **facts(actor, stay, at, now), unit_id=stay.unit_id,
            place=place_of(stay.unit, stay.bed), segment_class=segment.segment_class,
            segment_label=label, reason=stay.reason,
        ),
        quiet=quiet,
    )  # fmt: skip
    tell(
        events.SegmentStarted(
            **facts(actor, stay, at, now), segment_id=segment.pk, segment_label=label,
            segment_class=segment.segment_class, told_by=segment.told_by, with_admission=True,
        ),
        quiet=quiet,
    )  # fmt: skip
