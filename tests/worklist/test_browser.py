"""The task's pages and drawers in a browser: axe finds nothing, and one key reaches each act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from coordination.access.models import Team, User
from coordination.worklist import actions, queries
from coordination.worklist.models import Task
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.worklist.factories import TaskFactory


@pytest.fixture
def task(team: Team, coordinator: User) -> Task:
    due = timezone.now() + timedelta(hours=2)
    return TaskFactory(
        team=team, assignee=coordinator, due_at=due, due_set_by=coordinator,
        evidence_required="call",
    )  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_on_the_pages_of_a_task(
    page_as: Callable[..., Page], task: Task, coordinator: User, theme: str, width: int
) -> None:
    actions.load_playbooks(timezone.now())
    book = queries.playbooks(actor_of(coordinator))[0][0].public_id
    page = page_as(coordinator, "/notices/", theme=theme, width=width)
    acts = ("", "menu/", "why/", "done/", "move/", "assign/", "hold/", "cancel/", "wait/")
    for path in (
        *(f"/tasks/{task.public_id}/{act}" for act in acts), f"/playbooks/{book}/",
        f"/playbooks/start/{task.patient.public_id}/",
    ):  # fmt: skip
        page.goto(path)
        assert_axe_clean(page)
        page.set_viewport_size({"width": 320, "height": 640})
        assert_no_sideways_scroll(page)
        page.set_viewport_size({"width": width, "height": 900})


def test_d_asks_for_the_one_missing_thing_and_the_row_goes(
    page_as: Callable[..., Page], task: Task, coordinator: User
) -> None:
    page = page_as(coordinator, "/")
    page.locator(f"#row-{task.public_id} [data-main]").focus()
    page.keyboard.press("d")
    page.get_by_label("with whom").fill("Dana Whitfield")
    page.locator("#ask-go").click()
    page.locator(f"#row-{task.public_id}").wait_for(state="detached")
    assert not page.locator("#dialog").is_visible()
    page.keyboard.press("z")
    page.get_by_text("Taken back.").first.wait_for()
    task.refresh_from_db()
    assert task.status == "ready"
