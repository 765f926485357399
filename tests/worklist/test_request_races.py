"""An answer and the act itself at the same moment: one wins, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from coordination.access.models import Team, User
from coordination.clocks.models import Clock
from coordination.records import Refused
from coordination.worklist import actions
from coordination.worklist.models import ApprovalRequest, Task
from patients.models import Patient
from tests.conftest import actor_of, member
from tests.worklist.test_requests import NOW, asked, clock, owed, patient

__all__ = ["clock", "patient"]  # the fixtures of the rules' own tests
ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do the acts in threads that start together; return "done" or what each was told.

    What left the scope meanwhile is told as not there.
    """
    ready, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        ready.wait(10)
        try:
            act()
            told[number] = "done"
        except Refused as refusal:
            told[number] = refusal.sentence
        except ObjectDoesNotExist:
            told[number] = "not there"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return told


@pytest.mark.django_db(transaction=True)
def test_approving_while_the_task_is_closed_ends_in_one_of_both(
    team: Team, coordinator: User, supervisor: User, patient: Patient, clock: Clock
) -> None:
    maria, ruth = actor_of(coordinator), actor_of(supervisor)
    proof = actions.EvidenceIn(kind="contact", party="Herself")
    for _round in range(ROUNDS):
        task = owed(team, patient, clock, coordinator)
        request = asked(maria, task)
        told = at_once(
            lambda r=request: actions.approve(ruth, r.public_id, None, NOW),
            lambda t=task: actions.complete(maria, t.public_id, None, NOW, evidence=proof),
        )
        status = Task.objects.get(pk=task.pk).status
        state = ApprovalRequest.objects.get(pk=request.pk).state
        assert told.count("done") == 1, told
        assert (status, state) in {("cancelled", "approved"), ("completed", "withdrawn")}


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_give_one_answer(
    team: Team, coordinator: User, supervisor: User, patient: Patient, clock: Clock
) -> None:
    ruth, corwin = actor_of(supervisor), actor_of(member(team, "supervisor", first_name="Corwin"))
    for _round in range(ROUNDS):
        request = asked(actor_of(coordinator), owed(team, patient, clock, coordinator))
        told = at_once(
            lambda r=request: actions.approve(ruth, r.public_id, 1, NOW),
            lambda r=request: actions.refuse(corwin, r.public_id, 1, NOW, words="Call her."),
        )
        assert told.count("done") == 1
        assert any(one.startswith("Already “") for one in told)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once(
    team: Team, coordinator: User, patient: Patient, clock: Clock
) -> None:
    nurse = member(team, "nurse")
    for _round in range(ROUNDS):
        task = owed(team, patient, clock, coordinator)
        Task.objects.filter(pk=task.pk).update(assignee=None)
        told = at_once(
            lambda t=task: asked(actor_of(coordinator), t), lambda t=task: asked(actor_of(nurse), t)
        )
        assert told.count("done") == 1
        assert ApprovalRequest.objects.filter(subject_id=task.pk).count() == 1
