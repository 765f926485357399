"""The palette does as well as finds: acts of the row at hand, of the page, and places to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from coordination.access.models import AuditEvent, Team, User
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import member
from tests.factories import PatientFactory, TeamFactory
from tests.worklist.factories import TaskFactory


@pytest.fixture
def grace(team: Team):
    return PatientFactory(organization=team.organization, team=team, given="Grace", family="Okafor")


@pytest.fixture
def bed(team: Team, coordinator: User, grace):
    return TaskFactory(team=team, patient=grace, assignee=coordinator, title="Confirm the bed")


def acts(client: Client, **at_hand: Any) -> str:
    return client.get("/find/acts/", at_hand).content.decode()


def test_the_row_at_hand_offers_what_its_owner_may_do(signed_in: Client, bed) -> None:
    page = acts(signed_in, task=bed.public_id)
    assert "Confirm the bed · Grace Okafor" in page
    for code in ("log", "done", "move", "assign", "escalate", "cancel", "playbook", "new-task"):
        assert f'id="pal-do-{code}"' in page
    assert 'data-press="D"' in page
    assert AuditEvent.objects.filter(patients=[bed.patient_id]).exists()


def test_a_colleagues_task_offers_nothing_that_changes_it(
    client: Client, team: Team, supervisor: User, bed
) -> None:
    client.force_login(member(team))
    page = acts(client, task=bed.public_id)
    assert 'id="pal-do-log"' in page
    for code in ("done", "move", "assign", "cancel"):
        assert f'id="pal-do-{code}"' not in page
    client.force_login(supervisor)
    assert 'id="pal-do-done"' in acts(client, task=bed.public_id)


def test_who_only_reads_is_offered_reading(client: Client, team: Team, bed) -> None:
    client.force_login(member(team, "auditor"))
    page = acts(client, task=bed.public_id)
    assert 'id="pal-do-open"' in page
    for code in ("log", "done", "escalate", "playbook", "new-patient", "away", "duty"):
        assert f'id="pal-do-{code}"' not in page


def test_what_is_not_ours_is_left_out_and_the_rest_stays(signed_in: Client, bed) -> None:
    other = TeamFactory(organization=bed.organization)
    theirs = PatientFactory(organization=bed.organization, team=other, given="Ada", family="Out")
    task = TaskFactory(team=other, patient=theirs)
    for at_hand in (
        {"task": task.public_id}, {"patient": theirs.public_id}, {"task": uuid4()},
        {"task": "x", "patient": "' OR 1=1"},
    ):  # fmt: skip
        page = acts(signed_in, **at_hand)
        assert "Ada" not in page
        assert 'id="pal-do-new-patient"' in page


def test_a_closed_task_is_opened_again_not_done(signed_in: Client, bed) -> None:
    type(bed).objects.filter(pk=bed.pk).update(
        status="completed", is_open=False, completed_at=timezone.now()
    )
    page = acts(signed_in, task=bed.public_id)
    assert 'id="pal-do-reopen"' in page
    assert 'id="pal-do-done"' not in page


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_acts_cost_the_same_for_any_number_of_tasks(
    signed_in: Client, team: Team, coordinator: User, bed, rows: int, django_assert_num_queries: Any
) -> None:
    TaskFactory.create_batch(rows, team=team, patient=bed.patient, assignee=coordinator)
    acts(signed_in, task=bed.public_id)
    with django_assert_num_queries(7):  # session, user, task, and the audit row in its savepoint
        acts(signed_in, task=bed.public_id)


def test_neither_dialog_is_sent_with_a_page(signed_in: Client) -> None:
    page = signed_in.get("/").content.decode()
    assert '<dialog id="palette"' not in page
    assert '<dialog id="keys"' not in page
    assert '<dialog id="palette"' in signed_in.get("/find/palette/").content.decode()
    assert '<dialog id="keys"' in signed_in.get("/keys/list/").content.decode()


def test_the_palette_opens_a_drawer_of_the_row_by_typed_words(
    page_as: Callable[..., Page], coordinator: User, bed
) -> None:
    page = page_as(coordinator, "/")
    page.keyboard.press("/")
    expect(page.locator("#pal-q")).to_be_focused()
    page.locator("#pal-q").press_sequentially("mov due")
    expect(page.locator("#pal-do-move")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#pal-do-move kbd")).to_have_text("S")
    expect(page.locator("#pal-do-done")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#dialog h2")).to_contain_text("Move")


def test_letters_left_out_still_find_the_act(
    page_as: Callable[..., Page], coordinator: User, bed
) -> None:
    page = page_as(coordinator, "/")
    page.keyboard.press("Control+k")
    page.locator("#pal-q").press_sequentially("esclt")
    expect(page.locator("#pal-do-escalate")).to_have_attribute("aria-selected", "true")
    page.locator("#pal-q").fill("snooze")
    expect(page.locator("#pal-do-move")).to_have_attribute("aria-selected", "true")


def test_done_in_the_palette_is_the_rows_own_button(
    page_as: Callable[..., Page], coordinator: User, bed
) -> None:
    page = page_as(coordinator, "/")
    page.keyboard.press("/")
    page.locator("#pal-q").press_sequentially("done")
    expect(page.locator("#pal-do-done")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Task closed")
    bed.refresh_from_db()
    assert bed.status == "completed"


def test_what_is_typed_before_the_palette_is_there_is_not_lost(
    page_as: Callable[..., Page], coordinator: User, grace
) -> None:
    page = page_as(coordinator, "/patients/")
    slow: list[Route] = []
    page.route("**/find/palette/", lambda route: slow.append(route))
    page.keyboard.press("/")
    page.keyboard.type("oka")
    page.wait_for_timeout(0)
    slow.pop().continue_()
    expect(page.locator("#pal-q")).to_have_value("oka")
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{grace.public_id}/")


def test_an_answer_that_comes_too_late_does_not_speak_over_the_act(
    page_as: Callable[..., Page], coordinator: User, bed
) -> None:
    page = page_as(coordinator, "/")
    slow: list[Route] = []
    page.route("**/find/", lambda route: slow.append(route))
    page.keyboard.press("/")
    with page.expect_request("**/find/"):
        page.locator("#pal-q").press_sequentially("done")
    expect(page.locator("#pal-do-done")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Task closed")
    with page.expect_response("**/find/"):
        slow.pop().continue_()
    page.wait_for_function("!document.querySelector('.htmx-request')")
    expect(page.locator("#live")).to_contain_text("Task closed")


def test_a_place_and_a_button_of_the_page_are_reached_by_words(
    page_as: Callable[..., Page], supervisor: User, team: Team
) -> None:
    page = page_as(supervisor, "/reports/overdue/")
    page.keyboard.press("/")
    page.locator("#pal-q").press_sequentially("export")
    expect(page.locator("#pal-here [aria-selected=true]")).to_contain_text("Export")
    page.locator("#pal-q").fill("profile")
    expect(page.locator("#pal-do-profile")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")


def test_a_counter_of_the_page_is_said_in_words_that_do_not_run_together(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/")
    page.keyboard.press("/")
    page.locator("#pal-q").press_sequentially("overdue")
    expect(page.locator("#pal-here li:visible").first).to_contain_text("0 Overdue nothing is late")


def test_the_list_of_keys_and_the_search_are_pages_without_scripts(
    page_as: Callable[..., Page], coordinator: User, grace
) -> None:
    page = page_as(coordinator, "/", javascript=False)
    page.click("#keys-button")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    page.click("#find")
    page.wait_for_url("**/patients/")
    expect(page.locator("main form[role=search], main [type=search]").first).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_palette_is_readable(
    page_as: Callable[..., Page], coordinator: User, bed, theme: str, width: int
) -> None:
    page = page_as(coordinator, "/", theme=theme, width=width)
    page.click("#find")
    expect(page.locator("#pal-do-log")).to_be_visible()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
