"""A coordinator names two charts of one person, and the supervisor's answer makes them one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, User
from coordination.records import NotPermitted, Refused, TransitionNotAllowed
from coordination.worklist import actions
from coordination.worklist.models import ApprovalRequest
from patients.actions import merge_charts, unmerge_charts
from patients.models import Merge, Patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.counting import statements
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory

MERGE = "merge-charts"
WHY = "registered twice, the second time at night"
SECRET = "Twinname"


@pytest.fixture
def stays(team, coordinator: User) -> Patient:
    found: Patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator, family="Okafor",
        phone="", about_me="Hums.",
    )  # fmt: skip
    return found


@pytest.fixture
def goes(team) -> Patient:
    found: Patient = PatientFactory(
        organization=team.organization, team=team, family=SECRET, phone="(555) 010-7730",
        about_me="Left-handed.",
    )  # fmt: skip
    return found


@pytest.fixture
def boss(supervisor: User) -> Actor:
    return actor_of(supervisor)


def ask(actor: Actor, stays: Patient, goes: Patient) -> ApprovalRequest:
    now = timezone.now()
    return actions.ask(actor, MERGE, stays.public_id, now, why=WHY, choice=str(goes.public_id))


def test_the_answer_merges_the_charts_in_both_names(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient, team
) -> None:
    task = TaskFactory(team=team, patient=goes, title="Confirm the bed")
    asked = ask(actor, stays, goes)
    actions.approve(boss, asked.public_id, asked.version, timezone.now())
    for one in (stays, goes, task, asked):
        one.refresh_from_db()
    assert (goes.merged_into, task.patient, asked.state) == (stays, stays, "approved")
    merge = Merge.objects.get()
    assert (merge.by_id, merge.why) == (boss.user_id, WHY)
    row = AuditEvent.objects.get(action="patient.merge")
    assert (row.user_id, row.on_behalf_of) == (boss.user_id, actor.user_id)
    assert set(row.patients) == {stays.pk, goes.pk}


def test_what_only_one_chart_knows_is_kept_and_taking_back_restores_it(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient
) -> None:
    asked = ask(actor, stays, goes)
    actions.approve(boss, asked.public_id, None, timezone.now())
    stays.refresh_from_db()
    assert (stays.family, stays.phone) == ("Okafor", "(555) 010-7730")
    assert stays.about_me == "Hums.\nLeft-handed."
    merge = Merge.objects.get()
    unmerge_charts(boss, merge.public_id, merge.version, why="two people", now=timezone.now())
    stays.refresh_from_db()
    assert (stays.phone, stays.about_me) == ("", "Hums.")


def test_refused_both_charts_stand(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient
) -> None:
    asked = ask(actor, stays, goes)
    actions.refuse(boss, asked.public_id, None, timezone.now(), words="two sisters")
    goes.refresh_from_db()
    assert goes.merged_into is None
    assert not Merge.objects.exists()


def test_asked_back_and_answered_it_still_merges(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient
) -> None:
    asked, now = ask(actor, stays, goes), timezone.now()
    actions.ask_back(boss, asked.public_id, None, now, words="Same birth date?")
    actions.reply(actor, asked.public_id, None, now, words="Yes, by her passport.")
    actions.approve(boss, asked.public_id, None, now)
    goes.refresh_from_db()
    assert goes.merged_into == stays


def test_only_charts_one_sees_are_named(actor: Actor, stays: Patient, hospital) -> None:
    hidden = PatientFactory(organization=hospital, team=TeamFactory(organization=hospital))
    for choice in (str(hidden.public_id), "", "x"):
        with pytest.raises(Patient.DoesNotExist):
            actions.ask(actor, MERGE, stays.public_id, timezone.now(), why=WHY, choice=choice)
    assert not ApprovalRequest.objects.exists()


def test_one_chart_is_no_two_and_a_death_on_one_is_settled_first(
    actor: Actor, stays: Patient, goes: Patient
) -> None:
    with pytest.raises(Refused, match="same chart"):
        ask(actor, stays, stays)
    Patient.objects.filter(pk=goes.pk).update(deceased_at=timezone.now())
    with pytest.raises(Refused, match="has died"):
        ask(actor, stays, goes)


def test_who_may_merge_need_not_ask_and_who_asked_cannot_answer(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient
) -> None:
    with pytest.raises(TransitionNotAllowed, match="yourself"):
        ask(boss, stays, goes)
    asked = ask(actor, stays, goes)
    with pytest.raises(NotPermitted):
        actions.approve(actor, asked.public_id, None, timezone.now())


def test_a_chart_that_left_the_scope_refuses_the_answer_and_nothing_is_written(
    actor: Actor, boss: Actor, stays: Patient, goes: Patient, hospital
) -> None:
    asked = ask(actor, stays, goes)
    goes.assignments.update(team=TeamFactory(organization=hospital))
    with pytest.raises(Patient.DoesNotExist):
        actions.approve(boss, asked.public_id, None, timezone.now())
    asked.refresh_from_db()
    assert asked.state == "asked"


@pytest.mark.parametrize("is_turned", [False, True])
def test_merged_by_hand_meanwhile_nothing_waits_any_more(
    is_turned: bool, actor: Actor, boss: Actor, stays: Patient, goes: Patient
) -> None:
    asked = ask(actor, stays, goes)
    into, gone = (goes, stays) if is_turned else (stays, goes)
    merge_charts(
        boss, into=into.public_id, gone=gone.public_id, why="seen in person", now=timezone.now()
    )
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_request_names_nobody_but_its_own_chart_and_the_part_with_both_is_on_record(
    actor: Actor, client: Client, supervisor: User, stays: Patient, goes: Patient
) -> None:
    asked = ask(actor, stays, goes)
    client.force_login(supervisor)
    for url in (
        f"/requests/{asked.public_id}/",
        f"/requests/{asked.public_id}/approve/",
        "/requests/",
    ):
        assert SECRET not in client.get(url).content.decode()
    part = f"/patients/{stays.public_id}/both/?with={goes.public_id}"
    assert part in client.get(f"/requests/{asked.public_id}/approve/").content.decode()
    shown = client.get(part, headers={"HX-Request": "true"}).content.decode()
    assert SECRET in shown
    assert "Okafor" in shown
    assert set(AuditEvent.objects.order_by("-pk")[0].patients) == {stays.pk, goes.pk}


def test_the_part_with_both_costs_the_same_each_time(
    signed_in: Client, stays: Patient, goes: Patient
) -> None:
    part = f"/patients/{stays.public_id}/both/?with={goes.public_id}"
    signed_in.get(part)
    with statements(7):  # session, user, two charts, two stays, audit
        signed_in.get(part, headers={"HX-Request": "true"})


def test_a_chart_that_is_not_there_is_not_shown_beside_another(
    signed_in: Client, stays: Patient, hospital
) -> None:
    hidden = PatientFactory(organization=hospital, team=TeamFactory(organization=hospital))
    for other in (f"?with={hidden.public_id}", "", "?with=x", f"?with={stays.public_id}"):
        assert signed_in.get(f"/patients/{stays.public_id}/both/{other}").status_code == 404


def test_asked_by_a_coordinator_and_done_by_the_supervisor_in_the_browser(
    page_as: Callable[..., Page], coordinator: User, supervisor: User, stays: Patient, team
) -> None:
    twin = PatientFactory(
        organization=team.organization, team=team, family="Okafor", given=stays.given
    )
    page = page_as(coordinator, f"/patients/{stays.public_id}/")
    page.get_by_role("link", name="The same person? Ask the supervisor").click()
    expect(page.locator("#both")).to_contain_text(twin.mrn)
    assert_axe_clean(page)
    page.get_by_label("Why, for the supervisor").fill(WHY)
    page.click("#ask-go")
    for look in LOOKS:
        theme, width = look.values
        page = page_as(supervisor, "/requests/", theme=theme, width=width)
        page.get_by_role("link", name="Make two charts of one person one").first.click()
        page.locator("#to-approve").click()
        expect(page.locator("#both")).to_contain_text(twin.mrn)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
    page.click("#answer-go")
    expect(page.locator("#answer")).to_be_hidden()
    page.goto(f"/patients/{twin.public_id}/")
    expect(page).to_have_url(f"{page.url.split('/patients/')[0]}/patients/{stays.public_id}/")
