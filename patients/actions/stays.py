"""A stay from admission to departure. Corrections of what was recorded are in `corrections`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Facility, Unit, User
from coordination.access.once import once
from coordination.records import Refused, TransitionNotAllowed, amend, lock, move
from patients import events
from patients.actions.assignments import open_for_unit
from patients.actions.people import record_death
from patients.actions.trail import not_ahead, said, tell
from patients.models import (
    Disposition,
    ExpectedDate,
    Patient,
    SegmentClass,
    StatusSegment,
    Stay,
    StayStatus,
)
from patients.queries import scope, stays_in_scope
from patients.rules import is_history

DEATHS = {
    Disposition.DIED, Disposition.DIED_HOME, Disposition.DIED_FACILITY, Disposition.DIED_ELSEWHERE,
}  # fmt: skip


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


def place_of(unit: Unit | None, bed: str) -> str:
    """Return "4 West, bed 12"."""
    parts = [unit.name if unit else "", _("bed %(bed)s") % {"bed": bed} if bed else ""]
    return ", ".join(part for part in parts if part)


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
    patient = lock(scope(actor), patient.public_id, None)
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


@transaction.atomic
def start_segment(  # noqa: PLR0913  who, which, what, when, by whom
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    *,
    segment_class: str,
    starts_at: datetime,
    now: datetime,
    told_by: str = "",
    quiet: bool = False,
) -> StatusSegment:
    """Change the class of a stay: the open segment ends where this one starts.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused (it overlaps another part).
    """
    require(actor, "stay.change")
    not_ahead(starts_at, now)
    stay = lock(stays_in_scope(actor), stay_id, version)
    still_open(stay)
    if StatusSegment.objects.filter(
        stay=stay, ends_at__isnull=True, segment_class=segment_class
    ).exists():
        raise Refused(_("The stay already has this status."))
    with said(StatusSegment):
        StatusSegment.objects.filter(stay=stay, ends_at__isnull=True).update(ends_at=starts_at)
        segment = StatusSegment.objects.create(
            organization_id=stay.organization_id, stay=stay, segment_class=segment_class,
            starts_at=starts_at, told_by=told_by,
        )  # fmt: skip
    amend(stay)
    record(actor, "stay.segment", stay, now, detail={"class": segment_class})
    tell(
        events.SegmentStarted(
            **facts(actor, stay, starts_at, now), segment_id=segment.pk, told_by=told_by,
            segment_class=segment_class, segment_label=str(SegmentClass(segment_class).label),
        ),
        quiet=quiet or history(stay, actor, starts_at, now),
    )  # fmt: skip
    return segment


@transaction.atomic
def move_bed(  # noqa: PLR0913  who, which, where, when
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    *,
    unit: Unit | None,
    bed: str,
    at: datetime,
    now: datetime,
    primary: User | None = None,
) -> Stay:
    """Move the patient to another bed; another unit's teams have them in scope too from now on.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "stay.change")
    not_ahead(at, now)
    stay = lock(stays_in_scope(actor).select_related("unit", "patient"), stay_id, version)
    still_open(stay)
    before, moved = place_of(stay.unit, stay.bed), unit != stay.unit
    if not moved and bed == stay.bed:
        raise Refused(_("The patient is already there."))
    amend(stay, unit=unit, bed=bed, facility=unit.facility if unit else stay.facility)
    if unit is not None and moved:
        open_for_unit(stay.patient, unit, stay, at, primary)
    record(actor, "stay.move", stay, now)
    tell(
        events.StayMoved(
            **facts(actor, stay, at, now), unit_id=stay.unit_id, before=before,
            place=place_of(unit, bed),
        ),
        quiet=history(stay, actor, at, now),
    )  # fmt: skip
    return stay


