"""The list of patients: each once, by bed, with the next step, last contact and leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.caseload import queries
from coordination.caseload.patient_lines import patient_groups
from coordination.caseload.queries import PatientFilters
from coordination.caseload.rules import day_of, days_unseen, seen_since
from coordination.clocks.models import Calendar as CalendarRow
from coordination.clocks.models import Holiday
from coordination.clocks.queries import working_calendars
from coordination.clocks.rules import Calendar
from coordination.worklist.models import Task
from patients.models import Assignment, Patient
from patients.queries import scope
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import (
    LONG_AGO,
    CoverFactory,
    OrganizationFactory,
    PatientFactory,
    StayFactory,
    TeamFactory,
    UnitFactory,
)
from tests.outreach.factories import CallFactory
from tests.worklist.factories import TaskFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THANKSGIVING = {date(2026, 11, 26): "Thanksgiving"}


@pytest.fixture
def ward(team: Team) -> Unit:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    return unit


def mine(ward: Unit, owner: User, family: str, bed: str = "", **stay: Any) -> Patient:
    """Make a patient the owner is primary for; with a bed they lie in it."""
    team = ward.teams.get()
    patient = PatientFactory(
        organization=team.organization, team=team, team__user=owner, family=family
    )
    if bed:
        StayFactory(patient=patient, unit=ward, bed=f"4W-{bed}", facility=ward.facility, **stay)
    return patient


def plan(patient: Patient, **fields: Any) -> Task:
    fields.setdefault("due_at", timezone.now() + 3 * HOUR)
    team = patient.assignments.first().team
    return TaskFactory(team=team, patient=patient, **fields)


def listed(user: User, now: datetime | None = None, **asked: Any) -> list[tuple[str, list[str]]]:
    """Return each group's name with the names in it."""
    actor = actor_of(user)
    day = day_of(now or timezone.now(), actor.zone)
    page = queries.patients_page(actor, day, PatientFilters(**asked))
    return [(g.name, [r.name.split()[-1] for r in g.lines]) for g in patient_groups(page, day)]


@pytest.mark.parametrize(
    ("seen", "today", "days"),
    [
        pytest.param("2026-11-20", "2026-11-23", 0, id="seen on Friday, Monday now"),
        pytest.param("2026-11-19", "2026-11-23", 1, id="seen on Thursday, Monday now"),
        pytest.param("2026-11-23", "2026-11-23", 0, id="seen today"),
        pytest.param("2026-11-25", "2026-11-27", 0, id="a holiday in between"),
        pytest.param("2026-11-24", "2026-11-27", 1, id="a holiday and a business day"),
        pytest.param("2026-11-13", "2026-11-23", 5, id="a week"),
    ],
)
def test_days_unseen_are_whole_business_days(seen: str, today: str, days: int) -> None:
    calendar = Calendar(holidays=THANKSGIVING)
    last, now = date.fromisoformat(seen), date.fromisoformat(today)
    assert days_unseen(last, now, calendar) == days
    assert (last < seen_since(now, calendar)) == (days > 0)


def test_a_facility_counts_by_its_own_closures_and_the_federal_ones(team: Team) -> None:
    federal = CalendarRow.objects.create(slug="us-federal", name="Federal", kind="regulatory")
    ours = CalendarRow.objects.create(
        organization=team.organization, facility=team.facility, slug="ours", name="Ours",
        kind="facility",
    )  # fmt: skip
    theirs = CalendarRow.objects.create(
        organization=OrganizationFactory(), slug="ours", name="Theirs", kind="facility"
    )
    for calendar, day in ((federal, 26), (ours, 27), (theirs, 25)):
        Holiday.objects.create(calendar=calendar, on=date(2026, 11, day), name="closed")
    found = working_calendars(team.organization_id, date(2026, 11, 1), date(2026, 11, 30))
    assert set(found) == {None, team.facility_id}
    assert set(found[None].holidays) == {date(2026, 11, 26)}
    assert set(found[team.facility_id].holidays) == {date(2026, 11, 26), date(2026, 11, 27)}


def test_each_of_mine_stands_once_by_bed_then_at_home_then_in_the_community(
    ward: Unit, coordinator: User, team: Team
) -> None:
    now = timezone.now()
    other = UnitFactory(
        organization=team.organization, facility=team.facility, code="5N", name="5 North"
    )
    north = mine(ward, coordinator, "Tran")
    StayFactory(patient=north, unit=other, bed="5N-02")
    west = [mine(ward, coordinator, name, bed) for name, bed in (("Vance", "03"), ("Marsh", "01"))]
    home = mine(ward, coordinator, "Quintero")
    StayFactory(patient=home, unit=ward, bed="4W-09", status="finished", disposition="01",
                departed_at=now - 5 * DAY)  # fmt: skip
    long_gone = mine(ward, coordinator, "Abara")
    StayFactory(patient=long_gone, status="finished", disposition="01", departed_at=now - 40 * DAY)
    for patient in (north, *west, home, long_gone):
        plan(patient)
        plan(patient)
    Assignment.objects.create(
        organization=team.organization, patient=west[0], team=team, user=coordinator, kind="nurse",
        starts_at=LONG_AGO,
    )  # fmt: skip
    mine(ward, coordinator, "Freeman", "05")
    assert listed(coordinator) == [
        ("Nothing planned", ["Freeman"]), ("4 West", ["Marsh", "Vance"]), ("5 North", ["Tran"]),
        ("At home", ["Quintero"]), ("In the community", ["Abara"]),
    ]  # fmt: skip


