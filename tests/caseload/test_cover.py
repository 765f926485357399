"""Cover: asked in three keys, accepted, read when back; a sick call; nothing has to be returned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access import actions
from coordination.access.actions import CoverIn
from coordination.access.models import AuditEvent, Cover, Shift, Team, User
from coordination.access.rules import meets, shares, tonight, weekend
from coordination.caseload import queries
from coordination.caseload.rules import day_of
from coordination.outreach.models import Call
from coordination.records import NotPermitted, Refused
from coordination.worklist import actions as worklist
from coordination.worklist.models import Task
from patients.actions import write_lines
from patients.models import Assignment, CoverLine, Patient
from patients.queries import left_lines, scope
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import (
    CoverFactory,
    MembershipFactory,
    PatientFactory,
    ShiftFactory,
    StayFactory,
    TeamFactory,
)
from tests.journeys.world import LATE, SOON, Keyboard, work
from tests.worklist.factories import TaskFactory

ZONE = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def sana(team: Team) -> User:
    return member(team, first_name="Sana", last_name="Ali")


def wanted(away: User, covering: User, team: Team, **fields: Any) -> CoverIn:
    now = timezone.now()
    return CoverIn(away, covering, team, **{"starts_at": now, "ends_at": now + HOUR, **fields})


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        pytest.param("2026-11-23T10:42", "2026-11-27T17:00", "2026-11-30T07:30", id="monday"),
        pytest.param("2026-11-27T16:59", "2026-11-27T17:00", "2026-11-30T07:30", id="just before"),
        pytest.param("2026-11-27T17:00", "2026-12-04T17:00", "2026-12-07T07:30", id="begun"),
        pytest.param("2026-10-30T12:00", "2026-10-30T17:00", "2026-11-02T07:30", id="clocks back"),
    ],
)
def test_the_next_weekend_by_the_wall(now: str, begins: str, ends: str) -> None:
    assert weekend(at(now), ZONE) == (at(begins), at(ends))


def test_tonight_begins_at_five_or_now() -> None:
    night = at("2026-11-24T07:30")
    assert tonight(at("2026-11-23T10:42"), ZONE) == (at("2026-11-23T17:00"), night)
    assert tonight(at("2026-11-23T22:10"), ZONE) == (at("2026-11-23T22:10"), night)


@pytest.mark.parametrize(
    ("patients", "colleagues", "sizes"),
    [(5, 2, [3, 2]), (2, 3, [1, 1]), (0, 2, []), (4, 1, [4])],
)
def test_a_list_is_shared_evenly_and_wholly(
    patients: int, colleagues: int, sizes: list[int]
) -> None:
    found = shares(range(patients), range(100, 100 + colleagues))
    assert list(found) == list(range(patients))
    counts = [list(found.values()).count(one) for one in dict.fromkeys(found.values())]
    assert counts == sizes
    assert shares(range(patients), []) == {}


def test_a_cover_counts_once_it_is_accepted(team: Team, coordinator: User, sana: User) -> None:
    made = actions.set_cover(actor_of(coordinator), wanted(coordinator, sana, team), timezone.now())
    assert actor_of(sana).acts_for == (sana.pk,)
    assert [one.is_asked for one in actor_of(sana).asked] == [True]
    with pytest.raises(NotPermitted, match="was asked"):
        actions.accept_cover(actor_of(coordinator), made.public_id, timezone.now())
    actions.accept_cover(actor_of(sana), made.public_id, timezone.now())
    assert actor_of(sana).acts_for == (sana.pk, coordinator.pk)
    actions.end_cover(actor_of(coordinator), made.public_id, timezone.now())
    assert actor_of(sana).acts_for == (sana.pk,)


@pytest.mark.parametrize(
    "case", ["oneself", "over", "outside the team", "twice", "away too", "somebody else"]
)
def test_what_no_cover_can_be_is_said(case: str, team: Team, coordinator: User, sana: User) -> None:
    now, actor = timezone.now(), actor_of(coordinator)
    one, expected = wanted(coordinator, sana, team), Refused
    if case == "oneself":
        one = wanted(coordinator, coordinator, team)
    elif case == "over":
        one = wanted(coordinator, sana, team, starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    elif case == "outside the team":
        other = TeamFactory(organization=team.organization, facility=team.facility)
        one = wanted(coordinator, member(other), team)
    elif case == "twice":
        actions.set_cover(actor, one, now)
        one = wanted(coordinator, member(team), team)
    elif case == "away too":
        CoverFactory(away=sana, covering=member(team), team=team, starts_at=now, ends_at=now + HOUR)
    else:
        one, expected = wanted(sana, member(team), team), NotPermitted
    count = Cover.objects.count()
    with pytest.raises(expected):
        actions.set_cover(actor, one, now)
    assert Cover.objects.count() == count


def test_a_supervisor_lends_the_scope_within_the_facility_on_record(
    team: Team, coordinator: User, supervisor: User
) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    colleague = member(other)
    patient = PatientFactory(organization=team.organization, team=team)
    actions.set_cover(actor_of(supervisor), wanted(coordinator, colleague, team), timezone.now())
    assert scope(actor_of(colleague)).filter(pk=patient.pk).exists()
    assert AuditEvent.objects.get(action="privilege.change").detail["lent_teams"] == [team.pk]
    Cover.objects.update(ended_at=timezone.now())
    assert not scope(actor_of(colleague)).filter(pk=patient.pk).exists()


def test_a_sick_call_shares_the_list_ends_the_shift_and_passes_covers_on(
    team: Team, coordinator: User, sana: User, supervisor: User
) -> None:
    now, third = timezone.now(), member(team, first_name="Jonah")
    tasks = [TaskFactory(team=team, assignee=coordinator) for _ in range(2)]
    ShiftFactory(user=coordinator, team=team, starts_at=now - HOUR, ends_at=now + HOUR)
    CoverFactory(
        away=third, covering=coordinator, team=team, starts_at=now - HOUR, ends_at=now + 9 * HOUR
    )
    fourth = member(team)
    parts = [
        wanted(coordinator, sana, team, patients=(tasks[0].patient_id,)),
        wanted(coordinator, fourth, team, patients=(tasks[1].patient_id,)),
    ]
    assert len(actions.start_covers(actor_of(supervisor), parts, now)) == 2
    worklist.complete(actor_of(sana), tasks[0].public_id, 1, timezone.now())
    with pytest.raises(NotPermitted):
        worklist.complete(actor_of(sana), tasks[1].public_id, 1, timezone.now())
    assert Shift.objects.get().ended_at == now
    assert actor_of(coordinator).acts_for == (coordinator.pk,)
    assert third.pk in actor_of(sana).acts_for


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(((1,), ()), ((2,), ()), False, id="two parts"),
        pytest.param(((1, 2), ()), ((2,), ()), True, id="a patient twice"),
        pytest.param(((1,), ()), ((), (1, 2)), False, id="a part and the rest"),
        pytest.param(((), (1, 2)), ((3,), ()), True, id="the rest and one it holds"),
        pytest.param(((), ()), ((1,), ()), True, id="everything and a part"),
        pytest.param(((), (1,)), ((), (2,)), True, id="the rest twice"),
    ],
)
def test_two_covers_never_own_the_same_patient(one: Any, other: Any, *, expected: bool) -> None:
    assert meets(one, other) is meets(other, one) is expected


def test_who_comes_after_a_sick_call_was_shared_has_somebody(
    team: Team, coordinator: User, sana: User, supervisor: User, client: Client
) -> None:
    known = TaskFactory(team=team, assignee=coordinator)
    jonah = member(team, first_name="Jonah")
    now = timezone.now()
    for colleague in (sana, jonah):
        ShiftFactory(user=colleague, team=team, starts_at=now - HOUR, ends_at=now + 9 * HOUR)
    Assignment.objects.update_or_create(
        patient=known.patient, team=team, kind="primary",
        defaults={"organization": team.organization, "user": coordinator, "starts_at": now - HOUR},
    )  # fmt: skip
    client.force_login(supervisor)
    url = f"/cover/sick/?who={coordinator.public_id}~{team.public_id}"
    page = client.get(url).content.decode()
    assert "Who takes what comes meanwhile" in page
    to = {f"to-{one.public_id}": sana.public_id for one in Patient.objects.all()}
    until = (now + 8 * HOUR).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    sent = to | {"ends_at": until, "reason": "Sick"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "whoever comes meanwhile" in answer.content.decode()
    assert client.post(url, sent | {"rest": jonah.public_id}).status_code == 302
    late = TaskFactory(team=team, assignee=coordinator)
    assert not actor_of(sana).owns_for(coordinator.pk, late.patient_id)
    assert actor_of(jonah).owns_for(coordinator.pk, late.patient_id)
    assert not actor_of(jonah).owns_for(coordinator.pk, known.patient_id)
    worklist.complete(actor_of(jonah), late.public_id, 1, timezone.now())
    for user, seen in ((sana, [known.pk]), (jonah, [])):
        rows = queries.my_day(actor_of(user), day_of(timezone.now(), ZONE), queries.Filters()).rows
        assert [row.id for row in rows] == seen


def test_the_rest_is_named_once_and_never_with_patients(
    team: Team, coordinator: User, sana: User
) -> None:
    now = timezone.now()
    span = {"starts_at": now, "ends_at": now + HOUR}
    with pytest.raises(IntegrityError), transaction.atomic():
        CoverFactory(
            away=coordinator, covering=sana, team=team, patients=[1], except_patients=[2], **span
        )
    CoverFactory(away=coordinator, covering=sana, team=team, except_patients=[2], **span)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoverFactory(away=coordinator, covering=member(team), team=team, **span)


def test_cover_is_asked_in_the_team_one_chooses(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    other = TeamFactory(
        organization=team.organization, facility=team.facility, name="0 After hospital"
    )
    MembershipFactory(organization=team.organization, user=coordinator, team=other)
    paulo = member(other, first_name="Paulo")
    PatientFactory(organization=team.organization, team=team, team__user=coordinator, family="Odom")
    PatientFactory(
        organization=team.organization, team=other, team__user=coordinator, family="Trang"
    )
    client.force_login(coordinator)
    first = client.get("/cover/").content.decode()
    assert "Trang" in first
    assert "Odom" not in first
    second = client.get(f"/cover/?team={team.public_id}").content.decode()
    assert "Odom" in second
    assert "Paulo" not in second
    sent = {"when": "tonight", "with_whom": sana.public_id, "team": team.public_id}
    assert client.post("/cover/", sent).status_code == 302
    assert client.post("/cover/", sent | {"team": other.public_id}).status_code == 422
    sent |= {"team": other.public_id, "with_whom": paulo.public_id}
    assert client.post("/cover/", sent).status_code == 302
    assert {one.team for one in Cover.objects.all()} == {team, other}


def test_a_line_is_shown_to_who_covers_and_nobody_else(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    cover = CoverFactory(
        away=coordinator, covering=sana, team=team, starts_at=timezone.now() - HOUR,
        ends_at=timezone.now() + HOUR,
    )  # fmt: skip
    write_lines(actor_of(coordinator), cover, {patient.pk: " Feed the birds. "}, timezone.now())
    write_lines(
        actor_of(coordinator),
        cover,
        {
            patient.pk: "Feed the cat.",
        },
        timezone.now(),
    )
    assert CoverLine.objects.get().text == "Feed the cat."
    assert left_lines(actor_of(coordinator), patient) == []
    client.force_login(sana)
    page = client.get(f"/patients/{patient.public_id}/").content.decode()
    assert "Feed the cat." in page
    with pytest.raises(Patient.DoesNotExist):
        write_lines(actor_of(coordinator), cover, {patient.pk + 1: "x"}, timezone.now())


def test_back_again_one_reads_what_happened_each_with_its_hour(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    now = timezone.now()
    patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator, family="Jennings"
    )
    task = TaskFactory(team=team, assignee=coordinator, patient=patient, title="Ask about the heat")
    cover = CoverFactory(
        away=coordinator, covering=sana, team=team, starts_at=now - HOUR, ends_at=now + HOUR
    )
    worklist.complete(actor_of(sana), task.public_id, 1, now, outcome="it is on again")
    Call.objects.create(
        organization=team.organization, patient=patient, outcome="reached", note="the neighbor",
        occurred_at=now, logged_at=now, logged_by=sana,
    )  # fmt: skip
    Cover.objects.filter(pk=cover.pk).update(ended_at=timezone.now())
    client.force_login(coordinator)
    assert "Sana Ali covered for you" in client.get("/duty/").content.decode()
    page = client.get(f"/away/{cover.public_id}/").content.decode()
    for words in ("Jennings", "Ask about the heat", "it is on again", "the neighbor", "Sana Ali"):
        assert words in page
    assert client.post(f"/away/{cover.public_id}/read/")["Location"] == "/"
    assert "covered for you" not in client.get("/duty/").content.decode()
    client.force_login(member(team))
    assert client.get(f"/away/{cover.public_id}/").status_code == 404


def test_one_enter_too_many_after_an_answer_asks_nobody(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    made = actions.set_cover(actor_of(coordinator), wanted(coordinator, sana, team), timezone.now())
    client.force_login(sana)
    member(team)
    focus = 'form="cover-form" autofocus'
    answer = client.post(f"/cover/{made.public_id}/accept/", follow=True)
    assert "You cover." in answer.content.decode()
    assert focus not in answer.content.decode()
    assert focus in client.get("/cover/").content.decode()


def test_what_cannot_be_asked_is_said_at_the_field(
    team: Team, coordinator: User, sana: User, client: Client
) -> None:
    client.force_login(coordinator)
    wrong = [
        ({"when": "tonight"}, "Choose who covers"),
        ({"when": "other", "with_whom": sana.public_id}, "Enter a day and a time."),
        (
            {"when": "other", "with_whom": sana.public_id, "starts_at": "2026-01-02T10:00",
             "ends_at": "2026-01-01T10:00"},
            "Enter an end after the start",
        ),
    ]  # fmt: skip
    for typed, sentence in wrong:
        answer = client.post("/cover/", typed)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert not Cover.objects.exists()


@pytest.mark.parametrize("patients", [1, 12])
def test_the_pages_cost_the_same_however_many_patients(
    patients: int, team: Team, coordinator: User, sana: User, supervisor: User, client: Client,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for _ in range(patients):
        patient = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
        StayFactory(patient=patient)
    for user, url in (
        (coordinator, "/cover/"),
        (supervisor, f"/cover/sick/?who={coordinator.public_id}"),
    ):
        client.force_login(user)
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_cover_is_set_in_three_keys(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, coordinator: User,
    transactional_db: None,
) -> None:  # fmt: skip
    colleague = member(team, first_name="Sana", last_name="Ali")
    work(team, coordinator, LATE, SOON)
    page = page_as(coordinator, "/", theme=theme, width=width)
    keys = Keyboard(page)
    keys.press("g", "v")
    expect(page.locator("h1")).to_have_text("Cover")
    expect(page.locator("#set-cover")).to_be_focused()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    keys.press("Enter")
    expect(page.locator(".note.ok")).to_contain_text("Sana Ali is asked to cover until")
    assert keys.pressed == 3
    cover = Cover.objects.get()
    assert (cover.away, cover.covering) == (coordinator, colleague)
    theirs = page_as(colleague, "/cover/", theme=theme, width=width)
    expect(theirs.locator("#accept-1")).to_be_focused()
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".note.ok")).to_contain_text("You cover")
    assert_axe_clean(theirs)
    now = timezone.now()
    Cover.objects.update(starts_at=now - 2 * HOUR, ends_at=now - HOUR, accepted_at=now - 3 * HOUR)
    TaskFactory(team=team, assignee=coordinator).events.create(
        organization=team.organization, kind="raised", at=now - 1.5 * HOUR, after="ready"
    )
    page.goto("/")
    page.locator("#away-1").click()
    expect(page.locator("h1")).to_have_text("What happened while you were away")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("Enter")
    expect(page.locator("#away-1")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_sick_call_is_started_in_two_keys(
    width: int, page_as: Callable[..., Page], team: Team, coordinator: User, supervisor: User,
    transactional_db: None,
) -> None:  # fmt: skip
    now = timezone.now()
    for name in ("Sana", "Jonah"):
        colleague = member(team, first_name=name, last_name="Ali")
        ShiftFactory(user=colleague, team=team, starts_at=now - HOUR, ends_at=now + HOUR)
    work(team, coordinator, LATE, SOON)
    page = page_as(supervisor, "/cover/sick/", width=width)
    assert_axe_clean(page)
    page.locator("button", has_text="Delgado").click()
    expect(page.locator("h1")).to_contain_text("Maria Delgado is away")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("s")
    expect(page.locator(".note.ok")).to_contain_text("2 colleagues cover for Maria Delgado now")
    parts = [(len(one.patients), len(one.except_patients)) for one in Cover.objects.order_by("pk")]
    assert sorted(parts) == [(0, 1), (1, 0)]
    assert set(Task.objects.values_list("assignee", flat=True)) == {coordinator.pk}
