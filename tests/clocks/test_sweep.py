"""The sweep: every clock once, in whole seconds, in batches, beside other workers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, StatusEvent, Team
from coordination.clocks.actions import breach_due, open_clock, sweep
from coordination.clocks.events import ClocksBreached
from coordination.clocks.jobs import breach_due as job
from coordination.clocks.models import Clock, ClockState
from coordination.events import reactions
from tests.factories import PatientFactory

LEFT = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
DUE = datetime.fromisoformat("2026-11-30T23:59:59-05:00")
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("rulebook")


def clocks(actor: Actor, team: Team, count: int, slug="tcm-contact") -> list[Clock]:
    patient = PatientFactory(organization=team.organization, team=team)
    found = [
        open_clock(
            actor, rule=slug, patient=patient, subject=("stay", 100 + n),
            anchor_event="stay.departed", anchor_at=LEFT, now=LEFT, facts={"disposition": "01"},
        )
        for n in range(count)
    ]  # fmt: skip
    return [clock for clock in found if clock]


@pytest.mark.parametrize(
    ("now", "count"), [(DUE, 0), (DUE + SECOND - timedelta(microseconds=1), 0), (DUE + SECOND, 1)]
)
def test_a_clock_is_late_one_whole_second_after_it_was_due(actor, team, now, count) -> None:
    clocks(actor, team, 1)
    assert breach_due(now) == count


def test_a_batch_publishes_one_event_and_leaves_a_trail(actor, team, monkeypatch) -> None:
    found, heard = clocks(actor, team, 3), []
    monkeypatch.setitem(reactions(), ClocksBreached, (heard.append,))
    monkeypatch.setattr(sweep, "BATCH", 2)
    assert [breach_due(DUE + SECOND) for _turn in range(3)] == [2, 1, 0]
    assert [len(event.ids) for event in heard] == [2, 1]
    assert {pk for event in heard for pk in event.ids} == {clock.pk for clock in found}
    assert StatusEvent.objects.filter(after=ClockState.BREACHED).count() == 3
    assert AuditEvent.objects.filter(action="clock.breach").count() == 2


def test_a_period_ends_by_itself_and_is_never_late(actor: Actor, team: Team) -> None:
    (clock,) = clocks(actor, team, 1, "tcm-period")
    assert breach_due(DUE + timedelta(days=60)) == 1
    clock.refresh_from_db()
    assert (clock.state, clock.satisfied_by) == (ClockState.SATISFIED, "period-end")
    assert clock.satisfied_at == clock.due_at


def test_the_job_sweeps_by_the_databases_clock(actor: Actor, team: Team) -> None:
    (clock,) = clocks(actor, team, 1)
    past = DUE - timedelta(days=3000)
    Clock.objects.filter(pk=clock.pk).update(due_at=past)
    job()
    clock.refresh_from_db()
    assert clock.state == ClockState.BREACHED


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_a_batch_costs_the_same_however_large(
    rows: int, actor: Actor, team: Team, django_assert_num_queries
) -> None:
    clocks(actor, team, rows)
    # 5 of the sweep: savepoint and release, sweep, organizations, audit; 13 raise what nobody had
    with django_assert_num_queries(15):
        assert breach_due(DUE + SECOND) == rows


@pytest.mark.database
def test_the_sweep_reads_its_own_index(actor: Actor, team: Team) -> None:
    clocks(actor, team, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM clocks_clock"
            " WHERE state = 'running' AND due_at < now() ORDER BY due_at LIMIT 500"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "clock_breach_idx" in plan
