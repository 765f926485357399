"""A move is taken back within ten seconds, or corrected later; what stood there is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.records import Refused, StaleRecord
from coordination.worklist.models import OwnerProposal
from patients import actions
from patients.models import Assignment, FieldChange, Patient, Stay, StayPlace, TimelineEntry
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory, UnitFactory

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DRAWER = 12  # statements of the drawer, the session and the trail included
HX = {"HX-Request": "true", "HX-Target": "dialog"}


def ward(team: Team, code: str) -> Unit:
    unit = UnitFactory(organization=team.organization, facility=team.facility, code=code, name=code)
    team.units.add(unit)
    return unit


@pytest.fixture
def east(team: Team) -> Unit:
    return ward(TeamFactory(organization=team.organization, name="2 East team"), "2E")


@pytest.fixture
def stay(team: Team, coordinator: User) -> Stay:
    patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator, family="Odom"
    )
    return StayFactory(
        patient=patient, unit=ward(team, "4W"), bed="4W-12", admitted_at=timezone.now() - 9 * HOUR
    )


def moved(actor: Actor, stay: Stay, unit: Unit, bed: str, at: datetime, **more: Any) -> str:
    now = timezone.now()
    made = actions.move_bed(actor, stay.public_id, None, unit=unit, bed=bed, at=at, now=now, **more)
    return actions.move_token(made)


def lay(stay: Stay) -> list[tuple[str, datetime, datetime | None]]:
    return list(StayPlace.objects.filter(stay=stay).order_by("starts_at", "pk")
                .values_list("bed", "starts_at", "ends_at"))  # fmt: skip


def test_stretches_never_overlap_and_touch_without_a_gap(
    stay: Stay, actor: Actor, east: Unit
) -> None:
    at = timezone.now() - HOUR
    moved(actor, stay, east, "2E-01", at)
    assert lay(stay) == [("4W-12", stay.admitted_at, at), ("2E-01", at, None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        StayPlace.objects.create(
            organization=stay.organization, stay=stay, bed="x", starts_at=at + SECOND, set_at=at
        )


def test_a_move_is_taken_back_and_the_bed_before_goes_on(
    stay: Stay, actor: Actor, east: Unit, team: Team
) -> None:
    at = timezone.now() - HOUR
    token = moved(actor, stay, east, "2E-01", at)
    assert OwnerProposal.objects.get().is_taken is None
    actions.take_back_move(actor, token, timezone.now())
    stay.refresh_from_db()
    assert (stay.unit.code, stay.bed) == ("4W", "4W-12")
    assert lay(stay) == [("4W-12", stay.admitted_at, None), ("2E-01", at, at)]
    assert OwnerProposal.objects.get().is_taken is False
    assert StayPlace.objects.get(bed="2E-01").why == "taken back"
    open_rows = Assignment.objects.filter(patient=stay.patient, ends_at=None)
    assert {row.team for row in open_rows} == {team}
    said = TimelineEntry.objects.order_by("pk").last().sentence
    assert said == "Moved from 2E, bed 2E-01 to 4W, bed 4W-12, taken back"
    assert AuditEvent.objects.filter(action="stay.undo_move").count() == 1
    moved(actor, stay, east, "2E-02", timezone.now())
    assert len(lay(stay)) == 3


def test_taking_back_is_refused_late_to_others_and_after_a_change(
    stay: Stay, actor: Actor, east: Unit, team: Team
) -> None:
    token, now = moved(actor, stay, east, "2E-01", timezone.now() - HOUR), timezone.now()
    with pytest.raises(Refused, match="Ten seconds"):
        actions.take_back_move(actor, token, now + 11 * SECOND)
    with pytest.raises(Refused, match="cannot be taken back"):
        actions.take_back_move(actor_of(member(team)), token, now)
    for broken in ("", "x.1", "00000000-0000-4000-8000-000000000000.1"):
        with pytest.raises(StayPlace.DoesNotExist):
            actions.take_back_move(actor, broken, now)
    actions.set_expected(actor, stay.public_id, None, now + HOUR, now=now)
    with pytest.raises(StaleRecord):
        actions.take_back_move(actor, token, now)


def test_a_corrected_time_moves_the_end_before_it_and_keeps_what_stood_there(
    stay: Stay, actor: Actor, east: Unit
) -> None:
    now = timezone.now()
    moved(actor, stay, east, "2E-01", now - HOUR)
    place = StayPlace.objects.get(ends_at=None)
    for at in (now - 2 * HOUR, now - HOUR / 2):
        actions.correct_place(
            actor, place.public_id, None, unit=east, bed="2E-01", at=at, why="the porter says",
            now=now,
        )  # fmt: skip
        assert lay(stay) == [("4W-12", stay.admitted_at, at), ("2E-01", at, None)]
    with pytest.raises(Refused, match="only after that"):
        actions.correct_place(
            actor, place.public_id, None, unit=east, bed="2E-01", at=stay.admitted_at - HOUR,
            why="wrong", now=now,
        )  # fmt: skip
    kept = FieldChange.objects.filter(subject_kind="patients.stayplace")
    assert set(kept.values_list("field", "why")) == {
        ("starts_at", "the porter says"), ("ends_at", "the porter says"),
    }  # fmt: skip


def test_a_corrected_unit_moves_the_stay_and_asks_its_team_instead(
    stay: Stay, actor: Actor, east: Unit, team: Team
) -> None:
    north = ward(TeamFactory(organization=team.organization, name="3 North team"), "3N")
    at = timezone.now() - HOUR
    moved(actor, stay, east, "2E-01", at)
    place, now = StayPlace.objects.get(ends_at=None), timezone.now()
    actions.correct_place(
        actor, place.public_id, place.version, unit=north, bed="3N-04", at=at, why="typed wrong",
        now=now,
    )  # fmt: skip
    stay.refresh_from_db()
    assert (stay.unit, stay.bed) == (north, "3N-04")
    asked = OwnerProposal.objects.get(is_taken=None)
    assert (asked.unit, asked.left_unit.code) == (north, "4W")
    change = FieldChange.objects.get(field="unit")
    assert (change.before, change.after, change.why) == ("2E", "3N", "typed wrong")
    with pytest.raises(StaleRecord):
        actions.correct_place(
            actor, place.public_id, 1, unit=north, bed="3N-05", at=at, why="again", now=now
        )


def test_a_correction_needs_a_reason_and_leaves_the_admission_alone(
    stay: Stay, actor: Actor, east: Unit
) -> None:
    now = timezone.now()
    moved(actor, stay, east, "2E-01", now - HOUR)
    first = StayPlace.objects.exclude(ends_at=None).get()
    said: dict[str, Any] = {"unit": first.unit, "bed": "4W-11", "now": now}
    with pytest.raises(Refused, match="Say why"):
        actions.correct_place(actor, first.public_id, None, at=first.starts_at, why=" ", **said)
    with pytest.raises(Refused, match="Correct the stay"):
        actions.correct_place(
            actor, first.public_id, None, at=first.starts_at + HOUR, why="later", **said
        )
    actions.correct_place(actor, first.public_id, None, at=first.starts_at, why="typo", **said)
    stay.refresh_from_db()
    assert (stay.bed, lay(stay)[0][0]) == ("2E-01", "4W-11")


def test_a_stale_drawer_keeps_what_was_typed_and_a_wrong_time_is_said(
    stay: Stay, east: Unit, signed_in: Client
) -> None:
    url = f"/patients/stays/{stay.public_id}/move/"
    assert 'data-kind="drawer"' in signed_in.get(url, headers=HX).content.decode()
    ahead = timezone.now() + timedelta(days=2)
    sent = {"version": stay.version, "unit": east.pk, "bed": "2E-07",
            "at": f"{ahead:%Y-%m-%dT%H:%M}", "why": "quieter"}  # fmt: skip
    answer = signed_in.post(url, sent, headers=HX)
    assert answer.status_code == 422
    assert "still to come" in answer.content.decode()
    assert "quieter" in answer.content.decode()
    sent["at"] = f"{timezone.now() - timedelta(hours=6):%Y-%m-%dT%H:%M}"
    assert signed_in.post(url, sent | {"version": 9}, headers=HX).status_code == 409
    done = signed_in.post(url, sent, headers=HX)
    assert "Moved to 2E, bed 2E-07." in done.content.decode()
    assert signed_in.post(url, sent, headers=HX).status_code == 409
    assert StayPlace.objects.filter(stay=stay, ends_at=None).count() == 1


@pytest.mark.parametrize("rows", [1, 10])
def test_the_drawer_costs_the_same_however_long_the_stay(
    rows: int, stay: Stay, actor: Actor, east: Unit, signed_in: Client,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for n in range(rows):
        moved(actor, stay, east, f"2E-{n}", timezone.now() - HOUR + n * SECOND)
    with django_assert_num_queries(DRAWER):
        signed_in.get(f"/patients/stays/{stay.public_id}/move/", headers=HX)


def choose(page: Page, unit: Unit, bed: str) -> None:
    page.locator("#dialog #id_unit").select_option(str(unit.pk))
    page.locator("#dialog #id_bed").fill(bed)
    page.locator("#dialog #id_why").fill("needs a monitor")


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_patient_is_moved_from_the_list_by_keys_and_back(
    theme: str, width: int, page_as: Callable[..., Page], stay: Stay, east: Unit,
    coordinator: User, transactional_db: None,
) -> None:  # fmt: skip
    page = page_as(coordinator, "/patients/", theme=theme, width=width)
    page.keyboard.press("j")
    page.keyboard.press("m")
    choose(page, east, "2E-03")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Moved to 2E, bed 2E-03.")
    expect(page.locator("#worklist")).to_contain_text("not yet accepted")
    expect(page.locator("#worklist")).to_contain_text("2E-03")
    assert_axe_clean(page)
    page.keyboard.press("z")
    expect(page.locator("#live")).to_have_text("Taken back.")
    expect(page.locator("#worklist")).to_contain_text("4W-12")
    stay.refresh_from_db()
    assert stay.bed == "4W-12"


def test_the_patients_page_shows_the_move_without_leaving_it(
    page_as: Callable[..., Page], stay: Stay, east: Unit, coordinator: User,
    transactional_db: None,
) -> None:  # fmt: skip
    patient = Patient.objects.get(pk=stay.patient_id)
    page = page_as(coordinator, f"/patients/{patient.public_id}/")
    page.locator("#move-bed").click()
    choose(page, east, "2E-03")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Moved to 2E, bed 2E-03.")
    expect(page.locator("#carers")).to_contain_text("Moving to 2E, not yet accepted.")
    expect(page.locator("#stay")).to_contain_text("2E-03")
    page.goto(page.url + "stays/")
    page.get_by_role("link", name="Correct 2E, bed 2E-03").click()
    page.locator("#id_bed").fill("2E-04")
    page.locator("#id_why").fill("the sign on the door")
    assert_axe_clean(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#stay")).to_contain_text("2E-04")
