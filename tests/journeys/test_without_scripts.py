"""The same work without JavaScript: links, pages and forms do all of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.outreach.models import Call
from coordination.worklist.models import Task
from tests.journeys.world import LATE, SOON, fresh, work

PASSWORD = "a long-enough password 7"


def test_sign_in_open_close_log_and_find_work_without_scripts(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    User.objects.filter(pk=maria.pk).update(password=make_password(PASSWORD))
    first, second = work(team, maria, LATE, SOON)
    Task.objects.filter(pk=second.pk).update(evidence_required="contact")
    page = page_as(None, "/", javascript=False)
    page.get_by_label("User name").fill(maria.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Yes, on duty").click()
    expect(page.get_by_role("heading", name="My caseload")).to_be_visible()

    page.get_by_role("link", name=first.title).click()
    page.locator("#act-done").click()
    page.locator("#ask-go").click()
    expect(page.locator("main")).to_contain_text("Open again")
    assert fresh(first).status == "completed"

    page.goto(f"/tasks/{second.public_id}/log/")
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("radio", name="Done, close this task").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="My caseload")).to_be_visible()
    assert Call.objects.get().task_id == second.pk
    assert fresh(second).status == "completed"

    page.get_by_role("link", name="Patients").first.click()
    page.locator("main input[type=search], main input[type=text]").first.fill("Okafor")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Okafor").first.click()
    expect(page.get_by_role("heading", name="Grace Okafor")).to_be_visible()
