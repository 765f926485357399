"""The worklist's pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.access.rules import parse_steps
from coordination.worklist.rules import (
    WAYS_TO_DONE,
    Window,
    accepts,
    can_undo,
    escalation_level,
    hold_problem,
    is_proven,
    is_stated,
    may_work_on,
    needs_reopen_old,
    rest_of,
    rungs,
    start_status,
    windows,
)

DUE = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEPS = parse_steps("60 min / 4 h / 24 h")


@pytest.mark.parametrize(
    ("late", "level"),
    [
        (timedelta(0), None),
        (timedelta(seconds=1), 0),
        (timedelta(minutes=59, seconds=59), 0),
        (timedelta(minutes=60), 1),
        (timedelta(hours=2), 1),
        (timedelta(hours=4), 2),
        (timedelta(hours=24), 3),
        (timedelta(days=9), 3),
    ],
)
def test_the_level_follows_from_due_and_now(late: timedelta, level: int | None) -> None:
    assert escalation_level(DUE, DUE + late, STEPS) == level


def test_without_a_setting_no_level_lies_above_the_owner() -> None:
    assert escalation_level(DUE, DUE + timedelta(days=9), ()) == 0


@given(
    st.lists(st.integers(1, 5000), min_size=0, max_size=3, unique=True),
    st.integers(-6000, 6000),
    st.integers(0, 3000),
)
def test_the_sweep_reads_every_newly_reached_level_once(
    minutes: list[int], due_after: int, gap: int
) -> None:
    steps = [timedelta(minutes=one) for one in sorted(minutes)]
    due, now = DUE + timedelta(minutes=due_after), DUE + timedelta(minutes=gap)
    ladders = [steps[:1], steps]  # two facilities: what either waits for is read
    read = [
        w for w in windows(DUE, now, ladders) if w.after is not None and w.after < due <= w.upto
    ]
    level, before = escalation_level(due, now, steps), escalation_level(due, DUE, steps)
    boundary = due in {DUE, now} or any(due + step in {DUE, now} for step in steps)
    if not boundary:
        assert len(read) == (level is not None and level != before)
    assert len(read) <= 1


def test_a_full_pass_reads_everything_late() -> None:
    (window,) = windows(None, DUE, [STEPS])
    assert (window.after, window.upto) == (None, DUE - timedelta(microseconds=1))


def test_a_batch_goes_on_where_the_one_before_ended() -> None:
    found = windows(DUE - timedelta(minutes=2), DUE, [STEPS])
    assert len(found) == 4
    last = (found[1].upto - timedelta(minutes=1), 7)
    left = rest_of(found, last)
    assert left == [Window(last[0], found[1].upto, 7), *found[2:]]


def test_a_nurses_task_climbs_by_the_charge_nurse() -> None:
    assert rungs(2, of_a_nurse=True) == ("charge", "supervisor")
    assert rungs(2, of_a_nurse=False) == ("supervisor",)
    assert rungs(0, of_a_nurse=False) == ("owner", "deputy", "supervisor")
    assert rungs(3, of_a_nurse=False) == ("supervisor",)


@pytest.mark.parametrize(
    ("required", "given_kind", "clock", "ok"),
    [
        ("statement", "statement", False, True),
        ("statement", "statement", True, False),
        ("statement", "call", False, True),
        ("call", "statement", False, False),
        ("call", "contact", False, True),
        ("contact", "call", True, False),
        ("contact", "contact", True, True),
        ("contact", "attempts", True, False),
        ("determination", "determination", True, True),
        ("visit", "contact", False, False),
    ],
)
def test_only_the_right_proof_closes(required: str, given_kind: str, clock: bool, ok: bool) -> None:
    assert accepts(required, given_kind, serves_clock=clock) is ok


def test_attempts_are_counted() -> None:
    assert not is_proven("attempts", 2, ["attempts"], serves_clock=False)
    assert is_proven("attempts", 2, ["attempts", "attempts"], serves_clock=False)


def test_one_key_closes_only_what_a_statement_closes() -> None:
    assert is_stated("statement", serves_clock=False)
    assert not is_stated("statement", serves_clock=True)
    assert not is_stated("call", serves_clock=False)


def test_a_hold_ends_within_120_days() -> None:
    assert hold_problem(DUE, DUE) == "past"
    assert hold_problem(DUE + timedelta(days=120), DUE) == ""
    assert hold_problem(DUE + timedelta(days=120, seconds=1), DUE) == "too-far"


def test_after_thirty_days_a_supervisor_opens_again() -> None:
    assert not needs_reopen_old(DUE, DUE + timedelta(days=30))
    assert needs_reopen_old(DUE, DUE + timedelta(days=30, seconds=1))


def test_an_act_is_taken_back_within_ten_seconds() -> None:
    assert can_undo(DUE, DUE + timedelta(seconds=10))
    assert not can_undo(DUE, DUE + timedelta(seconds=11))


def test_people_work_on_their_own_and_their_pools() -> None:
    assert may_work_on(1, 1, may_change_others=False)
    assert may_work_on(None, 1, may_change_others=False)
    assert may_work_on(2, None, may_change_others=False)
    assert not may_work_on(2, 1, may_change_others=False)
    assert may_work_on(2, 1, may_change_others=True)


def test_only_a_hand_over_to_another_person_waits_for_acceptance() -> None:
    assert start_status(2, 1) == "requested"
    assert start_status(1, 1) == start_status(None, 1) == start_status(2, None) == "ready"


def test_every_way_ends_done() -> None:
    assert {way[-1] for way in WAYS_TO_DONE.values()} == {"completed"}
