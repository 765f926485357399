"""The caseload page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent, Team, User
from coordination.caseload import queries
from coordination.caseload.queries import Filters
from coordination.caseload.rules import day_of
from tests.conftest import member
from tests.counting import statements
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.outreach.factories import CallFactory
from tests.worklist.factories import TaskFactory


def give(team: Team, user: User | None, **fields):
    return TaskFactory(team=team, assignee=user, **fields)


@pytest.fixture
def work(team, coordinator, db):
    now = timezone.now()
    unit = UnitFactory(organization=team.organization, facility=team.facility, code="4W")
    grace = PatientFactory(organization=team.organization, team=team)
    StayFactory(patient=grace, unit=unit, bed="4W-12")
    return {
        "late": give(
            team, coordinator, patient=grace, title="Confirm bed", due_at=now - timedelta(hours=3)
        ),
        "soon": give(team, coordinator, title="Ask pharmacy", due_at=now + timedelta(minutes=30)),
        "undated": give(team, coordinator, title="Find leaflet"),
        "leaving": give(team, coordinator, title="Give card", due_event="before-leaving"),
        "other's": give(team, member(team), title="Somebody else's", due_at=now),
        "pool": give(team, None, title="Nobody's yet", due_at=now),
    }


def test_my_open_work_stands_in_its_groups_and_nobody_elses(signed_in: Client, work) -> None:
    page = signed_in.get("/").content.decode()
    for name in ("late", "soon", "undated", "leaving"):
        assert work[name].title in page
    assert "Somebody else&#39;s" not in page
    assert "Nobody&#39;s yet" not in page
    assert page.index("Confirm bed") < page.index("Ask pharmacy") < page.index("Give card")
    assert "3 h late" in page


def test_the_lanes_and_units_narrow_the_list(signed_in: Client, work) -> None:
    assert "Ask pharmacy" not in signed_in.get("/?lane=overdue").content.decode()
    only_undated = signed_in.get("/?lane=undated").content.decode()
    assert "Find leaflet" in only_undated
    assert "Confirm bed" not in only_undated
    on_unit = signed_in.get("/?unit=4W").content.decode()
    assert "Confirm bed" in on_unit
    assert "Ask pharmacy" not in on_unit


@pytest.mark.parametrize(
    "query",
    ["lane=%00", "after=x~y", "after=2026-01-01~1", "unit=" + "9" * 300, "lane=zz&waiting=maybe"],
)
def test_a_broken_filter_is_left_out(signed_in: Client, work, query) -> None:
    assert signed_in.get(f"/?{query}").status_code in {200, 400}


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_caseload_costs_the_same_however_long(rows, signed_in, coordinator, team) -> None:
    for n in range(rows):
        give(team, coordinator, due_at=timezone.now() + timedelta(minutes=n - 5))
    signed_in.get("/")  # the session notes when it began
    with statements(5):  # session, user, rows, summary, audit
        signed_in.get("/")


def test_more_rows_come_by_key_and_none_twice(actor, coordinator, team) -> None:
    now = timezone.now()
    tasks = [give(team, coordinator, due_at=now + timedelta(minutes=n // 2)) for n in range(7)]
    day = day_of(now, actor.zone)
    seen, after = [], None
    for _ in range(4):
        page = queries.my_day(actor, day, Filters(after=after), limit=2)
        seen += [row.id for row in page.rows]
        after = page.next_after
    assert seen == [task.pk for task in tasks]
    assert after is None


def test_the_read_row_names_exactly_those_shown(signed_in: Client, work) -> None:
    signed_in.get("/")
    event = AuditEvent.objects.filter(action="list").latest("pk")
    mine = {work[name].patient_id for name in ("late", "soon", "undated", "leaving")}
    assert set(event.patients) == mine


def test_the_counters_say_what_the_list_holds(actor, work) -> None:
    summary = queries.my_summary(actor, day_of(timezone.now(), actor.zone))
    assert (summary.overdue, summary.soon, summary.undated) == (1, 1, 2)
    assert summary.units == ["4W"]


def test_the_frame_answers_nothing_when_nothing_changed(signed_in: Client, work) -> None:
    first = signed_in.get("/shell/").content.decode()
    assert "1 late" in first
    seen = first.partition("/shell/?seen=")[2].partition('"')[0]
    assert signed_in.get(f"/shell/?seen={seen}").status_code == 204


def test_a_page_of_fifty_rows_is_light(signed_in: Client, coordinator, team) -> None:
    for n in range(50):
        give(team, coordinator, due_at=timezone.now() + timedelta(minutes=n))
    page = signed_in.get("/").content
    assert len(page) <= 60 * 1024


def test_new_work_is_counted_in_a_bar_and_rows_do_not_jump(
    signed_in: Client, coordinator, team, work
) -> None:
    page = signed_in.get("/").content.decode()
    seen = page.partition("seen=")[2].partition('"')[0]
    quiet = signed_in.get(f"/day/counters/?seen={seen}").content.decode()
    assert "newbar" not in quiet
    give(team, coordinator, title="Came later", due_at=timezone.now())
    give(team, coordinator, title="Handed over", status="requested")
    after = signed_in.get(f"/day/counters/?seen={seen}").content.decode()
    assert "2 new" in after
    assert "Came later" not in after


@pytest.mark.parametrize("seen", ["x", "1", "1.x", "9" * 40 + ".1"])
def test_a_broken_stamp_is_left_out(signed_in: Client, work, seen) -> None:
    assert signed_in.get(f"/day/counters/?seen={seen}").status_code == 200


def test_a_fresh_page_has_no_bar(signed_in: Client, work) -> None:
    assert "newbar" not in signed_in.get("/").content.decode()


def test_a_call_entered_in_error_is_no_attempt(actor, coordinator, team) -> None:
    now = timezone.now()
    task = TaskFactory(team=team, assignee=coordinator, due_at=now)
    for status in ("attempted", "entered-in-error"):
        CallFactory(patient=task.patient, task=task, status=status, outcome="left-voicemail")
    (row,) = queries.my_day(actor, day_of(now, actor.zone), Filters()).rows
    assert (row.calls, row.voicemails) == (1, 1)
