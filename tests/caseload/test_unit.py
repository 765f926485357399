"""The charge nurse's page of one unit, and the sheet that gives its beds to nurses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.caseload.rules import bed_words, loads, proposed
from coordination.caseload.sheet import SheetForm
from coordination.records import NotPermitted, Refused
from coordination.worklist.models import Escalation
from patients.actions import BedFor, assign_nurses
from patients.models import Assignment, Patient, Stay
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import (
    LONG_AGO,
    PatientFactory,
    ShiftFactory,
    StayFactory,
    TeamFactory,
    UnitFactory,
)
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def ward(team: Team) -> Unit:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West", beds=16
    )
    team.units.add(unit)
    return unit


def lie(ward: Unit, bed: str, family: str, **fields: Any) -> Stay:
    team = ward.teams.get()
    patient = PatientFactory(organization=team.organization, team=team, family=family)
    return StayFactory(patient=patient, unit=ward, bed=f"4W-{bed}", **fields)


def nurse(ward: Unit, given: str, role: str = "nurse") -> User:
    user = member(ward.teams.get(), role, first_name=given, last_name="Osei")
    now = timezone.now()
    ShiftFactory(user=user, unit=ward, role_id=role, starts_at=now - HOUR, ends_at=now + 8 * HOUR)
    return user


@pytest.fixture
def charge(ward: Unit) -> User:
    return nurse(ward, "Bernadette", "charge")


def nurses_of() -> dict[str, str | None]:
    rows = Assignment.objects.filter(kind="nurse", ends_at__isnull=True)
    return dict(rows.values_list("patient__family", "user__first_name"))


def give(stay: Stay, user: User | None, was: User | None = None) -> BedFor:
    return BedFor(stay.patient_id, was, user)


def test_what_the_sheet_fills_in() -> None:
    assert proposed(nurse=1, was=2, on_duty={1, 2}) == 1
    assert proposed(nurse=3, was=2, on_duty={1, 2}) == 2
    assert proposed(nurse=3, was=None, on_duty={1, 2}) is None
    assert loads([1, 2, 1, None]) == {1: 2, 2: 1}
    assert (bed_words("4W-03", "4W"), bed_words("12B", "4W")) == ("03", "12B")


def test_the_page_shows_beds_in_order_with_nurse_late_and_leaving(
    ward: Unit, charge: User, client: Client
) -> None:
    now = timezone.now()
    late = lie(ward, "08", "Booker", expected_at=now + timedelta(minutes=1))
    lie(ward, "01", "Marsh")
    TaskFactory(
        team=ward.teams.get(), patient=late.patient, title="Order oxygen", due_at=now - HOUR
    )
    elsewhere = PatientFactory(organization=ward.organization, family="Hidden")
    StayFactory(patient=elsewhere, unit=ward, bed="4W-09")
    client.force_login(charge)
    page = client.get(f"/unit/{ward.public_id}/").content.decode()
    assert page.index("Marsh") < page.index("Booker")
    assert "Order oxygen" in page
    assert "1 h 0 m late" in page or "1 h late" in page
    assert "No nurse yet" in page
    assert "in 16 beds" in page
    assert "Hidden" not in page
    only_late = client.get(f"/unit/{ward.public_id}/?lane=late").content.decode()
    assert "Booker" in only_late
    assert "Marsh" not in only_late


def test_a_nurse_on_duty_elsewhere_leaves_the_bed_without_one(
    ward: Unit, charge: User, client: Client
) -> None:
    other = UnitFactory(organization=ward.organization, facility=ward.facility, name="5 North")
    ward.teams.get().units.add(other)
    kenji = nurse(other, "Kenji")
    stay = lie(ward, "08", "Booker")
    Assignment.objects.create(
        organization=ward.organization, patient=stay.patient, team=ward.teams.get(), user=kenji,
        kind="nurse", starts_at=timezone.now() - HOUR,
    )  # fmt: skip
    client.force_login(charge)
    page = client.get(f"/unit/{ward.public_id}/?lane=unassigned").content.decode()
    assert "Booker" in page
    assert "on duty on 5 North" in page
    now = timezone.now()
    ShiftFactory(user=kenji, unit=ward, role_id="nurse", starts_at=now, ends_at=now + HOUR)
    page = client.get(f"/unit/{ward.public_id}/?lane=unassigned").content.decode()
    assert "Booker" not in page


def test_the_way_to_the_unit_is_the_one_on_duty_on(
    ward: Unit, team: Team, charge: User, client: Client
) -> None:
    first = UnitFactory(organization=team.organization, facility=team.facility, name="1 South")
    team.units.add(first)
    client.force_login(charge)
    assert client.get("/unit/")["Location"] == f"/unit/{ward.public_id}/"
    client.force_login(member(team, "nurse"))
    assert client.get("/unit/")["Location"] == f"/unit/{first.public_id}/"


def test_who_has_no_unit_is_told_so(team: Team, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    assert b"None of your teams has a unit" in client.get("/unit/").content


def test_another_teams_unit_is_not_there(ward: Unit, client: Client) -> None:
    client.force_login(member(TeamFactory(organization=ward.organization), "charge"))
    assert client.get(f"/unit/{ward.public_id}/").status_code == 404


def test_the_charge_nurse_acknowledges_what_climbed_on_the_unit(
    ward: Unit, charge: User, supervisor: User, client: Client
) -> None:
    stay = lie(ward, "08", "Booker")
    task = TaskFactory(team=ward.teams.get(), patient=stay.patient, due_at=timezone.now() - HOUR)
    notice = Escalation.objects.create(
        organization=ward.organization, task=task, level=2, fired_at=timezone.now(), to=supervisor
    )
    client.force_login(charge)
    here = f"/unit/{ward.public_id}/"
    assert b"Nothing of this unit has climbed" not in client.get(here).content
    sent = client.post(f"/tasks/{task.public_id}/seen/", {"level": 2, "next": here})
    assert sent["Location"] == here
    notice.refresh_from_db()
    assert notice.acked_by == charge
    assert b"Nothing of this unit has climbed" in client.get(here).content


@pytest.mark.parametrize("patients", [1, 12])
def test_the_page_costs_the_same_however_many_beds(
    patients: int, ward: Unit, charge: User, client: Client, django_assert_num_queries: Any
) -> None:
    for bed in range(patients):
        lie(ward, f"{bed:02}", f"Family{bed}")
    client.force_login(charge)
    client.get(f"/unit/{ward.public_id}/")
    with django_assert_num_queries(9):  # three of them write the trail
        client.get(f"/unit/{ward.public_id}/")


def test_the_sheet_is_saved_all_at_once_on_record(ward: Unit, charge: User) -> None:
    kenji, hana = nurse(ward, "Kenji"), nurse(ward, "Hana")
    stays = [lie(ward, bed, family) for bed, family in (("01", "Marsh"), ("03", "Vance"))]
    now = timezone.now()
    beds = [give(stays[0], kenji), give(stays[1], hana)]
    assert assign_nurses(actor_of(charge), ward, beds, now) == 2
    assert nurses_of() == {"Marsh": "Kenji", "Vance": "Hana"}
    row = AuditEvent.objects.get(action="patient.assign_nurses")
    assert set(row.patients) == {stay.patient_id for stay in stays}
    again = [give(stays[0], kenji, kenji), give(stays[1], kenji, hana)]
    assert assign_nurses(actor_of(charge), ward, again, now + HOUR / 60) == 1
    assert nurses_of() == {"Marsh": "Kenji", "Vance": "Kenji"}
    assert Assignment.objects.filter(kind="nurse").count() == 3


@pytest.mark.parametrize("case", ["changed", "off duty", "left", "out of scope", "no permission"])
def test_a_sheet_that_cannot_hold_writes_nothing(case: str, ward: Unit, charge: User) -> None:
    kenji, stay, now = nurse(ward, "Kenji"), lie(ward, "01", "Marsh"), timezone.now()
    actor, user, was = actor_of(charge), kenji, None
    expected: type[Exception] = Refused
    if case == "changed":
        was = charge
    elif case == "off duty":
        user = member(ward.teams.get(), "nurse")
    elif case == "left":
        Stay.objects.filter(pk=stay.pk).update(status="finished", departed_at=now, disposition="01")
    elif case == "out of scope":
        Assignment.objects.update(ends_at=now)
        expected = Patient.DoesNotExist
    else:
        actor, expected = actor_of(kenji), NotPermitted
    with pytest.raises(expected):
        assign_nurses(actor, ward, [give(stay, user, was)], now)
    assert not Assignment.objects.filter(kind="nurse").exists()


def test_the_sheet_is_filled_in_from_the_last_shift(
    ward: Unit, charge: User, client: Client
) -> None:
    kenji = nurse(ward, "Kenji")
    stay = lie(ward, "01", "Marsh")
    at_night = member(ward.teams.get(), "nurse", first_name="Lena")
    fields = {"organization": ward.organization, "patient": stay.patient, "kind": "nurse",
              "team": ward.teams.get()}  # fmt: skip
    yesterday = timezone.now() - 24 * HOUR
    Assignment.objects.create(user=kenji, starts_at=LONG_AGO, ends_at=yesterday, **fields)
    Assignment.objects.create(user=at_night, starts_at=yesterday, **fields)
    client.force_login(charge)
    page = client.get(f"/unit/{ward.public_id}/assignments/").content.decode()
    assert f'<option value="{kenji.public_id}" selected>' in page
    assert "1 bed" in page


def test_a_patient_who_came_meanwhile_is_not_passed_over(
    ward: Unit, charge: User, client: Client
) -> None:
    lie(ward, "01", "Marsh")
    client.force_login(charge)
    answer = client.post(f"/unit/{ward.public_id}/assignments/", {})
    assert answer.status_code == 422
    assert b"A patient came to the unit meanwhile" in answer.content


def test_a_nurse_off_duty_is_no_choice(ward: Unit, charge: User, client: Client) -> None:
    stay = lie(ward, "01", "Marsh")
    client.force_login(charge)
    somebody = member(ward.teams.get(), "nurse")
    typed = {f"bed-{stay.public_id}": str(somebody.public_id), f"was-{stay.public_id}": "0"}
    answer = client.post(f"/unit/{ward.public_id}/assignments/", typed)
    assert answer.status_code == 422
    assert b"not on duty here any more" in answer.content
    assert SheetForm.was_of


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_beds_are_given_by_one_key_each(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    charge, kenji = nurse(unit, "Bernadette", "charge"), nurse(unit, "Kenji")
    for bed, family in (("01", "Marsh"), ("03", "Vance"), ("06", "Jennings")):
        lie(unit, bed, family)
    page = page_as(charge, f"/unit/{unit.public_id}/", theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("a")
    expect(page.locator("[data-asked]")).to_contain_text("Bed 01, Grace Marsh")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    for key in ("2", "1", "2"):
        page.keyboard.press(key)
    expect(page.locator("#nurse-2 [data-count]")).to_have_text("2 beds")
    page.keyboard.press("s")
    expect(page.locator(".note.ok")).to_contain_text("3 beds changed hands")
    assert nurses_of() == {"Marsh": "Kenji", "Vance": "Bernadette", "Jennings": "Kenji"}
    assert kenji.pk