@transaction.atomic
def set_expected(
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    expected_at: datetime | None,
    *,
    now: datetime,
    why: str = "",
) -> Stay:
    """Set, move or take away when the patient is expected to leave; every setting is kept.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "stay.change")
    stay = lock(stays_in_scope(actor), stay_id, version)
    still_open(stay)
    expect(actor, stay, expected_at, now, why)
    return stay


def expect(
    actor: Actor, stay: Stay, expected_at: datetime | None, now: datetime, why: str = ""
) -> None:
    """Write a locked stay's expected departure and its history; does nothing if it stands so."""
    before = stay.expected_at
    if before == expected_at:
        return
    if expected_at is not None and stay.admitted_at and expected_at < stay.admitted_at:
        raise Refused(_("The patient cannot leave before they came."))
    amend(stay, expected_at=expected_at)
    ExpectedDate.objects.create(
        organization_id=stay.organization_id, stay=stay, expected_at=expected_at, set_at=now,
        set_by_id=actor.user_id, why=why[:200],
    )  # fmt: skip
    record(actor, "stay.expect", stay, now)
    tell(
        events.StayExpectedMoved(
            **facts(actor, stay, now, now), before=before, expected_at=expected_at, why=why
        ),
        quiet=history(stay, actor, now, now),
    )


@transaction.atomic
def plan_discharge(
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    disposition: str,
    expected_at: datetime | None,
    now: datetime,
) -> Stay:
    """Plan where the patient goes from here, and when if that is known.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "stay.change")
    stay = lock(stays_in_scope(actor), stay_id, version)
    still_open(stay)
    if expected_at is not None:
        expect(actor, stay, expected_at, now)
    if stay.planned_disposition != disposition:
        amend(stay, planned_disposition=disposition)
        record(actor, "stay.plan", stay, now)
        tell(
            events.DischargePlanned(
                **facts(actor, stay, now, now), disposition=disposition,
                where=str(Disposition(disposition).label), expected_at=stay.expected_at,
            ),
            quiet=history(stay, actor, now, now),
        )  # fmt: skip
    return stay


@transaction.atomic
def depart(  # noqa: PLR0913  who, which, where to, when
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    disposition: str,
    departed_at: datetime,
    now: datetime,
    *,
    discharged_at: datetime | None = None,
    quiet: bool = False,
) -> Stay:
    """Record that the patient left the building, and where to; a death is recorded with it.

    Taken from any open status: departure is never gated on typing (rules.md 4). Raises
    NotPermitted, Stay.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    require(actor, "stay.change")
    not_ahead(departed_at, now)
    stay = lock(stays_in_scope(actor).select_related("patient"), stay_id, version)
    if stay.status in {StayStatus.ARRIVED, StayStatus.TRIAGED, StayStatus.ON_LEAVE}:
        move(stay, StayStatus.IN_PROGRESS, actor=actor, now=now, why=_("left the hospital"))
    with said(Stay):
        move(
            stay, StayStatus.FINISHED, actor=actor, now=now, disposition=disposition,
            departed_at=departed_at, discharged_at=discharged_at or departed_at,
        )  # fmt: skip
    with said(StatusSegment):
        StatusSegment.objects.filter(stay=stay, ends_at__isnull=True).update(ends_at=departed_at)
    record(actor, "stay.depart", stay, now)
    quiet = quiet or history(stay, actor, departed_at, now)
    tell(
        events.StayDeparted(
            **facts(actor, stay, departed_at, now), unit_id=stay.unit_id, disposition=disposition,
            where=str(Disposition(disposition).label), departed_at=departed_at,
        ),
        quiet=quiet,
    )  # fmt: skip
    if disposition in DEATHS and stay.patient.deceased_at is None:
        record_death(
            actor, stay.patient.public_id, None, died_at=departed_at, now=now,
            told_by=_("in hospital"), quiet=quiet,
        )  # fmt: skip
    return stay


def still_open(stay: Stay) -> None:
    """Raise TransitionNotAllowed when the stay has ended."""
    if stay.status not in Stay.OPEN and stay.status != StayStatus.PLANNED:
        raise TransitionNotAllowed(
            _("This stay has ended. Correct it instead, or begin a new one.")
        )
