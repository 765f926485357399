"""Rounds: one unit bed by bed, a press at the bedside, and the sheet on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.caseload import queries
from coordination.caseload.rounds_lines import rounds_line
from coordination.caseload.rules import day_of
from coordination.outreach.actions import undo_call
from coordination.outreach.models import Call
from coordination.records import Refused
from patients.models import Assignment, Stay, StayPlace
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory, UnitFactory
from tests.outreach.factories import CallFactory
from tests.worklist.factories import TaskFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
ZONE = ZoneInfo("America/New_York")
HX = {"HX-Request": "true"}


def ward_of(team: Team) -> Unit:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    return unit


@pytest.fixture
def ward(team: Team) -> Unit:
    return ward_of(team)


def lie(ward: Unit, bed: str, family: str, owner: User | None = None, **fields: Any) -> Stay:
    team = ward.teams.get()
    patient = PatientFactory(
        organization=team.organization, team=team, team__user=owner, family=family
    )
    fields.setdefault("admitted_at", timezone.now() - DAY)
    return StayFactory(
        patient=patient, unit=ward, bed=f"4W-{bed}", facility=ward.facility, **fields
    )


def seen(stay: Stay, at: datetime, **fields: Any) -> Call:
    fields = {"outcome": "reached-two-way", "channel": "bedside"} | fields
    return CallFactory(patient=stay.patient, occurred_at=at, logged_at=at, **fields)


def test_beds_come_in_order_with_what_is_open_and_when_they_were_seen(
    ward: Unit, coordinator: User, now: datetime
) -> None:
    second = lie(ward, "03", "Vance", admitted_at=now - 3 * DAY, planned_disposition="01",
                 expected_at=now + 3 * HOUR)  # fmt: skip
    lie(ward, "01", "Marsh", coordinator, admitted_at=now - 4 * DAY)
    lie(ward, "09", "Gone", status="finished", departed_at=now, disposition="01",
        admitted_at=now - DAY)  # fmt: skip
    TaskFactory(team=ward.teams.get(), patient=second.patient, title="Walker", due_at=now + HOUR)
    TaskFactory(team=ward.teams.get(), patient=second.patient, title="Call", due_at=now - HOUR)
    seen(second, now - HOUR, logged_by=coordinator)
    seen(second, now - HOUR / 2, outcome="no-answer")
    actor = actor_of(coordinator)
    day = day_of(now, actor.zone)
    found = queries.round_of(actor, day, unit=ward)
    first, line = [rounds_line(row, day, found, "4W") for row in found.rows]
    assert (first.name, first.bed) == ("Grace Marsh", "01")
    assert (first.is_unseen, first.seen) == (True, "Not seen yet · 1 business day")
    assert [(item.title, item.when, item.tone) for item in line.items] == [
        ("Call", "Late", "late"), ("Walker", "11:42", "soon"),
    ]  # fmt: skip
    assert line.leaves == "Today 13:42 · home"
    assert line.seen.startswith("Seen Today 09:42")
    assert not line.is_unseen
    mine = queries.round_of(actor, day, unit=ward, only_mine=True)
    assert [row.family for row in mine.rows] == ["Marsh"]


def test_at_most_twelve_open_items_are_read_and_the_rest_counted(
    ward: Unit, coordinator: User
) -> None:
    stay = lie(ward, "01", "Marsh")
    for n in range(15):
        TaskFactory(team=ward.teams.get(), patient=stay.patient, title=f"T{n}")
    actor = actor_of(coordinator)
    day = day_of(timezone.now(), actor.zone)
    found = queries.round_of(actor, day, unit=ward)
    line = rounds_line(found.rows[0], day, found, "4W")
    assert (len(line.items), line.more) == (12, 3)


def test_one_press_logs_a_contact_at_the_bedside_once_and_is_taken_back(
    ward: Unit, coordinator: User, signed_in: Client
) -> None:
    stay = lie(ward, "01", "Marsh")
    url, sent = f"/rounds/beds/{stay.public_id}/seen/", {
        "outcome": "reached-two-way", "create_key": str(uuid4()),
    }  # fmt: skip
    for _ in range(2):
        answer = signed_in.post(url, sent, headers=HX)
    call = Call.objects.get()
    assert (call.channel, call.outcome, call.logged_by) == (
        "bedside", "reached-two-way", coordinator,
    )  # fmt: skip
    assert "Seen Today" in answer.content.decode()
    undone = signed_in.post(f"/rounds/calls/{call.public_id}/undo/", headers=HX)
    assert "Not seen yet" in undone.content.decode()
    call.refresh_from_db()
    assert call.status == "entered-in-error"
    assert signed_in.post(url, {"outcome": "x"}).status_code == 422
    plain = signed_in.post(url, {"outcome": "no-answer", "create_key": str(uuid4())})
    assert plain["Location"] == f"/rounds/{ward.public_id}/#bed-{stay.public_id}"


def test_only_ones_own_press_is_taken_back_and_only_at_once(
    ward: Unit, team: Team, coordinator: User
) -> None:
    stay = lie(ward, "01", "Marsh")
    at = timezone.now()
    call = seen(stay, at, logged_by=coordinator)
    with pytest.raises(Refused):
        undo_call(actor_of(member(team)), call.public_id, at + SECOND)
    with pytest.raises(Refused):
        undo_call(actor_of(coordinator), call.public_id, at + 11 * SECOND)


def test_the_sheet_is_on_record_with_whom_it_showed(
    ward: Unit, coordinator: User, signed_in: Client
) -> None:
    stay = lie(ward, "01", "Marsh", coordinator)
    page = signed_in.get(f"/rounds/{ward.public_id}/sheet/?whose=mine").content.decode()
    assert "Marsh" in page
    assert "Printed by" in page
    assert page.count('class="ln"') == 4
    row = AuditEvent.objects.get(action="print")
    assert row.patients == [stay.patient_id]


def test_the_way_to_the_round_and_its_sheet(
    ward: Unit, team: Team, signed_in: Client, client: Client
) -> None:
    there = f"/rounds/{ward.public_id}/"
    assert signed_in.get("/rounds/")["Location"] == there
    assert signed_in.get("/rounds/?sheet&whose=mine")["Location"] == f"{there}sheet/?whose=mine"
    client.force_login(member(TeamFactory(organization=team.organization)))
    assert client.get(there).status_code == 404
    assert b"None of your teams has a unit" in client.get("/rounds/").content


def test_a_move_from_the_round_leads_back_to_it(
    ward: Unit, coordinator: User, signed_in: Client
) -> None:
    stay = lie(ward, "01", "Marsh")
    there = f"/rounds/{ward.public_id}/"
    url = f"/patients/stays/{stay.public_id}/move/?next={there}"
    at = timezone.now().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    sent = {"unit": ward.pk, "bed": "4W-02", "at": at, "version": stay.version, "why": "quieter"}
    page = signed_in.get(url).content.decode()
    assert f'href="{there}"' in page
    assert signed_in.post(url, sent)["Location"] == there
    assert StayPlace.objects.get(ends_at=None).why == "quieter"
    stay.refresh_from_db()
    sent |= {"bed": "4W-03", "version": stay.version}
    away = signed_in.post(f"/patients/stays/{stay.public_id}/move/?next=//evil.example/", sent)
    assert away["Location"] == f"/patients/{stay.patient.public_id}/"
    history = signed_in.get(f"/patients/{stay.patient.public_id}/stays/").content.decode()
    assert "4 West, bed 4W-02" in history
    assert "quieter" in history


@pytest.mark.parametrize("beds", [1, 12])
def test_a_round_costs_the_same_however_many_beds(beds: int, ward: Unit, signed_in: Client) -> None:
    for bed in range(beds):
        stay = lie(ward, f"{bed:02}", f"N{bed}")
        TaskFactory(team=ward.teams.get(), patient=stay.patient)
    signed_in.get(f"/rounds/{ward.public_id}/")
    with CaptureQueriesContext(connection) as statements:
        signed_in.get(f"/rounds/{ward.public_id}/")
    assert len([s for s in statements if "SAVEPOINT" not in s["sql"]]) <= 12


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_rounds_go_bed_to_bed_and_a_press_says_seen(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    ward = ward_of(team)
    maria = member(team, first_name="Maria", last_name="Delgado")
    stays = [lie(ward, bed, name, maria) for bed, name in (("01", "Marsh"), ("03", "Vance"))]
    TaskFactory(team=team, patient=stays[1].patient, title="Call daughter")
    page = page_as(maria, f"/rounds/{ward.public_id}/", theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    second = page.locator(f"#bed-{stays[1].public_id}")
    if width < 800:
        assert second.bounding_box()["x"] >= width  # one bed a screen
        page.locator("#rounds").evaluate("e => e.scrollTo({left: e.scrollWidth})")
        page.wait_for_function(
            "id => document.getElementById(id).getBoundingClientRect().x < 40",
            arg=f"bed-{stays[1].public_id}",
        )
        second.get_by_role("button", name="Seen").click()
    else:
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("1")
    expect(second).to_contain_text("Seen Today")
    expect(page.locator("#toasts")).to_contain_text("Logged at the bedside")
    assert Call.objects.get().patient == stays[1].patient
    page.keyboard.press("z")
    expect(second).to_contain_text("Not seen yet")
    page.locator("#rounds-sheet").click()
    expect(page.locator(".rsheet h1")).to_have_text("Rounds, 4 West")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".rsheet footer")).to_contain_text("Printed by Maria Delgado")


def test_j_and_k_walk_the_beds_on_a_phone_too(
    page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    ward = ward_of(team)
    maria = member(team)
    stays = [lie(ward, f"{n:02}", f"N{n}", maria) for n in range(3)]
    page = page_as(maria, f"/rounds/{ward.public_id}/", width=390)
    for _ in range(3):
        page.keyboard.press("j")
    page.wait_for_function(
        "id => document.getElementById(id).getBoundingClientRect().x < 40",
        arg=f"bed-{stays[2].public_id}",
    )
    expect(page.locator(f"#pt-{stays[2].public_id}")).to_be_focused()
    assert Assignment.objects.count() == 3
