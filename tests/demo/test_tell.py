"""The story, told once: what a trial shows at any hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from coordination.access.duty import on_duty
from coordination.access.models import AuditEvent, Organization, User
from coordination.caseload import queries
from coordination.caseload.rules import day_of
from coordination.demo import wipe
from coordination.demo.tell import tell
from coordination.paperwork.queries import open_counts, waiting_documents
from coordination.reports import page
from coordination.reports import queries as reports
from coordination.worklist.models import Task
from coordination.worklist.queries import request_news
from patients.models import Patient
from tests.conftest import actor_of
from tests.factories import OrganizationFactory

ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def told(transactional_db, settings, tmp_path) -> datetime:
    """Tell the story for the afternoon of the Tuesday before Thanksgiving."""
    settings.DOCUMENTS_DIR = str(tmp_path)
    now = datetime(2026, 11, 24, 15, 20, tzinfo=ZONE)
    tell(now, "a password of the demo")
    return now


def assert_papers_wait() -> None:
    """Jonah's papers stand in every state: to file, to send, failed, to sign, asked for again."""
    jonah = actor_of(User.objects.get(username="jtate"))
    assert open_counts(jonah) == {"preparation": 2, "in-progress": 1, "not-done": 1, "sign": 2}
    assert len(waiting_documents(jonah).rows) == 2
    papers = Task.objects.filter(assignee=jonah.user, subject_kind__in=["signature", "dispatch"])
    assert {task.title for task in papers.filter(is_open=True)} == {
        "Ask again for a signature", "Send again: what was sent did not arrive",
    }  # fmt: skip


def test_the_story_shows_what_it_promises(told: datetime, client: Client) -> None:
    maria = actor_of(User.objects.get(username="coordinator"))
    day = day_of(told, ZONE)
    summary = queries.my_summary(maria, day)
    assert (summary.overdue, summary.soon, summary.patients) == (4, 5, 18)
    mine = Task.objects.filter(assignee=maria.user, is_open=True)
    assert mine.filter(due_at__isnull=True, due_event="").count() == 3
    assert mine.filter(due_event="before-leaving").count() == 4
    later = mine.filter(due_at__gte=day.soon, due_at__lt=day.ends).count()
    assert later == 9

    ruth = actor_of(User.objects.get(username="supervisor"))
    matrix = reports.matrix(ruth, told, page.cuts(ruth, told, page.days_before(ruth, told)))
    assert {cell.band for cell in matrix.cells} == {
        "0-24h", "1-2bd", "3-5bd", "6-10bd", "over-10bd",
    }  # fmt: skip
    by_hand = Task.objects.filter(
        is_open=True, due_at__lt=told, run=None, clock=None, team_id__in=ruth.team_ids
    )
    assert by_hand.count() == 24

    assert_papers_wait()

    (to_decide,) = request_news(ruth).to_decide
    assert (to_decide.act, to_decide.patient.family) == ("cancel-owed-task", "Abbott")
    (asked_back,) = request_news(maria).answers
    assert (asked_back.state, asked_back.patient.family) == ("asked-back", "Ng")

    outsider = actor_of(User.objects.get(username="outsider"))
    assert queries.my_day(outsider, day, queries.Filters()).rows
    harrow = {p.mrn for p in Patient.objects.filter(assignments__team__slug="harrowteam")}
    assert {row.mrn for row in queries.my_day(outsider, day, queries.Filters()).rows} <= harrow

    on = {shift.user.username for shift in on_duty(maria.organization_id, told)}
    assert {"coordinator", "nurse", "charge", "supervisor", "outsider"} <= on

    assert [one.is_asked for one in maria.asked] == [False]  # Sana covered last weekend
    sana = actor_of(User.objects.get(username="sali"))
    assert [one.is_asked for one in sana.asked] == [True]

    # What the system did on somebody's behalf bears the database's clock, told or not.
    latest = max(told, timezone.now()) + timedelta(minutes=1)
    assert not AuditEvent.objects.filter(at__gt=latest).exists()


def test_the_demo_is_refused_when_debug_is_off(settings, db) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="refused when DEBUG is off"):
        call_command("demo")


def test_a_hospitals_database_is_never_emptied(db) -> None:
    OrganizationFactory()
    with pytest.raises(wipe.NotOnlyTheDemo):
        wipe.wipe()
    assert Organization.objects.exists()
