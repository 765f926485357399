"""A takeover and something else at the same moment: one order of both, nobody waits for ever."""

from __future__ import annotations

import pytest
from django.utils import timezone

from coordination.access.models import Team, Unit, User
from coordination.worklist import actions
from coordination.worklist.models import OwnerProposal, Task
from patients.actions import move_bed
from patients.models import Assignment, Stay
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory
from tests.worklist.factories import TaskFactory
from tests.worklist.test_receiving import unit_of
from tests.worklist.test_request_races import at_once

ROUNDS = 5
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def units(team: Team) -> dict[str, Unit]:
    """Make a unit of the team, and one of each of two other teams."""
    made = {"4W": unit_of(team, "4W")}
    for code in ("2E", "3N"):
        made[code] = unit_of(TeamFactory(organization=team.organization, name=code), code)
    return made


def asked(units: dict[str, Unit], owner: User) -> tuple[Stay, OwnerProposal]:
    """Move a patient with two open tasks to 2 East."""
    team = units["4W"].teams.get()
    patient = PatientFactory(organization=team.organization, team=team, team__user=owner)
    TaskFactory.create_batch(2, team=team, patient=patient, assignee=owner)
    stay = StayFactory(patient=patient, unit=units["4W"], bed="1")
    go(stay, owner, units["2E"])
    return stay, OwnerProposal.objects.get(patient=patient)


def go(stay: Stay, by: User, unit: Unit) -> None:
    now = timezone.now()
    move_bed(actor_of(by), stay.public_id, None, unit=unit, bed="9", at=now, now=now)


def held(stay: Stay) -> set[tuple[int, int | None]]:
    """Return the teams and owners of the patient's open tasks."""
    tasks = Task.objects.filter(patient=stay.patient, is_open=True)
    return set(tasks.values_list("team", "assignee"))


def test_two_of_the_team_at_once_take_over_once(units: dict[str, Unit], coordinator: User) -> None:
    east = units["2E"].teams.get()
    people = [member(east, first_name=name) for name in ("Erin", "Paulo")]
    for _round in range(ROUNDS):
        stay, proposal = asked(units, coordinator)
        told = at_once(
            *(
                lambda who=who, one=proposal: actions.accept_takeover(
                    actor_of(who), one.public_id, 1, timezone.now()
                )
                for who in people
            )
        )
        assert told.count("done") == 1, told
        winner = people[told.index("done")]
        assert held(stay) == {(east.pk, winner.pk)}
        primary = Assignment.objects.get(patient=stay.patient, kind="primary", ends_at=None)
        assert primary.user == winner


def test_taking_over_while_the_patient_moves_on_is_one_after_the_other(
    units: dict[str, Unit], coordinator: User
) -> None:
    east, north = units["2E"].teams.get(), units["3N"].teams.get()
    erin, maria = member(east, first_name="Erin"), coordinator
    for _round in range(ROUNDS):
        stay, proposal = asked(units, maria)
        told = at_once(
            lambda one=proposal: actions.accept_takeover(
                actor_of(erin), one.public_id, None, timezone.now()
            ),
            lambda one=stay: go(one, maria, units["3N"]),
        )
        proposal.refresh_from_db()
        took = told[0] == "done"
        owner = (east.pk, erin.pk) if took else (units["4W"].teams.get().pk, maria.pk)
        assert proposal.is_taken is took
        assert held(stay) == {owner}
        if told[1] == "done":
            assert OwnerProposal.objects.get(patient=stay.patient, is_taken=None).team == north


def test_a_task_done_while_it_is_taken_over_is_done_once(
    units: dict[str, Unit], coordinator: User
) -> None:
    erin = member(units["2E"].teams.get(), first_name="Erin")
    for _round in range(ROUNDS):
        stay, proposal = asked(units, coordinator)
        task = Task.objects.filter(patient=stay.patient).order_by("pk")[0]
        told = at_once(
            lambda one=proposal: actions.accept_takeover(
                actor_of(erin), one.public_id, None, timezone.now()
            ),
            lambda one=task: actions.complete(
                actor_of(coordinator), one.public_id, None, timezone.now()
            ),
        )
        assert told[0] == "done"
        assert all(owner == erin.pk for _team, owner in held(stay))
        task.refresh_from_db()
        assert (task.status == "completed") is (told[1] == "done")