def test_a_row_says_what_comes_next_and_what_was_last(ward: Unit, coordinator: User, now) -> None:
    patient = mine(
        ward, coordinator, "Okafor", "12", admitted_at=now - 6 * DAY, expected_at=now + 4 * HOUR
    )
    plan(patient, title="Later", due_at=now + DAY)
    plan(patient, title="Confirm bed", due_at=now - 85 * HOUR / 60)
    plan(patient, title="Done", status="completed", completed_at=now)
    seen = {"outcome": "reached-two-way", "channel": "bedside", "logged_at": now}
    CallFactory(patient=patient, occurred_at=now - 4 * DAY, **seen)
    CallFactory(patient=patient, occurred_at=now - HOUR, outcome="left-voicemail", logged_at=now)
    CallFactory(patient=patient, occurred_at=now - HOUR / 2, status="entered-in-error",
                logged_at=now)  # fmt: skip
    actor = actor_of(coordinator)
    day = day_of(now, actor.zone)
    page = queries.patients_page(actor, day, PatientFilters())
    [group] = patient_groups(page, day)
    [line] = group.lines
    assert (line.bed, line.name, line.title) == ("4W-12", "Grace Okafor", "Confirm bed")
    assert (line.due, line.due_tone) == ("1 h 25 m late", "late")
    assert (line.open, line.late) == (2, 1)
    assert (line.last, line.how) == ("Today 09:42", "voicemail")
    assert line.unseen == "1 day unseen"
    assert line.leaving == "Today 14:42"
    assert page.numbers[:3] == (1, 0, 1)
    assert (page.numbers.unseen, page.numbers.leaving) == (1, 1)
    assert actor.shown == {patient.pk}


@pytest.mark.parametrize(
    ("lane", "names"),
    [("nothing", {"Freeman"}), ("late", {"Vance"}), ("unseen", {"Freeman", "Vance"}),
     ("leaving", {"Marsh"}), ("", {"Freeman", "Vance", "Marsh"})],
)  # fmt: skip
def test_a_counter_filters_the_list(
    lane: str, names: set[str], ward: Unit, coordinator: User, now
) -> None:
    mine(ward, coordinator, "Freeman", "05", admitted_at=now - 9 * DAY)
    plan(mine(ward, coordinator, "Vance", "03", admitted_at=now - 9 * DAY), due_at=now - HOUR)
    leaving = mine(ward, coordinator, "Marsh", "01", admitted_at=now - HOUR, expected_at=now + HOUR)
    plan(leaving, due_at=now + HOUR)
    found = {name for _group, names in listed(coordinator, now, lane=lane) for name in names}
    assert found == names


def test_the_list_can_be_mine_my_backup_my_teams_or_of_a_unit(
    ward: Unit, team: Team, coordinator: User
) -> None:
    jonah = member(team, "coordinator")
    plan(mine(ward, coordinator, "Marsh", "01"))
    his = mine(ward, jonah, "Vance", "03")
    plan(his)
    Assignment.objects.create(
        organization=team.organization, patient=his, team=team, user=coordinator, kind="backup",
        starts_at=LONG_AGO,
    )  # fmt: skip
    hidden = PatientFactory(
        organization=team.organization, team=TeamFactory(organization=team.organization),
        family="Hidden",
    )  # fmt: skip
    StayFactory(patient=hidden, unit=ward, bed="4W-09")
    assert listed(coordinator) == [("4 West", ["Marsh"])]
    assert listed(coordinator, whose="backup") == [("4 West", ["Vance"])]
    assert listed(coordinator, whose="team") == [("4 West", ["Marsh", "Vance"])]
    assert listed(coordinator, whose="team", units=("5N",)) == []
    auditor = member(team, "auditor")
    names = [name for _group, names in listed(auditor, whose="team") for name in names]
    assert sorted(names) == ["Hidden", "Marsh", "Vance"]
    for user in (coordinator, jonah, auditor):
        actor = actor_of(user)
        page = queries.patients_page(
            actor, day_of(timezone.now(), actor.zone), PatientFilters(whose="team")
        )
        assert {row.pk for row in page.rows} == set(scope(actor).values_list("pk", flat=True))


