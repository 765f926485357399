"""The plans of the hottest statements, on a few thousand rows: each reads the index made for it.

The statements are caught as the product runs them, then explained; nothing is timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bench.gen import Filler
from coordination.access.actor import Actor
from coordination.access.models import Organization, User
from coordination.caseload import queries as caseload
from coordination.caseload.queries.chart import promised
from coordination.caseload.rules import day_of
from coordination.outreach.actions import claim
from coordination.reports import page
from coordination.reports import queries as reports
from coordination.worklist.actions import escalate_late
from coordination.worklist.models import Task
from tests.conftest import actor_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TASKS = 40_000
OPEN = 2_000  # and the measured people's; as few of all as in a house of some years
WHOLE = ("Seq Scan on worklist_task", "Seq Scan on outreach_delivery")


class Small(Filler):
    """The generator inside a transaction, which allows no VACUUM."""

    def __init__(self) -> None:
        super().__init__(TASKS)
        self.open = OPEN

    def analyze(self) -> None:
        """Let the planner know."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.fixture(scope="module", autouse=True)
def work(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make a day's work once for all tests here, and take it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        Small().fill(lambda _line: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def moment() -> datetime:
    return timezone.now()


def actor_named(name: str) -> Actor:
    return actor_of(User.objects.get(username=f"bench-{name}"))


def plan_of(work: Callable[[], object], said: str, times: int = 1) -> str:
    """Run the work; return the plan of the statement that says these words, the last of `times`."""
    caught: list[tuple[str, Any]] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if said in sql:
            caught.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            work()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        assert len(caught) == times
        sql, params = caught[-1]
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert not [scan for scan in WHOLE if scan in plan], plan
    return plan


def test_the_rows_of_the_caseload_come_in_order_from_the_owners_index(moment) -> None:
    actor = actor_named("busy")
    day = day_of(moment, actor.zone)
    plan = plan_of(lambda: caseload.my_day(actor, day, caseload.Filters()), "EXECUTE caseload_rows")
    assert "Index Scan using task_assignee_idx" in plan, plan


def test_the_counters_read_the_owners_open_work_and_the_teams_work_done_today(moment) -> None:
    actor = actor_named("full")
    day = day_of(moment, actor.zone)
    plan = plan_of(lambda: caseload.my_summary(actor, day), "EXECUTE caseload_summary")
    assert "task_assignee_idx" in plan, plan
    assert "task_done_idx" in plan, plan
    done = plan[plan.index("task_done_idx") :]
    assert "Index Cond: ((team_id" in done, plan  # the condition under it, not a filter over all


def test_the_patient_page_reads_the_tasks_of_one_patient() -> None:
    task = Task.objects.filter(is_open=True).select_related("patient").latest("pk")
    plan = plan_of(lambda: promised(task.patient), "always LEFT JOIN")
    assert "task_patient_idx" in plan, plan


@pytest.mark.parametrize(
    ("who", "indexes"),
    [("auditor", {"task_due_idx"}), ("supervisor", {"task_team_idx", "task_due_idx"})],
)
def test_the_overdue_report_reads_only_what_is_late(who, indexes, moment) -> None:
    actor = actor_named(who)
    cuts = page.cuts(actor, moment, page.days_before(actor, moment))
    plan = plan_of(lambda: reports.matrix(actor, moment, cuts), "EXECUTE report_matrix")
    assert [index for index in indexes if index in plan], plan
    assert "due_at <" in plan, plan


def test_a_team_finds_its_late_rows_and_its_load_by_its_own_work(moment) -> None:
    actor = actor_named("supervisor")
    cuts = page.cuts(actor, moment, page.days_before(actor, moment))
    rows = plan_of(
        lambda: reports.rows(actor, moment, cuts, reports.Drill()), "EXECUTE report_late"
    )
    assert "due_at >=" not in rows, rows  # a range the planner takes for next to nothing
    load = plan_of(lambda: reports.load(actor, moment), "EXECUTE report_load")
    assert "Seq Scan on patients_patient" not in load, load


def test_the_load_of_a_hospital_is_counted_from_the_index_of_open_work(moment) -> None:
    actor = actor_named("auditor")
    plan = plan_of(lambda: reports.load(actor, moment), "EXECUTE report_load")
    assert "task_assignee_idx" in plan, plan
    assert "patients_patient" not in plan, plan


def test_the_sweep_reads_the_due_times_that_reached_a_level(moment) -> None:
    def next_sweep() -> None:
        escalate_late(moment - timedelta(minutes=30))
        escalate_late(moment)

    for sweep, times in ((lambda: escalate_late(moment), 1), (next_sweep, 2)):
        plan = plan_of(sweep, "holder AS", times)
        assert "task_due_idx" in plan or "task_team_idx" in plan, plan
        assert "due_at <=" in plan, plan


def test_a_worker_claims_by_the_index_of_planned_messages(moment) -> None:
    organization = Organization.objects.get(slug="bench")
    plan = plan_of(lambda: claim(moment, [organization.pk]), "WITH due AS")
    assert "delivery_due_idx" in plan, plan
