"""A stay from admission to departure, and the scope it opens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordination.access.models import AuditEvent, StatusEvent
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from patients import actions
from patients.models import (
    Assignment,
    ExpectedDate,
    FieldChange,
    Patient,
    StatusSegment,
    Stay,
    TimelineEntry,
)
from patients.queries import scope
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory, UnitFactory

# What this room says; what follows from it in others has its own tests.
OURS = r"^(patient|stay|anchor|contact|permission|coverage|visit|outreach)\."


@pytest.fixture
def unit(team):
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    return unit


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(organization=team.organization, team=team)


@pytest.fixture
def stay(actor, patient, unit, now) -> Stay:
    return actions.admit(
        actor, patient, unit=unit, bed="12", segment_class="ED", at=now - timedelta(days=2), now=now
    )


def told(patient) -> list[str]:
    entries = TimelineEntry.objects.filter(patient=patient, kind__regex=OURS).order_by("id")
    return list(entries.values_list("sentence", flat=True))


def test_an_admission_has_a_segment_a_line_and_an_audit_row(stay, patient, now) -> None:
    assert StatusSegment.objects.get(stay=stay).starts_at == now - timedelta(days=2)
    assert told(patient) == ["Admitted to 4 West, bed 12, emergency"]
    assert AuditEvent.objects.get(action="stay.admit").patients == [patient.pk]


def test_an_admission_puts_the_patient_in_the_scope_of_the_units_team(
    unit, now, hospital, team
) -> None:
    other = TeamFactory(organization=hospital, facility=team.facility)
    patient = PatientFactory(organization=hospital, team=other)
    admitting, nurse = actor_of(member(other)), member(team, "nurse")
    assert not scope(actor_of(nurse)).exists()
    actions.admit(
        admitting, patient, unit=unit, segment_class="inpatient", at=now, now=now, primary=nurse
    )
    assert list(scope(actor_of(nurse))) == [patient]
    assert Assignment.objects.get(team=team).user == nurse


def test_a_patient_out_of_scope_cannot_be_admitted(unit, actor, hospital, now) -> None:
    hidden = PatientFactory(organization=hospital)
    with pytest.raises(Patient.DoesNotExist):
        actions.admit(actor, hidden, unit=unit, segment_class="inpatient", at=now, now=now)


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_who_may_not_change_stays_cannot_admit(role, team, patient, unit, now) -> None:
    with pytest.raises(NotPermitted):
        actions.admit(
            actor_of(member(team, role)), patient, unit=unit, segment_class="ED", at=now, now=now
        )


def test_an_admission_that_is_still_to_come_is_refused(actor, patient, unit, now) -> None:
    with pytest.raises(Refused, match="still to come"):
        actions.admit(
            actor, patient, unit=unit, segment_class="ED", at=now + timedelta(hours=1), now=now
        )


def test_what_lies_before_going_live_raises_nothing(actor, patient, unit, now) -> None:
    actor.organization.go_live_at = now - timedelta(days=1)
    actions.admit(
        actor, patient, unit=unit, segment_class="ED", at=now - timedelta(days=2), now=now
    )
    assert told(patient) == []


def test_a_stay_that_ended_long_ago_raises_nothing(actor, patient, unit, now) -> None:
    stay = actions.admit(
        actor, patient, unit=unit, segment_class="ED", at=now - timedelta(days=40), now=now,
        ended_at=now - timedelta(days=31),
    )  # fmt: skip
    actions.depart(actor, stay.public_id, stay.version, "01", now - timedelta(days=31), now)
    assert told(patient) == []


def test_a_change_of_class_closes_one_segment_and_opens_the_next(actor, stay, now, patient) -> None:
    at = now - timedelta(days=1)
    actions.start_segment(
        actor, stay.public_id, stay.version, segment_class="inpatient", starts_at=at, now=now,
        told_by="Dr. Reyes",
    )  # fmt: skip
    first, second = StatusSegment.objects.filter(stay=stay).order_by("starts_at")
    assert (first.ends_at, second.ends_at, second.segment_class) == (at, None, "inpatient")
    assert told(patient)[-1] == "Status of the stay is now inpatient, Dr. Reyes"


def test_segments_of_one_stay_never_overlap(actor, stay, now) -> None:
    actions.start_segment(
        actor, stay.public_id, stay.version, segment_class="inpatient",
        starts_at=now - timedelta(days=1), now=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="cannot end before it starts"):
        actions.start_segment(
            actor, stay.public_id, None, segment_class="observation",
            starts_at=now - timedelta(days=3), now=now,
        )  # fmt: skip
    with pytest.raises(Refused, match="overlaps"), actions.corrections.said(StatusSegment):
        StatusSegment.objects.create(
            organization=stay.organization, stay=stay, segment_class="ED", starts_at=now
        )


def test_a_move_to_another_unit_opens_its_teams_scope(actor, stay, patient, team, now) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    north = UnitFactory(organization=team.organization, facility=team.facility, name="5 North")
    other.units.add(north)
    actions.move_bed(actor, stay.public_id, stay.version, unit=north, bed="07", at=now, now=now)
    assert told(patient)[-1] == "Moved from 4 West, bed 12 to 5 North, bed 07"
    assert set(Assignment.objects.filter(ends_at=None).values_list("team", flat=True)) == {
        team.pk, other.pk,
    }  # fmt: skip


def test_every_expected_date_is_kept(actor, stay, now) -> None:
    for days in (1, 2):
        stay = actions.set_expected(
            actor, stay.public_id, stay.version, now + timedelta(days=days), now=now, why="slower"
        )
    dates = ExpectedDate.objects.filter(stay=stay).order_by("id")
    assert [d.expected_at for d in dates] == [now + timedelta(days=1), now + timedelta(days=2)]


def test_an_expected_date_before_admission_is_refused(actor, stay, now) -> None:
    with pytest.raises(Refused, match="before they came"):
        actions.set_expected(actor, stay.public_id, stay.version, now - timedelta(days=9), now=now)


def test_planning_where_to_is_told_once(actor, stay, patient, now) -> None:
    for _ in range(2):
        stay = actions.plan_discharge(actor, stay.public_id, stay.version, "03", None, now)
    assert told(patient)[-1] == "Leaving is planned: Skilled nursing facility"
    assert len(told(patient)) == 2


def test_leaving_closes_the_stay_and_its_segment(actor, stay, patient, now) -> None:
    actions.depart(actor, stay.public_id, stay.version, "06", now, now)
    stay.refresh_from_db()
    assert (stay.status, stay.departed_at, stay.disposition) == ("finished", now, "06")
    assert StatusSegment.objects.get(stay=stay).ends_at == now
    assert StatusEvent.objects.get(subject_id=stay.pk).after == "finished"
    assert told(patient)[-1] == "Left the hospital: Home with home health"


def test_leaving_before_coming_is_refused_and_nothing_is_written(actor, stay, now) -> None:
    with pytest.raises(Refused, match="before they came"):
        actions.depart(actor, stay.public_id, stay.version, "01", now - timedelta(days=3), now)
    stay.refresh_from_db()
    assert stay.status == "in-progress"


def test_leaving_twice_is_refused_with_both_labels(actor, stay, now) -> None:
    actions.depart(actor, stay.public_id, stay.version, "01", now, now)
    with pytest.raises(TransitionNotAllowed, match="Discharged"):
        actions.depart(actor, stay.public_id, None, "01", now, now)


def test_dying_in_hospital_records_the_death(actor, stay, patient, now) -> None:
    actions.depart(actor, stay.public_id, stay.version, "20", now, now)
    patient.refresh_from_db()
    assert patient.deceased_at == now
    assert told(patient)[-1] == "Died, in hospital"


def test_a_stale_form_changes_nothing(actor, stay, now) -> None:
    with pytest.raises(StaleRecord):
        actions.depart(actor, stay.public_id, stay.version + 1, "01", now, now)


def test_a_corrected_admission_moves_its_segment_and_says_so(actor, stay, patient, now) -> None:
    new = now - timedelta(days=2, hours=3)
    actions.correct_stay(
        actor, stay.public_id, stay.version, admitted_at=new, why="typed the wrong hour", now=now
    )
    assert StatusSegment.objects.get(stay=stay).starts_at == new
    assert told(patient)[-1].startswith("Time of admission corrected from Sat 21 Nov 2026, 10:42")
    kinds = FieldChange.objects.order_by("id").values_list("field", "why")
    assert list(kinds) == [("admitted_at", "typed the wrong hour"), ("starts_at", "typed the wrong hour")]  # fmt: skip  # noqa: E501


def test_a_corrected_departure_moves_the_last_segment(actor, stay, now) -> None:
    actions.depart(actor, stay.public_id, stay.version, "01", now, now)
    earlier = now - timedelta(hours=1)
    actions.correct_stay(
        actor, stay.public_id, None, departed_at=earlier, why="left at ten", now=now
    )
    assert StatusSegment.objects.get(stay=stay).ends_at == earlier


def test_a_correction_needs_its_reason(actor, stay, now) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.correct_stay(actor, stay.public_id, stay.version, reason="x", why=" ", now=now)


def test_a_corrected_segment_start_moves_the_end_before_it(actor, stay, now) -> None:
    segment = actions.start_segment(
        actor, stay.public_id, stay.version, segment_class="inpatient",
        starts_at=now - timedelta(days=1), now=now,
    )  # fmt: skip
    for hours in (20, 30):
        to = now - timedelta(hours=hours)
        actions.correct_segment(actor, segment.public_id, to, why="order says so", now=now)
        first, second = StatusSegment.objects.filter(stay=stay).order_by("starts_at")
        assert first.ends_at == second.starts_at == to


def test_a_stay_entered_in_error_stays_in_the_history(actor, stay, patient, now) -> None:
    actions.void_stay(actor, stay.public_id, stay.version, why="wrong patient", now=now)
    assert Stay.objects.get(pk=stay.pk).status == "entered-in-error"
    assert told(patient)[-1] == "Stay: entered in error. wrong patient"
    with pytest.raises(TransitionNotAllowed):
        actions.set_expected(actor, stay.public_id, None, now, now=now)


@pytest.mark.parametrize(("days", "kept", "ended"), [(34, False, 0), (36, False, 1), (36, True, 0)])
def test_scope_ends_35_days_after_the_stay_or_the_last_task(
    days, kept, ended, hospital, unit, now, team
) -> None:
    admitting = actor_of(member(team))
    patient = PatientFactory(organization=hospital, team=team)
    Assignment.objects.update(ends_at=now - timedelta(days=50))
    Assignment.objects.create(
        organization=hospital, patient=patient, team=team, kind="nurse",
        starts_at=now - timedelta(days=60),
    )  # fmt: skip
    stay = actions.admit(
        admitting, patient, unit=unit, segment_class="inpatient", at=now - timedelta(days=50),
        now=now,
    )  # fmt: skip
    actions.depart(admitting, stay.public_id, stay.version, "01", now - timedelta(days=days), now)
    assert actions.end_assignments(now, keep=[patient.pk] if kept else []) == ended
    assert Assignment.objects.get(kind="nurse").ends_at is None


def test_scope_does_not_end_while_the_patient_lies_here(actor, stay, now) -> None:
    Assignment.objects.update(starts_at=now - timedelta(days=90))
    assert actions.end_assignments(now) == 0