def test_who_covers_has_the_patients_of_whom_they_cover_for(
    ward: Unit, team: Team, coordinator: User
) -> None:
    sana, now = member(team, "coordinator"), timezone.now()
    marsh, vance = (mine(ward, coordinator, name, name[:2]) for name in ("Marsh", "Vance"))
    assert listed(sana) == []
    cover = CoverFactory(away=coordinator, covering=sana, team=team, starts_at=now - HOUR,
                         ends_at=now + DAY, patients=[vance.pk])  # fmt: skip
    assert listed(sana) == [("Nothing planned", ["Vance"])]
    cover.patients = []
    cover.save()
    assert listed(sana) == [("Nothing planned", ["Marsh", "Vance"])]
    assert marsh.pk


def test_the_merged_are_not_listed_and_the_dead_only_while_something_is_open(
    ward: Unit, coordinator: User
) -> None:
    kept = mine(ward, coordinator, "Okafor", "12")
    mine(ward, coordinator, "Twin")
    Patient.objects.filter(family="Twin").update(merged_into=kept)
    gone = mine(ward, coordinator, "Abbott")
    Patient.objects.filter(pk=gone.pk).update(deceased_at=timezone.now())
    assert listed(coordinator) == [("Nothing planned", ["Okafor"])]
    plan(gone)
    assert ("In the community", ["Abbott"]) in listed(coordinator)


def test_the_pages_follow_each_other_without_a_gap(ward: Unit, coordinator: User) -> None:
    for n in range(7):
        patient = mine(ward, coordinator, f"Name{n}", f"{n:02}" if n % 2 else "")
        if n % 3:
            plan(patient)
    actor = actor_of(coordinator)
    day, after, seen = day_of(timezone.now(), actor.zone), 0, []
    for _ in range(4):
        page = queries.patients_page(actor, day, PatientFilters(after=after), limit=2)
        seen += [row.family for row in page.rows]
        after = page.next_after or 0
    whole = queries.patients_page(actor, day, PatientFilters())
    assert seen == [row.family for row in whole.rows]
    assert page.next_after is None
    assert page.numbers.everybody == 7


def test_what_an_address_says_wrongly_is_left_out(
    ward: Unit, coordinator: User, client: Client
) -> None:
    mine(ward, coordinator, "Marsh", "01")
    client.force_login(coordinator)
    for query in ("after=%00", "after=9999999999999999999999", "lane=x&whose=y", "unit=%00"):
        assert client.get(f"/patients/?{query}").status_code in {200, 400}, query
    page = client.get("/patients/?whose=team&unit=4W&lane=nothing").content.decode()
    assert 'aria-current="true"' in page
    assert "Marsh" in page
    assert "Plan a next step" in page
    assert AuditEvent.objects.filter(action="list").last().patients


@pytest.mark.parametrize("address", ["/patients/", "/patients/?whose=team&lane=late"])
def test_the_list_costs_the_same_at_1_10_and_50_rows(
    address: str, ward: Unit, coordinator: User, client: Client
) -> None:
    client.force_login(coordinator)
    client.get(address)
    counts = set()
    for rows in (1, 9, 40):
        for n in range(rows):
            plan(mine(ward, coordinator, f"N{n}", f"{n:02}"), due_at=timezone.now() - HOUR)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).content.count(b"data-row") >= rows
        counts.add(len([s for s in statements if "SAVEPOINT" not in s["sql"]]))
    assert len(counts) == 1
    assert counts.pop() <= 12


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_list_is_worked_by_keys_as_the_caseload_is(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    maria = member(team, "coordinator", first_name="Maria", last_name="Delgado")
    marsh, vance = mine(unit, maria, "Marsh", "01"), mine(unit, maria, "Vance", "03")
    plan(vance)
    page = page_as(maria, "/patients/", theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("j")
    expect(page.locator(f"#pt-{vance.public_id}")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("t")
    page.get_by_label("What is to be done").or_(page.locator("#id_line")).first.fill("Order walker")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#row-{marsh.public_id}")).to_contain_text("Order walker")
    page.keyboard.press("l")
    for key in ("1", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.locator(f"#row-{marsh.public_id} .c-lc")).to_contain_text("Today")
    page.locator(f"#pt-{marsh.public_id}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{marsh.public_id}/")


def test_the_search_still_stands_on_the_page(
    page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    maria = member(team, "coordinator")
    PatientFactory(organization=team.organization, team=team, family="Quintero", given="Dolores")
    for javascript in (True, False):
        page = page_as(maria, "/patients/", javascript=javascript)
        page.locator("#find-text").fill("quint")
        page.locator("#find-go").click()
        expect(page.locator("#found")).to_contain_text("Dolores Quintero")
