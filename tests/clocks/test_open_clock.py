"""Starting clocks: the right rule, the right date, once, or no guess."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, StatusEvent, Team
from coordination.clocks.actions import open_clock
from coordination.clocks.models import Clock, ClockState, DeadlineRule, SignOff
from patients.models import Coverage
from tests.factories import PatientFactory, StayFactory

LEFT = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
pytestmark = pytest.mark.usefixtures("rulebook")


@pytest.fixture
def patient(team: Team):
    return PatientFactory(organization=team.organization, team=team)


def opened(actor: Actor, patient, slug="tcm-contact", at=LEFT, now=LEFT, **facts) -> Clock | None:
    return open_clock(
        actor, rule=slug, patient=patient, subject=("stay", 1), anchor_event="stay.departed",
        anchor_at=at, now=now, facts={"disposition": "01"} | facts,
    )  # fmt: skip


def test_a_discharge_home_starts_the_two_business_days(actor: Actor, patient) -> None:
    clock = opened(actor, patient)
    assert clock is not None
    assert clock.state == ClockState.RUNNING
    assert clock.due_at == datetime.fromisoformat("2026-11-30T23:59:59-05:00")
    assert (clock.zone, clock.rule.version) == ("America/New_York", 1)
    assert AuditEvent.objects.filter(action="clock.open", object_id=clock.pk).exists()


def test_the_same_clock_is_not_started_twice(actor: Actor, patient) -> None:
    first = opened(actor, patient)
    assert opened(actor, patient, now=LEFT + timedelta(hours=1)) == first
    assert Clock.objects.count() == 1


def test_a_clock_already_past_due_is_late_from_birth(actor: Actor, patient) -> None:
    clock = opened(actor, patient, now=LEFT + timedelta(days=9))
    assert clock is not None
    assert clock.state == ClockState.BREACHED
    assert StatusEvent.objects.get(subject_id=clock.pk).why == "born-expired"


def test_a_payer_without_a_rule_gets_no_guess(actor: Actor, patient) -> None:
    assert opened(actor, patient, "pa-standard", payer_class="qhp") is None
    assert opened(actor, patient, "pa-standard", payer_class="unconfirmed") is None
    assert opened(actor, patient, "no-such-rule") is None


def test_the_payer_class_comes_from_the_primary_coverage_of_that_day(actor, patient) -> None:
    mine = {"organization": patient.organization, "patient": patient, "payer": "A plan"}
    Coverage.objects.create(**mine, payer_class="qhp", ends_on=LEFT.date() - timedelta(days=1))
    Coverage.objects.create(**mine, payer_class="medicare_advantage", starts_on=LEFT.date())
    Coverage.objects.create(**mine, payer_class="medicaid_ffs", order=2)
    clock = opened(actor, patient, "pa-standard")
    assert clock is not None
    assert clock.facts["payer_class"] == "medicare_advantage"


def test_a_stay_in_the_rules_own_words_decides_the_disposition(actor: Actor, patient) -> None:
    stay = StayFactory(patient=patient, planned_disposition="03")
    asked = {
        "rule": "tcm-contact", "patient": patient, "subject": ("stay", stay.pk),
        "anchor_event": "stay.departed", "anchor_at": LEFT, "now": LEFT, "facts": {},
    }  # fmt: skip
    assert open_clock(actor, **asked) is None
    stay.planned_disposition = "06"
    stay.save()
    assert open_clock(actor, **asked) is not None


def test_a_grade_c_rule_is_off_until_somebody_here_signs(actor, supervisor, patient) -> None:
    assert opened(actor, patient, "tcm-two-attempts") is None
    SignOff.objects.create(
        organization=actor.organization, user=supervisor, signed_at=LEFT,
        rule=DeadlineRule.objects.get(slug="tcm-two-attempts"),
    )  # fmt: skip
    assert opened(actor, patient, "tcm-two-attempts") is not None


def test_what_lies_before_go_live_starts_no_clock(actor: Actor, patient) -> None:
    actor.organization.go_live_at = LEFT + timedelta(seconds=1)
    assert opened(actor, patient) is None


def test_receipt_is_presumed_five_days_after_a_notice(actor: Actor, patient) -> None:
    at = datetime.fromisoformat("2026-11-02T00:00:00-05:00")
    clock = opened(
        actor, patient, "ffs-redetermination", at=at, payer_class="medicare_ffs",
        anchor_is="notice_date",
    )  # fmt: skip
    assert clock is not None
    assert clock.due_at == datetime.fromisoformat("2027-03-07T23:59:59-05:00")


def test_a_year_without_holidays_on_file_gets_no_guess(actor: Actor, patient) -> None:
    far = datetime.fromisoformat("2030-12-31T11:00:00-05:00")
    assert opened(actor, patient, at=far, now=far) is None


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_starting_a_clock_costs_the_same_however_many_run(
    rows: int, actor: Actor, patient, django_assert_num_queries
) -> None:
    for n in range(rows):
        open_clock(
            actor, rule="tcm-contact", patient=patient, subject=("stay", 100 + n),
            anchor_event="stay.departed", anchor_at=LEFT, now=LEFT, facts={"disposition": "01"},
        )  # fmt: skip
    with django_assert_num_queries(11):
        opened(actor, patient)
