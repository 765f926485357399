"""The overdue report."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.reports import actions, page, queries
from coordination.reports.models import DailyCount
from coordination.reports.queries import Drill
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import TeamFactory
from tests.worklist.factories import TaskFactory


@pytest.fixture
def ruth(client: Client, supervisor) -> Client:
    client.force_login(supervisor)
    return client


@pytest.fixture
def late(team, coordinator):
    now = timezone.now()
    other = TeamFactory(organization=team.organization, facility=team.facility)
    return {
        "new": TaskFactory(team=team, assignee=coordinator, due_at=now - timedelta(hours=2)),
        "payer": TaskFactory(
            team=team, assignee=coordinator, due_at=now - timedelta(days=40), title="Chase payer",
            waiting_on_kind="payer", waiting_since=now,
        ),
        "nobody's": TaskFactory(team=team, due_at=now - timedelta(days=3), title="Pool task"),
        "undated": TaskFactory(team=team, assignee=coordinator, title="No date task"),
        "ahead": TaskFactory(team=team, assignee=coordinator, due_at=now + timedelta(days=1)),
        "other team": TaskFactory(team=other, due_at=now - timedelta(days=3), title="Not ours"),
    }  # fmt: skip


def test_the_report_counts_what_is_late_of_the_own_teams(ruth: Client, late) -> None:
    shown = ruth.get("/reports/overdue/").content.decode()
    assert "Chase payer" in shown
    assert "Not ours" not in shown
    assert "No date task" not in shown
    assert "Waiting on payer" in shown
    assert "Nobody yet" in shown


def test_every_number_opens_to_its_rows(supervisor, late) -> None:
    actor, now = actor_of(supervisor), timezone.now()
    cuts = page.cuts(actor, now, page.days_before(actor, now))
    matrix = queries.matrix(actor, now, cuts)
    assert matrix.total == 3
    for cell in matrix.cells:
        drill = Drill(cell.owner, cell.unit, cell.kind, cell.cause, cell.band)
        rows, _more = queries.rows(actor, now, cuts, drill)
        assert len(rows) == cell.tasks
    assert {cell.band for cell in matrix.cells} >= {"0-24h", "over-10bd"}
    undated, _more = queries.rows(actor, now, cuts, Drill(undated=True))
    assert [row.title for row in undated] == ["No date task"]


def test_a_coordinator_sees_the_own_work_only(signed_in: Client, late) -> None:
    shown = signed_in.get("/reports/overdue/").content.decode()
    assert "Chase payer" in shown
    assert "Pool task" not in shown


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_report_costs_the_same_however_much_is_late(rows, ruth, team, coordinator) -> None:
    for n in range(rows):
        TaskFactory(team=team, assignee=coordinator, due_at=timezone.now() - timedelta(hours=n + 1))
    ruth.get("/reports/overdue/")
    with statements(7):  # session, user, days, rows, matrix, load, audit
        ruth.get("/reports/overdue/")


def test_an_export_asks_why_and_is_audited_with_everybody_in_it(ruth: Client, late) -> None:
    session = ruth.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp(), "username": "ruth"}
    ]
    session.save()
    assert ruth.post("/reports/overdue/export/", {"reason": ""}).status_code == 422
    answer = ruth.post("/reports/overdue/export/", {"reason": "quality-review"})
    assert answer["Content-Type"].startswith("text/csv")
    assert "Chase payer" in answer.content.decode()
    event = AuditEvent.objects.filter(action="export").latest("pk")
    assert set(event.patients) == {late[n].patient_id for n in ("new", "payer", "nobody's")}
    assert event.detail["reason"] == "quality-review"


def test_an_export_asks_for_the_password_again(ruth: Client, supervisor, late) -> None:
    supervisor.set_password("a long enough password")
    supervisor.save(update_fields=["password"])
    ruth.force_login(supervisor)
    answer = ruth.post("/reports/overdue/export/", {"reason": "quality-review"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_the_day_is_counted_once_at_six(hospital, team, coordinator, now: datetime) -> None:
    six = now.replace(hour=23, minute=0)  # 18:00 in New York
    TaskFactory(team=team, assignee=coordinator, due_at=six - timedelta(minutes=30))
    TaskFactory(
        team=team, status="completed", due_at=six, completed_at=six - timedelta(hours=1),
        closed_at=six - timedelta(hours=1),
    )  # fmt: skip
    assert actions.count_day(hospital, six - timedelta(seconds=1)) == 0
    assert actions.count_day(hospital, six) > 0
    assert actions.count_day(hospital, six + timedelta(hours=1)) == 0
    counted = dict(DailyCount.objects.values_list("measure", "value"))
    assert counted == {"late:ours": 1, "median-minutes": 30, "done": 1, "done-on-time": 1}


def test_an_auditor_reads_the_whole_organization(client: Client, team, late) -> None:
    client.force_login(member(team, "auditor"))
    assert "Not ours" in client.get("/reports/overdue/").content.decode()
