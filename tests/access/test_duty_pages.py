"""Saying where one is on duty: filled in from the last time, confirmed, floated, ended early."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actions import confirm_duty, end_duty
from coordination.access.duty import is_on_duty
from coordination.access.models import AuditEvent, Shift, Team, Unit, User
from coordination.access.rules import next_wall, usual_end, usual_shift
from coordination.access.views.duty import value_of
from coordination.records import NotPermitted, Refused
from patients.queries import scope
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import FacilityFactory, PatientFactory, ShiftFactory, TeamFactory, UnitFactory

ZONE = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        pytest.param("2026-11-23T19:00", 12.5, id="a plain night"),
        pytest.param("2026-10-31T19:00", 13.5, id="clocks go back"),
        pytest.param("2026-03-07T19:00", 11.5, id="clocks go forward"),
        pytest.param("2026-11-01T01:30", 7.0, id="in the hour that comes twice"),
    ],
)
def test_a_night_ends_at_half_past_seven_by_the_wall(now: str, hours: float) -> None:
    began = at(now)
    assert next_wall(began, time(7, 30), ZONE) - began == timedelta(hours=hours)


def test_who_works_days_and_nights_in_turn_is_asked_about_each() -> None:
    night = (at("2026-11-21T19:00"), at("2026-11-22T07:30"))
    day = (at("2026-11-20T07:00"), at("2026-11-20T19:30"))
    past = [night, day]
    assert usual_shift(at("2026-11-23T06:52"), past, ZONE) == 1
    assert usual_shift(at("2026-11-23T19:04"), past, ZONE) == 0
    assert usual_shift(at("2026-11-23T19:04"), [], ZONE) == -1


@pytest.mark.parametrize(
    ("now", "last", "until"),
    [
        pytest.param("2026-11-23T07:00", "2026-11-22T19:30", "2026-11-23T19:30", id="usual"),
        pytest.param("2026-11-23T18:30", "2026-11-22T19:30", "2026-11-24T07:30", id="nearly over"),
        pytest.param("2026-11-23T07:00", None, "2026-11-23T19:30", id="never before"),
        pytest.param("2026-11-23T19:00", None, "2026-11-24T07:30", id="never before, night"),
    ],
)
def test_when_a_shift_will_end(now: str, last: str | None, until: str) -> None:
    assert usual_end(at(now), at(last) if last else None, ZONE) == at(until)


@pytest.fixture
def ward(team: Team) -> Unit:
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    team.units.add(unit)
    return unit


@pytest.fixture
def other_ward(team: Team) -> Unit:
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="5 North")
    TeamFactory(organization=team.organization, facility=team.facility).units.add(unit)
    return unit


@pytest.fixture
def kenji(team: Team) -> User:
    return member(team, "nurse", first_name="Kenji", last_name="Watanabe", phone="(555) 010-0441")


def test_confirming_puts_a_nurse_on_duty_on_record(ward: Unit, kenji: User, now: datetime) -> None:
    shifts = confirm_duty(actor_of(kenji), [ward], until=now + HOUR, now=now, phone="4412")
    assert [(s.unit, s.role_id, s.is_float, s.phone) for s in shifts] == [
        (ward, "nurse", False, "4412")
    ]
    assert is_on_duty(kenji.pk, now)
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert "duty.confirm" in actions
    assert "privilege.change" not in actions


def test_confirming_again_moves_the_end_and_the_place(
    ward: Unit, team: Team, kenji: User, now: datetime
) -> None:
    actor = actor_of(kenji)
    first = confirm_duty(actor, [ward], until=now + HOUR, now=now)
    again = confirm_duty(actor, [ward, team], until=now + 2 * HOUR, now=now + HOUR / 2)
    assert again[0].pk == first[0].pk
    assert again[0].ends_at == now + 2 * HOUR
    confirm_duty(actor, [team], until=now + 2 * HOUR, now=now + HOUR)
    first[0].refresh_from_db()
    assert first[0].ended_at == now + HOUR


def test_a_planned_shift_is_confirmed_not_doubled(ward: Unit, kenji: User, now: datetime) -> None:
    planned = ShiftFactory(
        user=kenji, unit=ward, role_id="nurse", confirmed_at=None,
        starts_at=now + timedelta(minutes=15), ends_at=now + 12 * HOUR,
    )  # fmt: skip
    shifts = confirm_duty(actor_of(kenji), [ward], until=now + 12 * HOUR, now=now)
    assert [s.pk for s in shifts] == [planned.pk]
    assert is_on_duty(kenji.pk, now)


def test_a_float_sees_the_other_unit_for_that_shift_only_and_on_record(
    ward: Unit, other_ward: Unit, kenji: User
) -> None:
    theirs = other_ward.teams.get()
    patient = PatientFactory(organization=kenji.organization, team=theirs)
    now = timezone.now()
    assert not scope(actor_of(kenji)).filter(pk=patient.pk).exists()
    (shift,) = confirm_duty(actor_of(kenji), [other_ward], until=now + HOUR, now=now)
    assert shift.is_float
    assert scope(actor_of(kenji)).filter(pk=patient.pk).exists()
    lent = AuditEvent.objects.get(action="privilege.change")
    assert lent.detail["lent_teams"] == [theirs.pk]
    assert end_duty(actor_of(kenji), timezone.now()) == 1
    assert not scope(actor_of(kenji)).filter(pk=patient.pk).exists()
    returned = AuditEvent.objects.filter(action="privilege.change").latest("pk")
    assert returned.detail["returned_teams"] == [theirs.pk]


def test_nobody_floats_out_of_their_facility_or_as_a_supervisor(
    ward: Unit, other_ward: Unit, kenji: User, supervisor: User, now: datetime
) -> None:
    far = UnitFactory(
        organization=kenji.organization,
        facility=FacilityFactory(organization=kenji.organization),
    )
    for user, unit in ((kenji, far), (supervisor, other_ward)):
        with pytest.raises(NotPermitted):
            confirm_duty(actor_of(user), [unit], until=now + HOUR, now=now)
    assert not Shift.objects.exists()


def test_a_shift_needs_a_place_and_an_end_to_come(ward: Unit, kenji: User, now: datetime) -> None:
    for places, until in (([], now + HOUR), ([ward], now)):
        with pytest.raises(Refused):
            confirm_duty(actor_of(kenji), places, until=until, now=now)


def test_the_question_is_filled_in_and_one_press_answers_it(
    ward: Unit, kenji: User, client: Client
) -> None:
    client.force_login(kenji)
    page = client.get("/duty/start/").content.decode()
    assert "On duty: 4 West, until" in page
    assert "(555) 010-0441" in page
    until = (timezone.now() + 3 * HOUR).astimezone(ZONE)
    typed = {"where": [value_of(ward)], "until": f"{until:%H:%M}", "phone": "4412"}
    assert client.post("/duty/start/", typed)["Location"] == "/"
    assert f"4 West until {until:%H:%M}" in client.get("/duty/").content.decode()
    assert client.post("/duty/end/")["Location"] == "/duty/"
    assert "Not on duty" in client.get("/duty/").content.decode()


def test_what_cannot_be_is_said_at_the_field(
    ward: Unit, other_ward: Unit, kenji: User, client: Client
) -> None:
    client.force_login(kenji)
    just_been = (timezone.now() - timedelta(minutes=2)).astimezone(ZONE)
    wrong = [
        ({"where": [], "until": "19:30"}, "Say where you are on duty"),
        ({"where": [value_of(ward)], "until": f"{just_been:%H:%M}"}, "more than 16 hours away"),
        ({"where": [value_of(ward)], "until": "half eight"}, "Write a time of day"),
        ({"where": [value_of(ward)], "until": "19:30", "phone": "ring me"}, "Write a number"),
    ]
    for typed, sentence in wrong:
        response = client.post("/duty/start/", typed)
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert not Shift.objects.exists()


def test_who_has_no_patient_work_is_not_asked(team: Team, client: Client) -> None:
    client.force_login(member(team, "admin"))
    assert client.get("/duty/start/").status_code == 403
    assert "Not on duty" not in client.get("/admin/").content.decode()


def test_the_page_of_who_is_on_costs_one_statement(
    ward: Unit, team: Team, kenji: User, client: Client, django_assert_num_queries
) -> None:
    now = timezone.now()
    for _ in range(12):
        ShiftFactory(
            user=member(team, "nurse"), unit=ward, starts_at=now - HOUR, ends_at=now + HOUR
        )
    client.force_login(kenji)
    client.get("/duty/")
    with django_assert_num_queries(3):  # session, user, the shifts
        client.get("/duty/")


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_one_key_confirms_duty(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    ward = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    team.units.add(ward)
    nurse = member(team, "nurse", first_name="Kenji", last_name="Watanabe")
    page = page_as(nurse, "/duty/start/", theme=theme, width=width)
    expect(page.locator("h1")).to_contain_text("On duty: 4 West")
    assert_axe_clean(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    page.goto("/duty/")
    expect(page.locator("#on-duty-as")).to_contain_text("4 West until")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
