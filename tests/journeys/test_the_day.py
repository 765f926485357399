"""A coordinator's morning: sign in, see the day, log a call in three keys, close work in one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.outreach.models import Call
from tests.journeys.world import LATE, MUCH_LATER, SOON, Keyboard, fresh, lane, row, work

PASSWORD = "a long-enough password 7"


def test_signing_in_shows_the_day_in_its_groups(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    User.objects.filter(pk=maria.pk).update(password=make_password(PASSWORD))
    work(team, maria, LATE, LATE + 20, SOON, None, MUCH_LATER)
    page = page_as(None, "/")
    page.get_by_label("User name").fill(maria.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Not on duty: just look").click()
    expect(page.get_by_role("heading", name="My caseload")).to_be_visible()
    heads = [" ".join(words.split()) for words in page.locator("tr.grp").all_inner_texts()]
    assert heads == ["Overdue 2", "Due in the next 2 hours 1", "After today 1", "No date yet 1"]
    expect(lane(page, "overdue")).to_have_text("2")
    expect(lane(page, "undated")).to_have_text("1")
    expect(page.get_by_text("1 h 25 m late")).to_be_visible()
    expect(page.locator("#n-caseload-day")).to_have_text("2 late")
    assert "Okafor" not in page.title()


def test_a_call_is_logged_in_three_keys_and_the_next_drawer_is_up(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    first, second, _third = work(
        team, maria, LATE, LATE + 20, SOON, evidence_required="contact"
    )  # fmt: skip
    page = page_as(maria, "/")
    keys = Keyboard(page)
    keys.press("l", "1", "Control+Enter")
    assert keys.pressed == 3
    expect(page.locator("#dialog-h")).to_contain_text("Luis Herrera")
    expect(row(page, first)).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("Call logged")
    expect(lane(page, "overdue")).to_have_text("1")
    expect(page.locator("tr.grp").first).to_contain_text("Overdue 1")
    assert fresh(first).status == "completed"
    call = Call.objects.get()
    assert call.outcome == "reached-two-way"
    page.keyboard.press("Escape")
    expect(row(page, second).locator("[data-main]")).to_be_focused()


def test_calls_are_logged_one_after_the_other_without_leaving_the_keyboard(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    tasks = work(team, maria, LATE, LATE + 20, SOON, evidence_required="contact")
    page = page_as(maria, "/")
    keys = Keyboard(page)
    keys.press("l", "1", "Control+Enter")
    expect(page.locator("#dialog-h")).to_contain_text("Luis Herrera")
    keys.press("1", "Control+Enter")
    expect(page.locator("#dialog-h")).to_contain_text("Edith Vance")
    keys.press("1", "Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    assert keys.pressed == 7
    assert {fresh(task).status for task in tasks} == {"completed"}
    expect(page.get_by_role("heading", name="My caseload")).to_be_focused()
    expect(lane(page, "overdue")).to_have_text("0")


def test_an_unanswered_call_stays_and_proposes_the_next_attempt(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    (task,) = work(team, maria, LATE, evidence_required="contact")
    page = page_as(maria, "/")
    page.keyboard.press("l")
    page.get_by_role("radio", name="No answer").check()
    expect(page.locator("[name=what_next][value=proposed]")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#live")).to_contain_text("Call logged")
    assert fresh(task).is_open
    assert fresh(task).due_at > task.due_at
    expect(row(page, task)).to_be_visible()


def test_done_is_one_key_and_z_takes_it_back(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    first, second = work(team, maria, LATE, LATE + 20)
    page = page_as(maria, "/")
    keys = Keyboard(page)
    keys.press("d")
    assert keys.pressed == 1
    expect(row(page, first)).to_have_count(0)
    expect(lane(page, "overdue")).to_have_text("1")
    expect(page.locator(".toast")).to_be_visible()
    assert fresh(first).status == "completed"
    page.keyboard.press("z")
    expect(row(page, first)).to_be_visible()
    expect(lane(page, "overdue")).to_have_text("2")
    assert fresh(first).is_open
    assert fresh(second).is_open


def test_a_patient_is_found_in_two_keys_and_typing(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    task = work(team, maria, LATE, SOON)[1]
    page = page_as(maria, "/")
    keys = Keyboard(page)
    keys.press("/")
    page.keyboard.type("herr")
    expect(page.locator("#hit-1")).to_contain_text("MRN")
    keys.press("Enter")
    assert keys.pressed == 2
    page.wait_for_url(f"**/patients/{task.patient.public_id}/")
    expect(page.get_by_role("heading", name="Luis Herrera")).to_be_visible()


def test_the_filters_stand_in_the_address_and_come_off_again(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    late, soon = work(team, maria, LATE, SOON)
    page = page_as(maria, "/")
    page.keyboard.press("1")
    page.wait_for_url("**/?lane=overdue")
    expect(row(page, late)).to_be_visible()
    expect(row(page, soon)).to_have_count(0)
    expect(page.locator("#lane-overdue")).to_have_attribute("aria-current", "true")
    page.keyboard.press("1")
    expect(row(page, soon)).to_be_visible()
