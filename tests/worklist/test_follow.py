"""What happens to patients, and the tasks that follow from it, through the reactions table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coordination.access.actor import Actor
from coordination.access.models import Team, Unit, User
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.clocks.models import Clock
from coordination.worklist import actions
from coordination.worklist.models import PlaybookRun, Proposal, Task
from patients import actions as patients
from patients.models import Patient, Stay
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.worklist.factories import TaskFactory

DAY = timedelta(days=1)


@pytest.fixture
def patient(team: Team, coordinator: User, now: datetime) -> Patient:
    load_rules()
    fill_holidays(range(2026, 2028))
    actions.load_playbooks(now)
    found: Patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator
    )
    return found


@pytest.fixture
def ward(team: Team) -> Unit:
    unit: Unit = UnitFactory(organization=team.organization, facility=team.facility)
    team.units.add(unit)
    return unit


def admit(actor: Actor, patient: Patient, ward: Unit, at: datetime, now: datetime) -> Stay:
    return patients.admit(actor, patient, unit=ward, segment_class="inpatient", at=at, now=now)


def steps(slug: str) -> set[str]:
    return set(Task.objects.filter(run__slug=slug).values_list("step", flat=True))


def proposed() -> set[tuple[str, str]]:
    return set(Proposal.objects.filter(is_taken=None).values_list("task__title", "fact"))


def test_admission_starts_its_playbook_and_the_expected_date_closes_its_step(
    actor: Actor, patient: Patient, ward: Unit, now: datetime
) -> None:
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    stay = admit(actor, patient, ward, now - timedelta(hours=2), now)
    assert steps("inpatient-admission") == {"expected-date", "important-message"}
    patients.set_expected(actor, stay.public_id, None, now + 3 * DAY, now=now)
    task = Task.objects.get(step="expected-date")
    assert (task.status, task.evidence.get().kind) == ("completed", "status")
    assert task.clock is not None
    assert task.clock.state == "satisfied"


def test_a_plan_starts_its_playbook_and_another_plan_proposes_to_close_the_first(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    patients.plan_discharge(actor, stay.public_id, None, "01", now + 2 * DAY, now)
    assert steps("discharge-home") == {"important-message-copy", "follow-up-visit", "may-we-call"}
    copy = Task.objects.get(step="important-message-copy")
    assert copy.due_at == now + 2 * DAY
    patients.plan_discharge(actor, stay.public_id, None, "03", now + 2 * DAY, now)
    assert "bed-confirmed" in steps("discharge-facility")
    assert {fact for _title, fact in proposed()} == {"plan-changed"}


def test_a_moved_date_of_leaving_moves_the_notice_with_the_reason(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    patients.plan_discharge(actor, stay.public_id, None, "06", now + 2 * DAY, now)
    patients.set_expected(actor, stay.public_id, None, now + 4 * DAY, now=now, why="No ride yet.")
    copy = Task.objects.get(step="important-message-copy")
    assert copy.clock is not None
    assert (copy.due_at, copy.clock.why) == (now + 4 * DAY, "No ride yet.")
    choice = Clock.objects.get(slug="dcp-choice-list")  # counts from the plan itself
    assert (choice.anchor_at, choice.state) == (now, "running")
    patients.set_expected(actor, stay.public_id, None, None, now=now)
    copy.clock.refresh_from_db()
    assert copy.clock.state == "running"


def test_a_plan_without_a_date_raises_the_notice_once_the_date_is_known(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    patients.plan_discharge(actor, stay.public_id, None, "01", None, now)
    assert steps("discharge-home") == {"follow-up-visit", "may-we-call"}
    for days in (2, 3):
        patients.set_expected(actor, stay.public_id, None, now + days * DAY, now=now)
    assert Task.objects.get(step="important-message-copy").due_at == now + 3 * DAY


def test_observation_starts_its_playbook_and_a_change_from_inpatient_its_own(
    actor: Actor, patient: Patient, ward: Unit, now: datetime
) -> None:
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    stay = admit(actor, patient, ward, now - timedelta(hours=2), now)
    assert steps("status-change") == set()
    patients.start_segment(
        actor, stay.public_id, None, segment_class="observation", starts_at=now, now=now
    )
    assert (steps("observation"), steps("status-change")) == (
        {"observation-notice"}, {"change-notice"},
    )  # fmt: skip
    owed = Task.objects.get(step="change-notice")
    assert (owed.due_at, owed.due_event) == (None, "before-leaving")
    assert owed.clock is not None
    assert owed.clock.slug == "mcsn-eligible"


def test_observation_from_the_start_asks_nothing_of_a_change(
    actor: Actor, patient: Patient, ward: Unit, now: datetime
) -> None:
    patients.add_coverage(actor, patient, now=now, payer="Medicare", payer_class="medicare_ffs")
    patients.admit(actor, patient, unit=ward, segment_class="observation", at=now, now=now)
    assert set(Task.objects.values_list("run__slug", "step")) == {
        ("observation", "observation-notice")
    }


def test_leaving_for_home_starts_the_thirty_days_and_dates_what_was_due_before(
    actor: Actor, patient: Patient, team: Team, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    card = TaskFactory(team=team, patient=patient, due_event="before-leaving")
    patients.depart(actor, stay.public_id, None, "01", now - timedelta(hours=1), now)
    assert steps("thirty-days") == {"contact", "visit-moderate", "close"}
    card.refresh_from_db()
    assert card.due_at == now - timedelta(hours=1)
    run = PlaybookRun.objects.get(slug="thirty-days")
    assert run.anchor_event == "stay.discharged(01)"


def test_a_corrected_departure_moves_the_clock_and_its_task(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.depart(actor, stay.public_id, None, "01", now - DAY, now)
    task = Task.objects.get(step="contact")
    before = task.due_at
    patients.correct_stay(
        actor, stay.public_id, None, why="typed a day early", now=now, departed_at=now
    )
    task.refresh_from_db()
    assert before is not None
    assert task.clock is not None
    assert task.due_at == task.clock.due_at == before + DAY
    assert Clock.objects.filter(slug="tcm-contact").count() == 2


def test_a_readmission_proposes_to_close_the_thirty_days(
    actor: Actor, patient: Patient, ward: Unit, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.depart(actor, stay.public_id, None, "01", now - 3 * DAY, now)
    admit(actor, patient, ward, now - timedelta(hours=1), now)
    assert {fact for _title, fact in proposed()} == {"readmitted"}
    assert Task.objects.filter(run__slug="thirty-days", is_open=True).count() == 3


def test_death_proposes_and_an_error_takes_the_proposals_back(
    actor: Actor, patient: Patient, team: Team, now: datetime
) -> None:
    task = TaskFactory(team=team, patient=patient)
    patients.record_death(actor, patient.public_id, None, died_at=now, now=now)
    task.refresh_from_db()
    assert (task.status, proposed()) == ("ready", {(task.title, "died")})
    patients.withdraw_death(actor, patient.public_id, None, why="wrong patient", now=now)
    assert proposed() == set()


def test_an_unconfirmed_payer_raises_one_task_and_the_answer_proposes_its_end(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    coverage = patients.add_coverage(
        actor, patient, now=now, payer="Tamarack", payer_class="unconfirmed"
    )
    task = Task.objects.get()
    assert (task.title, task.evidence_required) == ("Confirm the payer class", "call")
    patients.change_coverage(
        actor, coverage.public_id, None, why="card seen", now=now, payer_class="medicare_advantage"
    )
    assert proposed() == {("Confirm the payer class", "payer-known")}
    assert Task.objects.count() == 1


def test_a_kept_visit_is_proposed_as_the_proof_it_is(
    actor: Actor, patient: Patient, now: datetime
) -> None:
    stay = StayFactory(patient=patient)
    patients.depart(actor, stay.public_id, None, "01", now - 3 * DAY, now)
    visit = patients.book_visit(actor, patient, now=now, starts_at=now - DAY, with_whom="Dr. Reyes")
    patients.change_visit(
        actor, visit.public_id, None, now=now, status="fulfilled", outcome_source="patient"
    )
    task = Task.objects.get(step="visit-moderate")
    assert proposed() == {(task.title, "visit-kept")}
    actions.answer_proposal(actor, task.public_id, "visit-kept", now, takes=True)
    task.refresh_from_db()
    assert (task.status, task.evidence.get().kind) == ("completed", "visit")


def test_a_stay_that_was_an_error_proposes_to_close_what_hung_on_it(
    actor: Actor, patient: Patient, ward: Unit, now: datetime
) -> None:
    stay = admit(actor, patient, ward, now, now)
    patients.void_stay(actor, stay.public_id, None, why="wrong patient", now=now)
    assert "stay-voided" in {fact for _title, fact in proposed()}


def test_history_raises_nothing(actor: Actor, patient: Patient, ward: Unit, now: datetime) -> None:
    organization = patient.organization
    organization.go_live_at = now
    organization.save()
    actor.organization = organization
    admit(actor, patient, ward, now - DAY, now)
    assert not PlaybookRun.objects.exists()
