"""What closes, moves and stops a clock; and what may not."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from coordination.access.actor import Actor
from coordination.access.models import StatusEvent, Team
from coordination.clocks import actions
from coordination.clocks.models import Clock, ClockState, DeadlineRule, SignOff
from coordination.records import NotPermitted, Refused, TransitionNotAllowed, move
from patients.actions import correct_stay
from patients.models import TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory

LEFT = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
DUE = datetime.fromisoformat("2026-11-30T23:59:59-05:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("rulebook")


@pytest.fixture
def patient(team: Team):
    return PatientFactory(organization=team.organization, team=team)


@pytest.fixture
def stay(patient):
    return StayFactory(
        patient=patient, status="finished", disposition="01", departed_at=LEFT,
        admitted_at=LEFT - 4 * DAY,
    )  # fmt: skip


def opened(actor, stay, slug="tcm-contact", at=LEFT, now=LEFT, event="stay.departed", **facts):
    clock = actions.open_clock(
        actor, rule=slug, patient=stay.patient, subject=("stay", stay.pk), anchor_event=event,
        anchor_at=at, now=now, facts=facts,
    )  # fmt: skip
    assert clock is not None
    return clock


def signed(actor: Actor, slug: str) -> None:
    SignOff.objects.create(
        organization=actor.organization, user=actor.user, signed_at=LEFT, note="read",
        rule=DeadlineRule.objects.get(slug=slug),
    )  # fmt: skip


@pytest.mark.parametrize("at", [LEFT + HOUR, DUE, DUE + SECOND - timedelta(microseconds=1)])
def test_a_contact_in_time_meets_the_clock(actor: Actor, stay, at: datetime) -> None:
    clock = actions.satisfy(actor, opened(actor, stay), at, "contact", at + DAY, source=("call", 4))
    assert (clock.state, clock.satisfied_at) == (ClockState.SATISFIED, at)
    assert clock.margin_minutes == int((DUE - at.replace(microsecond=0)).total_seconds()) // 60
    assert (clock.source_kind, clock.source_id) == ("call", 4)


def test_a_late_contact_is_linked_and_undoes_nothing(actor: Actor, stay) -> None:
    late = DUE + SECOND
    clock = actions.satisfy(actor, opened(actor, stay), late, "contact", late + HOUR)
    assert (clock.state, clock.satisfied_at) == (ClockState.BREACHED, late)
    assert StatusEvent.objects.get(subject_id=clock.pk).why == "late-event-linked"
    again = actions.satisfy(actor, clock, late + DAY, "contact", late + DAY)
    assert again.satisfied_at == late


def test_a_contact_in_time_but_recorded_late_replaces_the_breach(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    assert actions.breach_due(DUE + HOUR) == 1
    met = actions.satisfy(actor, clock, DUE - HOUR, "contact", DUE + 2 * HOUR)
    clock.refresh_from_db()
    assert (clock.state, met.state) == (ClockState.SUPERSEDED, ClockState.SATISFIED)
    assert met.supersedes == clock


@pytest.mark.parametrize("evidence", ["statement", "receipt", "attempts", "call", ""])
def test_neither_a_statement_nor_a_message_is_a_contact(actor: Actor, stay, evidence: str) -> None:
    clock = opened(actor, stay)
    with pytest.raises(Refused, match="other evidence"):
        actions.satisfy(actor, clock, LEFT + HOUR, evidence, LEFT + HOUR)
    clock.refresh_from_db()
    assert clock.state == ClockState.RUNNING


@pytest.mark.parametrize(("now", "state"), [(DUE, "running"), (DUE + SECOND, "breached")])
def test_an_undone_contact_lets_the_clock_run_again_or_be_late(actor, stay, now, state) -> None:
    met = actions.satisfy(actor, opened(actor, stay), LEFT + HOUR, "contact", LEFT + HOUR)
    new = actions.unsatisfy(actor, met, "the call was entered in error", now)
    met.refresh_from_db()
    assert (met.state, new.state, new.supersedes) == ("superseded", state, met)
    assert (new.due_at, new.satisfied_at, new.satisfied_by) == (DUE, None, "")


def test_only_a_supervisor_explains_a_missed_clock(actor: Actor, supervisor, stay) -> None:
    clock = opened(actor, stay, now=DUE + DAY)
    with pytest.raises(NotPermitted):
        actions.explain(actor, clock, "not-reached", "Phone disconnected.", DUE + DAY)
    boss = actor_of(supervisor)
    with pytest.raises(Refused, match="cause and words"):
        actions.explain(boss, clock, "not-reached", " ", DUE + DAY)
    done = actions.explain(boss, clock, "not-reached", "Phone disconnected.", DUE + DAY)
    assert (done.state, done.explanation) == (ClockState.EXPLAINED, "Phone disconnected.")


def test_a_running_clock_cannot_be_explained(actor: Actor, supervisor, stay) -> None:
    with pytest.raises(TransitionNotAllowed):
        actions.explain(actor_of(supervisor), opened(actor, stay), "why", "words", LEFT)


def test_a_clock_stops_for_a_fact_only(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    with pytest.raises(Refused, match="for a fact only"):
        actions.not_applicable(actor, clock, " ", LEFT)
    assert actions.not_applicable(actor, clock, "readmitted", LEFT).state == "not-applicable"


def test_a_clock_out_of_scope_is_not_there(actor: Actor, stay) -> None:
    stranger = member(TeamFactory(organization=actor.organization))
    clock = opened(actor, stay)
    with pytest.raises(Clock.DoesNotExist):
        actions.satisfy(actor_of(stranger), clock, LEFT, "contact", LEFT)


def test_another_hospital_does_not_reach_the_clock(actor: Actor, stay, db) -> None:
    clock = opened(actor, stay)
    theirs = actor_of(member(TeamFactory(), "supervisor"))
    with pytest.raises(Clock.DoesNotExist):
        actions.not_applicable(theirs, clock, "readmitted", LEFT)


ALLOWED = {
    ("running", "satisfied"), ("running", "breached"), ("running", "superseded"),
    ("running", "not-applicable"), ("breached", "explained"), ("breached", "superseded"),
    ("breached", "not-applicable"), ("satisfied", "superseded"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(ClockState.values, repeat=2)))
def test_a_clock_makes_no_move_but_the_listed_ones(actor, stay, before, after) -> None:
    clock = opened(actor, stay)
    proof = {"satisfied_by": "contact", "satisfied_at": LEFT, "cause": "x", "explanation": "y"}
    Clock.objects.filter(pk=clock.pk).update(state=before, **proof)
    clock.refresh_from_db()
    if (before, after) in ALLOWED:
        move(clock, after, actor=actor, now=LEFT)
        assert clock.state == after
    else:
        with pytest.raises(TransitionNotAllowed):
            move(clock, after, actor=actor, now=LEFT)


def test_a_corrected_start_moves_every_clock_and_keeps_the_old_dates(actor: Actor, stay) -> None:
    olds = [opened(actor, stay, slug) for slug in ("tcm-contact", "tcm-visit-moderate")]
    new_at = LEFT - DAY
    seen = actions.preview_anchor(
        actor, subject=("stay", stay.pk), anchor_event="stay.departed", new_at=new_at
    )
    new = actions.move_anchor(
        actor, subject=("stay", stay.pk), anchor_event="stay.departed", new_at=new_at,
        why="the note says Tuesday", now=LEFT + HOUR,
    )  # fmt: skip
    assert [m.new_due_at for m in seen] == [c.due_at for c in new]
    assert [c.due_at.isoformat() for c in new] == [
        "2026-11-27T23:59:59-05:00",
        "2026-12-08T23:59:59-05:00",
    ]
    for old, one in zip(olds, new, strict=True):
        old.refresh_from_db()
        assert (old.state, one.supersedes, one.why) == (
            "superseded",
            old,
            "the note says Tuesday",
        )


def test_nothing_moves_without_a_reason(actor: Actor, stay) -> None:
    opened(actor, stay)
    with pytest.raises(Refused, match="without a reason"):
        actions.move_anchor(
            actor, subject=("stay", stay.pk), anchor_event="stay.departed", new_at=LEFT - DAY,
            why="", now=LEFT,
        )  # fmt: skip


def test_a_start_on_a_day_without_the_rule_stops_the_clock(actor: Actor, stay) -> None:
    at = datetime.fromisoformat("2026-01-02T10:00:00-05:00")
    clock = opened(
        actor, stay, "pa-standard", at=at, now=at, event="auth.received_by_payer",
        payer_class="medicare_advantage",
    )  # fmt: skip
    actions.move_anchor(
        actor, subject=("stay", stay.pk), anchor_event="auth.received_by_payer",
        new_at=at - 5 * DAY, why="the fax log", now=at,
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.state == ClockState.NOT_APPLICABLE


def test_correcting_the_stay_moves_its_clocks(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    correct_stay(
        actor, stay.public_id, None, why="the note says Tuesday", now=LEFT + HOUR,
        departed_at=LEFT - DAY,
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.state == ClockState.SUPERSEDED
    assert clock.replaced_by.anchor_at == LEFT - DAY


def test_correcting_a_start_on_the_clocks_page_corrects_the_stay(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    opened(actor, stay, "tcm-period")
    new, moved = actions.correct_start(
        actor, clock.public_id, clock.version, LEFT - DAY, "the note says Tuesday", LEFT + HOUR
    )
    stay.refresh_from_db()
    assert (stay.departed_at, new.anchor_at, moved) == (LEFT - DAY, LEFT - DAY, 2)


def test_observation_within_a_day_needs_no_notice_and_leaving_hurries_it(actor, stay) -> None:
    began = LEFT - 2 * DAY
    event = "stay.segment_started(observation)"
    clock = opened(actor, stay, "moon", at=began, now=began, event=event,
                   payer_class="medicare_ffs")  # fmt: skip
    (new,) = actions.bring_forward(
        actor, subject=("stay", stay.pk), event="stay.departed", event_at=began + 30 * HOUR,
        now=began + 29 * HOUR,
    )  # fmt: skip
    assert (clock.due_at, new.due_at) == (began + 36 * HOUR, began + 30 * HOUR)
    actions.not_applicable(actor, new, "test", began)
    opened(actor, stay, "moon", at=began, now=began, event=event, payer_class="medicare_ffs")
    assert (
        actions.bring_forward(
            actor, subject=("stay", stay.pk), event="stay.departed",
            event_at=began + 24 * HOUR, now=began + 24 * HOUR,
        ) == []
    )  # fmt: skip
    assert Clock.objects.filter(slug="moon", state=ClockState.NOT_APPLICABLE).count() == 2


def test_a_grade_c_extension_waits_for_its_sign_off(actor: Actor, stay) -> None:
    at = datetime.fromisoformat("2026-12-18T10:00:00-05:00")
    clock = opened(
        actor, stay, "pa-standard", at=at, now=at, event="auth.received_by_payer",
        payer_class="medicare_advantage",
    )  # fmt: skip
    with pytest.raises(Refused, match="grants more time"):
        actions.extend(actor, clock.public_id, clock.version, "their letter", at)
    signed(actor, "pa-extension")
    new = actions.extend(actor, clock.public_id, clock.version, "their letter", at)
    assert new.due_at == datetime.fromisoformat("2027-01-08T23:59:59-05:00")


def test_records_may_be_extended_once(actor: Actor, stay) -> None:
    at = datetime.fromisoformat("2026-11-23T09:00:00-05:00")
    clock = opened(actor, stay, "hip-access", at=at, now=at, event="records.requested")
    new = actions.extend(actor, clock.public_id, clock.version, "written reason sent", at)
    assert new.due_at == datetime.fromisoformat("2027-01-22T23:59:59-05:00")
    with pytest.raises(Refused, match="grants more time"):
        actions.extend(actor, new.public_id, new.version, "once more", at)


def test_two_live_clocks_of_one_rule_on_one_record_cannot_be(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    clock.pk = None
    clock.public_id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(
            **{
                f.attname: getattr(clock, f.attname)
                for f in Clock._meta.concrete_fields
                if f.name not in {"id", "public_id", "created_at"}
            }
        )


@pytest.mark.parametrize(
    "fields",
    [{"state": "satisfied"}, {"state": "explained"}, {"state": "breached", "due_at": None}],
)
def test_a_state_needs_what_proves_it(actor: Actor, stay, fields) -> None:
    clock = opened(actor, stay)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**fields)


def test_the_timeline_tells_what_moved_and_what_was_met(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    correct_stay(actor, stay.public_id, None, why="note", now=LEFT + HOUR, departed_at=LEFT - DAY)
    clock.refresh_from_db()
    actions.satisfy(actor, clock.replaced_by, LEFT, "contact", LEFT + HOUR)
    kinds = set(TimelineEntry.objects.values_list("kind", flat=True))
    assert {"anchor.corrected", "clock.moved", "clock.satisfied"} <= kinds


def test_a_voided_stay_stops_its_clocks(actor: Actor, stay) -> None:
    clock = opened(actor, stay)
    actions.stop_subject(actor, subject=("stay", stay.pk), why="entered in error", now=LEFT)
    clock.refresh_from_db()
    assert clock.state == ClockState.NOT_APPLICABLE
