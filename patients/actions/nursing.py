"""Which nurse has which patient of a unit: the sheet of one shift, saved all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.duty import on_duty
from coordination.access.models import Unit, User
from coordination.records import Refused
from patients.models import Assignment, AssignmentKind, Patient, StayStatus
from patients.queries import scope

IN_A_BED = (StayStatus.ARRIVED, StayStatus.TRIAGED, StayStatus.IN_PROGRESS, StayStatus.ON_LEAVE)


@dataclass(frozen=True, slots=True)
class BedFor:
    """One bed of the sheet: whose, who had it when the sheet was opened, who takes it."""

    patient_id: int
    was: User | None
    nurse: User | None


@transaction.atomic
def assign_nurses(actor: Actor, unit: Unit, beds: Iterable[BedFor], now: datetime) -> int:
    """Give the patients of a unit to nurses, in one go; returns how many changed hands.

    A bed that stays as it was writes nothing. Only somebody on duty there takes a bed. Raises
    NotPermitted, Patient.DoesNotExist, or Refused when a colleague changed one of these beds
    meanwhile, a nurse has left duty, or a patient the unit; then nothing is written.
    """
    require(actor, "task.assign")
    wanted = {bed.patient_id: bed for bed in beds if bed.was != bed.nurse}
    patients = list(
        scope(actor).filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    )
    if len(patients) != len(wanted):
        raise Patient.DoesNotExist
    _are_on_duty(unit, {bed.nurse for bed in wanted.values() if bed.nurse}, now)
    _are_on_unit(unit, patients)
    standing = _standing(unit, patients)
    for patient in patients:
        bed, open_one = wanted[patient.pk], standing.get(patient.pk)
        if (open_one.user if open_one else None) != bed.was:
            raise Refused(
                _("A colleague gave one of these beds to somebody else. Load the sheet again.")
            )
        _hand_over(patient, unit, bed, open_one, now)
    if wanted:
        record(
            actor, "patient.assign_nurses", unit, now, patients=list(wanted),
            detail={"kind": AssignmentKind.NURSE, "beds": len(wanted)},
        )  # fmt: skip
    return len(wanted)


def _are_on_duty(unit: Unit, nurses: set[User], now: datetime) -> None:
    here = {shift.user_id for shift in on_duty(unit.organization_id, now, unit_id=unit.pk)}
    gone = [nurse for nurse in nurses if nurse.pk not in here]
    if gone:
        raise Refused(
            _("%(who)s is not on duty on this unit any more. Give the beds to somebody who is.")
            % {"who": gone[0].display_name}
        )


def _are_on_unit(unit: Unit, patients: list[Patient]) -> None:
    there = Patient.objects.filter(
        pk__in=[patient.pk for patient in patients],
        stays__unit=unit, stays__status__in=[*IN_A_BED, StayStatus.PLANNED],
    ).distinct()  # fmt: skip
    if there.count() != len(patients):
        raise Refused(_("A patient has left the unit meanwhile. Load the sheet again."))


def _standing(unit: Unit, patients: list[Patient]) -> dict[int, Assignment]:
    """Return the open nurse assignment of each patient to a team of the unit. 1 statement."""
    rows = Assignment.objects.filter(
        patient__in=patients, kind=AssignmentKind.NURSE, ends_at__isnull=True,
        team__in=unit.teams.all(),
    ).select_related("user")  # fmt: skip
    return {row.patient_id: row for row in rows.order_by("starts_at", "pk")}


def _hand_over(
    patient: Patient, unit: Unit, bed: BedFor, standing: Assignment | None, now: datetime
) -> None:
    """End one assignment and open the next, in the team that has the patient already."""
    if standing is not None:
        standing.ends_at = max(now, standing.starts_at)
        standing.save(update_fields=["ends_at"])
    if bed.nurse is None:
        return
    team_id = (
        Assignment.objects.filter(patient=patient, ends_at__isnull=True, team__in=unit.teams.all())
        .order_by("team_id")
        .values_list("team_id", flat=True)
        .first()
    )
    if team_id is None:
        raise Refused(_("No team of this unit looks after the patient. Admit them first."))
    Assignment.objects.create(
        organization_id=patient.organization_id, patient=patient, team_id=team_id,
        user=bed.nurse, kind=AssignmentKind.NURSE, starts_at=now, reason=_("assignment sheet"),
    )  # fmt: skip
