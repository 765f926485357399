"""The pages of this room as a person meets them: with and without scripts, for axe, at 320."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patients.models import Patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.factories import PatientFactory, StayFactory, UnitFactory
from tests.patients.factories import SegmentFactory, VisitFactory


@pytest.fixture
def grace(team) -> Patient:
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    team.units.add(unit)
    PatientFactory(
        organization=team.organization, team=team, given="Rosa", family="Martinez",
        birth_date=date(1951, 5, 1),
    )  # fmt: skip
    PatientFactory(
        organization=team.organization, team=team, given="Rosa", family="Martinez-Leal",
        birth_date=date(1953, 8, 19),
    )  # fmt: skip
    patient = PatientFactory(
        organization=team.organization, team=team, birth_date=date(1948, 3, 14), mrn="004 118 27",
        sex="female", language="ig", interpreter="not-needed",
    )  # fmt: skip
    now = timezone.now()
    stay = StayFactory(
        patient=patient, unit=unit, bed="12", admitted_at=now - timedelta(days=5),
        reason="hip fracture repair", expected_at=now + timedelta(hours=4),
    )  # fmt: skip
    SegmentFactory(stay=stay, starts_at=stay.admitted_at)
    VisitFactory(patient=patient, starts_at=now + timedelta(days=8))
    return patient


def pages(patient: Patient) -> list[str]:
    stay = patient.stays.get()
    own = ("edit", "admit", "contacts/new", "insurance/new", "wishes", "stays", "visits/new")
    return [
        "/patients/", "/patients/everybody/", "/patients/new/",
        *(f"/patients/{patient.public_id}/{name}/" for name in own),
        *(f"/patients/stays/{stay.public_id}/{name}/" for name in ("plan", "left", "correct")),
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_is_clean_for_axe(theme, width, page_as, coordinator, grace) -> None:
    page = page_as(coordinator, "/patients/", theme=theme, width=width)
    for path in pages(grace):
        page.goto(path)
        assert_axe_clean(page)


def test_no_page_scrolls_sideways_on_a_small_phone(page_as, coordinator, grace) -> None:
    page = page_as(coordinator, "/patients/", width=320)
    for path in pages(grace):
        page.goto(path)
        assert_no_sideways_scroll(page)


def test_a_search_swaps_the_list_and_leaves_no_name_in_the_address(
    page_as, coordinator, grace
) -> None:
    page = page_as(coordinator, "/patients/everybody/")
    page.get_by_label("Name, MRN, birth date or telephone").fill("oka gra")
    page.keyboard.press("Enter")
    page.locator("#found >> text=Rosa Martinez").first.wait_for(state="detached")
    assert page.locator("#found .pt").all_inner_texts() == ["Grace Okafor"]
    assert "oka" not in page.url


def test_possible_twins_appear_while_typing(page_as, coordinator, grace) -> None:
    page = page_as(coordinator, "/patients/new/")
    page.get_by_label("Family name").fill("Okafor")
    page.get_by_label("Given name").fill("Grace")
    page.get_by_text("Is it this patient?").wait_for()
    page.locator("#id_birth_date").press_sequentially("5/5/1990")
    page.get_by_label("No, this is somebody else").check()
    page.get_by_role("button", name="Register").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    assert Patient.objects.filter(birth_date=date(1990, 5, 5)).exists()


def test_everything_works_without_scripts(page_as, coordinator, grace) -> None:
    page = page_as(coordinator, "/patients/", javascript=False)
    page.get_by_label("Name, MRN, birth date or telephone").fill("3/14/1948")
    page.get_by_role("button", name="Find").click()
    assert page.locator("#found .pt").all_inner_texts() == ["Grace Okafor"]
    stay = grace.stays.get()
    page.goto(f"/patients/stays/{stay.public_id}/plan/")
    page.get_by_role("button", name="Save").click()
    assert "Leaving to" in page.locator(".errs").inner_text()
    page.get_by_label("Leaving to").select_option("03")
    page.get_by_role("button", name="Save").click()
    stay.refresh_from_db()
    assert stay.planned_disposition == "03"
