"""A stay after its admission: status, bed, plan, departure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Unit, User
from coordination.records import Refused, amend, lock, move
from patients import events
from patients.actions.about import facts, history, still_open
from patients.actions.assignments import open_for_unit
from patients.actions.people import record_death
from patients.actions.places import get_up, lie_down
from patients.actions.trail import not_ahead, said, tell
from patients.models import (
    Disposition,
    ExpectedDate,
    SegmentClass,
    StatusSegment,
    Stay,
    StayStatus,
)
from patients.queries import place_of, stays_in_scope

DEATHS = {
    Disposition.DIED, Disposition.DIED_HOME, Disposition.DIED_FACILITY, Disposition.DIED_ELSEWHERE,
}  # fmt: skip


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
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
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
    why: str = "",
) -> Stay:
    """Move the patient to another bed; another unit's teams have them in scope too from now on.

    Whoever looks after the patient stays so: new owners are proposed, and a person answers.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "stay.change")
    not_ahead(at, now)
    stay = lock(
        stays_in_scope(actor).select_related("unit", "patient"), stay_id, version, no_key=True
    )
    still_open(stay)
    left, left_bed, moved = stay.unit, stay.bed, unit != stay.unit
    if not moved and bed == stay.bed:
        raise Refused(_("The patient is already there."))
    amend(stay, unit=unit, bed=bed, facility=unit.facility if unit else stay.facility)
    if stay.status != StayStatus.PLANNED:
        get_up(actor, stay, left, left_bed, at, now)
        lie_down(actor, stay, at, now, why)
    if unit is not None and moved:
        open_for_unit(stay.patient, unit, stay, at, primary)
    record(actor, "stay.move", stay, now)
    tell(
        events.StayMoved(
            **facts(actor, stay, at, now), unit_id=stay.unit_id,
            left_unit_id=left.pk if left else None, before=place_of(left, left_bed),
            place=place_of(unit, bed), why=why,
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
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
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
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
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
    stay = lock(stays_in_scope(actor).select_related("patient"), stay_id, version, no_key=True)
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
