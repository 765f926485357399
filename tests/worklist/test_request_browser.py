"""Asked and decided in a browser: by keyboard from refusal to answer, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from coordination.access.models import User
from coordination.clocks.models import Clock
from coordination.worklist import actions
from coordination.worklist.models import ApprovalRequest, Task
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.worklist.test_requests import asked, clock, patient, task

__all__ = ["clock", "patient", "task"]  # the fixtures of the rules' own tests
SAVE = "Control+Enter"
Opens = Callable[..., Page]


@pytest.fixture
def request_of(coordinator: User, task: Task) -> ApprovalRequest:
    return asked(actor_of(coordinator), task, timezone.now())


def shut(page: Page) -> None:
    page.locator("#dialog").wait_for(state="hidden")


def says(page: Page, key: str, label: str, words: str) -> None:
    """Press a key on the marked request, type the words it asks for, and send them."""
    page.keyboard.press(key)
    page.get_by_label(label).fill(words)
    page.keyboard.press(SAVE)


def test_a_refusal_becomes_a_question_by_keyboard(
    page_as: Opens, coordinator: User, supervisor: User, task: Task
) -> None:
    maria = page_as(coordinator, f"/tasks/{task.public_id}/")
    maria.locator("#act-ask").focus()
    maria.keyboard.press("Enter")
    maria.get_by_label("Why it need not be done").select_option("done-elsewhere")
    maria.get_by_label("Why, for the supervisor").fill("Her daughter was with her.")
    maria.keyboard.press(SAVE)
    maria.get_by_text("Asked. The supervisors of the team hear of it.").first.wait_for()
    ruth = page_as(supervisor, "/patients/")
    ruth.locator("#n-worklist-requests", has_text="1").wait_for()
    ruth.keyboard.press("g")
    ruth.keyboard.press("r")
    ruth.locator(f"#row-{ApprovalRequest.objects.get().public_id}").wait_for()


def test_asked_back_answered_and_approved_by_keyboard(
    page_as: Opens, coordinator: User, supervisor: User, task: Task, request_of: ApprovalRequest
) -> None:
    row = f"#row-{request_of.public_id}"
    ruth = page_as(supervisor, "/requests/")
    says(ruth, "b", "What you need to know", "Who spoke with her?")
    ruth.locator(row, has_text="Who spoke with her?").wait_for()
    ruth.locator("#n-worklist-requests:empty").wait_for(state="attached")
    maria = page_as(coordinator, "/requests/")
    says(maria, "b", "Your answer", "Her daughter, at noon.")
    maria.locator(row, has_text="Her daughter, at noon.").wait_for()
    ruth.reload()
    says(ruth, "y", "A word to who asked", "Thank you.")
    ruth.locator(row).wait_for(state="detached")
    shut(ruth)
    task.refresh_from_db()
    assert task.status == "cancelled"
    maria.goto("/notices/")
    maria.get_by_text("Thank you.").wait_for()
    maria.locator("#answer-seen-1").press("Enter")
    maria.get_by_text("Nothing has climbed to you.").wait_for()


def test_a_refusal_is_taken_back_by_z(
    page_as: Opens, supervisor: User, request_of: ApprovalRequest
) -> None:
    page = page_as(supervisor, "/requests/")
    row = page.locator(f"#row-{request_of.public_id}")
    page.keyboard.press("r")
    page.get_by_label("Why not").wait_for()
    page.keyboard.press(SAVE)
    page.get_by_text("Say why, in a few words.").first.wait_for()
    page.get_by_label("Why not").fill("Call her first.")
    page.keyboard.press(SAVE)
    row.wait_for(state="detached")
    shut(page)
    page.keyboard.press("z")
    row.wait_for()
    request_of.refresh_from_db()
    assert (request_of.state, request_of.answer) == ("asked", "")


def test_all_of_it_without_scripts(
    page_as: Opens, coordinator: User, supervisor: User, task: Task
) -> None:
    maria = page_as(coordinator, f"/tasks/{task.public_id}/cancel/", javascript=False)
    maria.get_by_label("Why it need not be done").select_option("done-elsewhere")
    maria.get_by_label("Why, for the supervisor").fill("Her daughter was with her.")
    maria.locator("#ask-go").click()
    request = ApprovalRequest.objects.get()
    assert maria.url.endswith(f"/requests/{request.public_id}/")
    ruth = page_as(supervisor, "/requests/", javascript=False)
    ruth.locator(f"#approve-{request.public_id}").click()
    ruth.locator("#answer-go").click()
    ruth.get_by_text("Approved", exact=True).first.wait_for()
    request.refresh_from_db()
    assert request.state == "approved"


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_on_the_pages_of_requests(
    page_as: Opens, coordinator: User, supervisor: User, clock: Clock,
    request_of: ApprovalRequest, theme: str, width: int,
) -> None:  # fmt: skip
    one = f"/requests/{request_of.public_id}/"
    actions.ask_back(actor_of(supervisor), request_of.public_id, None, timezone.now(), words="Who?")
    ask = f"/clocks/{clock.public_id}/ask/"
    seen = {
        supervisor: ("/requests/", "/requests/?view=decided", "/notices/", one, f"{one}approve/"),
        coordinator: ("/requests/", "/notices/", one, f"{one}reply/", ask),
    }  # fmt: skip
    for user, paths in seen.items():
        page = page_as(user, "/requests/", theme=theme, width=width)
        for path in paths:
            page.goto(path)
            assert_axe_clean(page)
            page.set_viewport_size({"width": 320, "height": 640})
            assert_no_sideways_scroll(page)
            page.set_viewport_size({"width": width, "height": 900})
