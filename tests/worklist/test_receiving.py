"""A patient moves to another team's unit: who takes over is proposed, and a person answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coordination.access.models import AuditEvent, FacilitySetting, Team, Unit, User
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.actions import (
    Part,
    accept_takeover,
    complete,
    decline_takeover,
    end_assignments,
    escalate_late,
    owners_token,
    read_refusal,
    undo_owners,
)
from coordination.worklist.models import Escalation, OwnerProposal, Task, TaskEvent
from coordination.worklist.queries import to_hand_over
from coordination.worklist.queries.takeovers import named_in
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
    for task, owner in ((mine, erin), (pool, None)):
        task.refresh_from_db()
        assert (task.team, task.assignee, task.status) == (east, owner, "ready")
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


def held(stay: Stay, team: Team, coordinator: User, nurse: User) -> dict[str, Task]:
    """Make open work of a primary, a backup, a nurse and the pool."""
    backup = member(team, "coordinator", first_name="Sana")
    for kind, user in (("backup", backup), ("nurse", nurse)):
        Assignment.objects.create(
            organization=team.organization, patient=stay.patient, team=team, user=user, kind=kind,
            starts_at=timezone.now() - HOUR,
        )  # fmt: skip
    owner = {"primary": coordinator, "backup": backup, "nurse": nurse, "pool": None}
    return {
        name: TaskFactory(team=team, patient=stay.patient, assignee=user, title=name)
        for name, user in owner.items()
    }


def test_each_task_goes_from_like_to_like(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    tasks = held(stay, team, coordinator, member(team, "nurse", first_name="Kenji"))
    paulo = member(east, "coordinator", first_name="Paulo")
    hana = member(east, "nurse", first_name="Hana")
    now = timezone.now()
    ShiftFactory(user=hana, unit=east.units.get(), role_id="nurse", starts_at=now - HOUR,
                 ends_at=now + HOUR)  # fmt: skip
    proposal = moved(stay, coordinator, "2E")
    assert (proposal.primary, proposal.backup, proposal.nurse) == (erin, paulo, hana)
    seen = {
        row.title: (row.before, row.after)
        for row in to_hand_over(actor_of(erin), proposal, named_in(proposal, actor_of(erin)))
    }
    assert seen == {
        "primary": (coordinator.display_name, "Erin Walsh"),
        "backup": (tasks["backup"].assignee.display_name, paulo.display_name),
        "nurse": (tasks["nurse"].assignee.display_name, hana.display_name),
        "pool": (team.name, east.name),
    }
    accept_takeover(actor_of(erin), proposal.public_id, None, timezone.now())
    got = dict(Task.objects.values_list("title", "assignee"))
    assert got == {"primary": erin.pk, "backup": paulo.pk, "nurse": hana.pk, "pool": None}
    assert set(Task.objects.values_list("team", flat=True)) == {east.pk}
    assert owners(stay.patient) == {
        (east.name, "primary", "Erin"), (east.name, "backup", "Paulo"), (east.name, "nurse", "Hana")
    }  # fmt: skip


def test_who_takes_in_the_place_of_the_proposed_makes_them_backup(
    stay: Stay, east: Team, coordinator: User, erin: User
) -> None:
    paulo = member(east, "coordinator", first_name="Paulo")
    proposal = moved(stay, coordinator, "2E")
    accept_takeover(actor_of(paulo), proposal.public_id, None, timezone.now())
    assert owners(stay.patient) == {(east.name, "primary", "Paulo"), (east.name, "backup", "Erin")}


def test_a_part_leaves_the_rest_with_who_has_it_and_is_taken_back_whole(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    mine = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    kept = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal, now = moved(stay, coordinator, "2E"), timezone.now()
    with pytest.raises(Refused, match="at least one task"):
        accept_takeover(
            actor_of(erin),
            proposal.public_id,
            None,
            now,
            part=Part(patient=False, tasks=frozenset()),
        )
    part = Part(patient=True, tasks=frozenset({mine.public_id}))
    accept_takeover(actor_of(erin), proposal.public_id, None, now, part=part)
    assert {task.assignee for task in Task.objects.filter(pk=mine.pk)} == {erin}
    kept.refresh_from_db()
    assert (kept.team, kept.assignee) == (team, coordinator)
    assert (team.name, "primary", coordinator.first_name) in owners(stay.patient)
    assert scope(actor_of(coordinator)).filter(pk=stay.patient_id).exists()
    assert TimelineEntry.objects.filter(sentence__contains="with 1 of 2 open tasks").exists()
    undo_owners(actor_of(erin), owners_token(stay.patient, now), now + SECOND)
    mine.refresh_from_db()
    assert (mine.team, mine.assignee) == (team, coordinator)
    proposal.refresh_from_db()
    assert proposal.is_taken is None


def test_tasks_alone_leave_the_patient_and_are_taken_back(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal, now = moved(stay, coordinator, "2E"), timezone.now()
    before = owners(stay.patient)
    part = Part(patient=False, tasks=frozenset({task.public_id}))
    accept_takeover(actor_of(erin), proposal.public_id, None, now, part=part)
    task.refresh_from_db()
    assert (task.team, task.assignee) == (east, erin)
    assert owners(stay.patient) == before
    undo_owners(actor_of(erin), owners_token(stay.patient, now), now + SECOND)
    task.refresh_from_db()
    assert (task.team, task.assignee) == (team, coordinator)


def test_the_old_team_sees_the_patient_until_its_last_task_is_done(
    stay: Stay, team: Team, coordinator: User, erin: User
) -> None:
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    proposal, now = moved(stay, coordinator, "2E"), timezone.now()
    part = Part(patient=True, tasks=frozenset())
    accept_takeover(actor_of(erin), proposal.public_id, None, now, part=part)
    assert end_assignments(now) == 0
    complete(actor_of(coordinator), task.public_id, None, now)
    assert end_assignments(now) == 1
    assert {name for name, _kind, _who in owners(stay.patient)} == {"2 East coordinators"}


def test_a_second_move_asks_the_next_team_and_the_first_owner_keeps_all_till_it_answers(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    north = TeamFactory(organization=team.organization, name="3 North coordinators")
    nora = member(north, "coordinator", first_name="Nora")
    unit_of(north, "3N")
    task = TaskFactory(team=team, patient=stay.patient, assignee=coordinator)
    first = moved(stay, coordinator, "2E")
    second = moved(stay, coordinator, "3N")
    first.refresh_from_db()
    assert (first.is_taken, first.reason) == (False, "moved on to 3N")
    assert (second.team, second.left_unit.code) == (north, "4W")
    task.refresh_from_db()
    assert task.assignee == coordinator
    assert not scope(actor_of(erin)).filter(pk=stay.patient_id).exists()
    accept_takeover(actor_of(nora), second.public_id, None, timezone.now())
    task.refresh_from_db()
    assert (task.team, task.assignee) == (north, nora)
    assert owners(stay.patient) == {(north.name, "primary", "Nora")}


def test_late_work_climbs_to_the_old_team_until_it_is_taken_over(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User, supervisor: User
) -> None:
    member(east, "supervisor")
    task = TaskFactory(
        team=team, patient=stay.patient, assignee=coordinator, due_at=timezone.now() + SECOND
    )
    moved(stay, coordinator, "2E")
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="escalation_steps",
        value="60 min / 4 h / 24 h", set_at=timezone.now(),
    )  # fmt: skip
    escalate_late(timezone.now() + 5 * HOUR)
    told = Escalation.objects.filter(task=task).latest("level")
    assert (told.level, told.to) == (2, supervisor)


def test_what_was_turned_down_goes_back_and_is_read_or_asked_again(
    stay: Stay, team: Team, east: Team, coordinator: User, erin: User
) -> None:
    proposal, now = moved(stay, coordinator, "2E"), timezone.now()
    decline_takeover(actor_of(erin), proposal.public_id, None, now, reason="no room")
    with pytest.raises(NotPermitted, match="goes back"):
        read_refusal(actor_of(erin), proposal.public_id, None, now)
    read_refusal(actor_of(coordinator), proposal.public_id, None, now, again=True)
    with pytest.raises(TransitionNotAllowed):
        read_refusal(actor_of(coordinator), proposal.public_id, None, now)
    proposal.refresh_from_db()
    assert (proposal.seen_by, proposal.is_taken) == (coordinator, False)
    again = OwnerProposal.objects.get(is_taken=None)
    assert (again.team, again.left_unit, again.unit) == (east, proposal.left_unit, proposal.unit)
    assert AuditEvent.objects.filter(action="patient.read_refusal").count() == 1


def test_a_nurse_the_unit_named_meanwhile_stays(
    stay: Stay, east: Team, coordinator: User, erin: User
) -> None:
    hana, leo = (member(east, "nurse", first_name=name) for name in ("Hana", "Leo"))
    now = timezone.now()
    ShiftFactory(user=hana, unit=east.units.get(), role_id="nurse", starts_at=now - HOUR,
                 ends_at=now + HOUR)  # fmt: skip
    proposal = moved(stay, coordinator, "2E")
    assert proposal.nurse == hana
    Assignment.objects.create(
        organization=east.organization, patient=stay.patient, team=east, user=leo, kind="nurse",
        starts_at=now,
    )  # fmt: skip
    accept_takeover(actor_of(erin), proposal.public_id, None, timezone.now())
    assert owners(stay.patient) == {(east.name, "primary", "Erin"), (east.name, "nurse", "Leo")}
