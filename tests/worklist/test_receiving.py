"""A patient moves to another team's unit: who takes over is proposed, and a person answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.actions import (
    accept_takeover,
    decline_takeover,
    owners_token,
    undo_owners,
)
from coordination.worklist.models import OwnerProposal, Task, TaskEvent
from patients.actions import depart, move_bed
from patients.models import Assignment, Patient, Stay, StayPlace, TimelineEntry
from patients.queries import scope
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, ShiftFactory, StayFactory, TeamFactory, UnitFactory
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def unit_of(team: Team, code: str) -> Unit:
    unit = UnitFactory(organization=team.organization, facility=team.facility, code=code, name=code)
    team.units.add(unit)
    return unit


@pytest.fixture
def east(team: Team) -> Team:
    return TeamFactory(organization=team.organization, name="2 East coordinators")


@pytest.fixture
def erin(east: Team) -> User:
    return member(east, "coordinator", first_name="Erin", last_name="Walsh")


@pytest.fixture
def stay(team: Team, east: Team, coordinator: User) -> Stay:
    patient = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    unit_of(east, "2E")
    return StayFactory(patient=patient, unit=unit_of(team, "4W"), bed="4W-12")


def moved(stay: Stay, user: User, code: str, **more: Any) -> OwnerProposal | None:
    now = timezone.now()
    unit = Unit.objects.get(code=code)
    move_bed(
        actor_of(user), stay.public_id, None, unit=unit, bed=f"{code}-01", at=now, now=now, **more
    )
    return OwnerProposal.objects.filter(is_taken=None).first()


def owners(patient: Patient) -> set[tuple[str, str, str | None]]:
    rows = Assignment.objects.filter(patient=patient, ends_at__isnull=True)
    return set(rows.values_list("team__name", "kind", "user__first_name"))


def test_the_receiving_team_is_asked_and_the_old_owner_keeps_everything(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    nurse = member(east, "nurse", first_name="Hana")
    now = timezone.now()
    ShiftFactory(user=nurse, unit=east.units.get(), role_id="nurse", starts_at=now - HOUR,
                 ends_at=now + HOUR)  # fmt: skip
    proposal = moved(stay, coordinator, "2E", why="needs a monitored bed")
    assert proposal is not None
    assert (proposal.team, proposal.primary, proposal.nurse) == (east, erin, nurse)
    task.refresh_from_db()
    assert (task.team, task.assignee) == (team, coordinator)
    assert (team.name, "primary", coordinator.first_name) in owners(stay.patient)
    for user in (coordinator, erin):
        assert scope(actor_of(user)).filter(pk=stay.patient_id).exists()
    said = list(TimelineEntry.objects.order_by("pk").values_list("sentence", flat=True))
    assert "Moved from 4W, bed 4W-12 to 2E, bed 2E-01, needs a monitored bed" in said
    assert "2 East coordinators were asked to take over, Erin Walsh as primary" in said


def test_each_bed_is_kept_with_its_time(stay: Stay, coordinator: User) -> None:
    moved(stay, coordinator, "2E", why="monitored bed")
    first, second = StayPlace.objects.order_by("starts_at")
    assert (first.unit.code, first.bed, first.starts_at) == ("4W", "4W-12", stay.admitted_at)
    assert (second.bed, second.ends_at, second.why) == ("2E-01", None, "monitored bed")
    assert first.ends_at == second.starts_at
    assert second.set_by == coordinator
    with pytest.raises(Refused, match="only after that"):
        move_bed(
            actor_of(coordinator), stay.public_id, None, unit=first.unit, bed="4W-01",
            at=second.starts_at - HOUR, now=timezone.now(),
        )  # fmt: skip


def test_a_unit_of_the_same_team_asks_nobody(stay: Stay, team: Team, coordinator: User) -> None:
    unit_of(team, "5N")
    assert moved(stay, coordinator, "5N") is None


def test_accepting_moves_the_patient_and_the_open_tasks(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    mine = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    pool = TaskFactory(team=team, patient=stay.patient)
    done = TaskFactory(
        team=team, patient=stay.patient, assignee=coordinator, status="completed",
        completed_at=timezone.now(),
    )  # fmt: skip
    proposal = moved(stay, coordinator, "2E")
    now = timezone.now()
    accept_takeover(actor_of(erin), proposal.public_id, proposal.version, now)
    assert owners(stay.patient) == {("2 East coordinators", "primary", "Erin")}
    for task in (mine, pool):
        task.refresh_from_db()
        assert (task.team, task.assignee, task.status) == (east, erin, "ready")
        event = TaskEvent.objects.filter(task=task).last()
        assert (event.kind, event.why) == ("assigned", "moved to 2E")
    done.refresh_from_db()
    assert done.assignee == coordinator
    assert not scope(actor_of(coordinator)).filter(pk=stay.patient_id).exists()
    assert AuditEvent.objects.filter(action="patient.accept_owners").exists()
    with pytest.raises(TransitionNotAllowed):
        accept_takeover(actor_of(erin), proposal.public_id, None, now)


def test_a_supervisor_accepts_for_whom_the_proposal_names_who_is_then_asked(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal = moved(stay, coordinator, "2E")
    accept_takeover(actor_of(member(east, "supervisor")), proposal.public_id, None, timezone.now())
    task.refresh_from_db()
    assert (task.assignee, task.status) == (erin, "requested")


def test_accepting_is_taken_back_within_ten_seconds(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal = moved(stay, coordinator, "2E")
    now = timezone.now()
    accept_takeover(actor_of(erin), proposal.public_id, None, now)
    token = owners_token(stay.patient, now)
    with pytest.raises(Refused, match="Ten seconds"):
        undo_owners(actor_of(erin), token, now + 11 * SECOND)
    with pytest.raises(Refused, match="cannot be taken back"):
        undo_owners(actor_of(member(east, "coordinator")), token, now + SECOND)
    undo_owners(actor_of(erin), token, now + SECOND)
    task.refresh_from_db()
    proposal.refresh_from_db()
    assert (task.team, task.assignee, task.status) == (team, coordinator, "ready")
    assert proposal.is_taken is None
    assert owners(stay.patient) == {
        (team.name, "primary", coordinator.first_name),
        ("2 East coordinators", "primary", None),
    }


def test_declining_needs_a_reason_and_leaves_all_as_it_was(
    stay: Stay, team: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal = moved(stay, coordinator, "2E")
    before, now = owners(stay.patient), timezone.now()
    with pytest.raises(Refused, match="Say why"):
        decline_takeover(actor_of(erin), proposal.public_id, None, now, reason=" ")
    with pytest.raises(StaleRecord):
        decline_takeover(actor_of(erin), proposal.public_id, 9, now, reason="full")
    decline_takeover(actor_of(erin), proposal.public_id, 1, now, reason="leaves tomorrow")
    task.refresh_from_db()
    assert (task.team, task.assignee) == (team, coordinator)
    assert owners(stay.patient) == before
    assert TimelineEntry.objects.filter(sentence__contains="leaves tomorrow").exists()


def test_only_the_team_that_was_asked_can_answer(
    stay: Stay, team: Team, east: Team, coordinator: User
) -> None:
    proposal = moved(stay, coordinator, "2E")
    with pytest.raises(NotPermitted):
        accept_takeover(actor_of(coordinator), proposal.public_id, None, timezone.now())
    with pytest.raises(NotPermitted):
        accept_takeover(actor_of(member(east, "nurse")), proposal.public_id, None, timezone.now())
    outsider = member(TeamFactory(organization=team.organization), "supervisor")
    with pytest.raises(OwnerProposal.DoesNotExist):
        accept_takeover(actor_of(outsider), proposal.public_id, None, timezone.now())


def test_moving_back_or_leaving_asks_no_more(stay: Stay, coordinator: User, erin: User) -> None:
    moved(stay, coordinator, "2E")
    assert moved(stay, coordinator, "4W") is None
    assert OwnerProposal.objects.get().reason == "moved on to 4W"
    assert moved(stay, coordinator, "2E") is not None
    now = timezone.now()
    depart(actor_of(coordinator), stay.public_id, None, "01", now, now)
    assert not OwnerProposal.objects.filter(is_taken=None).exists()
    assert Task.objects.filter(team__name="2 East coordinators").count() == 0


def test_who_has_fewest_patients_and_is_not_away_is_proposed(
    stay: Stay, east: Team, coordinator: User, erin: User
) -> None:
    paulo = member(east, "coordinator", first_name="Paulo")
    PatientFactory(organization=east.organization, team=east, team__user=erin)
    assert moved(stay, coordinator, "2E").primary == paulo
