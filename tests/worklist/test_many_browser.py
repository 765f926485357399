"""Sixty tasks moved at once in a browser, with its progress and its results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.worklist import actions
from coordination.worklist.models import BulkRun, Task
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory


def test_all_that_match_are_moved_at_once_and_each_row_has_its_result(
    page_as: Callable[..., Page], team: Team, coordinator: User
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    late = timezone.now() - timedelta(hours=3)
    tasks = TaskFactory.create_batch(
        60, team=team, patient=patient, assignee=coordinator, due_at=late, due_set_by=coordinator
    )
    page = page_as(coordinator, "/")
    page.locator("#pick-all").check()
    bar = page.locator("#bulk")
    expect(bar).to_contain_text("50 selected")
    page.locator("#bulk-every").click()
    expect(bar).to_contain_text("60 selected")
    page.locator("[data-bulk-act=move]").click()
    page.get_by_text("and 10 more").wait_for()
    page.get_by_label("In a week, same hour").check()
    Task.objects.filter(pk=tasks[0].pk).update(version=7)
    page.locator("#bulk-go").click()
    page.get_by_role("heading", name="Move 60 due times").wait_for()
    expect(page.locator("#run-progress")).to_contain_text("Waits for the worker")
    assert_axe_clean(page)
    actions.run_bulk(timezone.now())
    expect(page.locator("#run-progress")).to_contain_text("59 done")
    expect(page.locator("#run-progress")).to_contain_text("1 not done")
    page.get_by_role("link", name="Not done 1").click()
    page.get_by_text("changed this while you had it open").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert BulkRun.objects.get().status == "completed"
