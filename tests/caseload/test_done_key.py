"""One key closes the task of the row, says so, and one key takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.worklist.models import Task
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory


def test_d_closes_the_row_and_z_takes_it_back(
    page_as: Callable[..., Page], coordinator: User, team: Team
) -> None:
    for title in ("Confirm the bed", "Book the van"):
        patient = PatientFactory(organization=team.organization, team=team)
        due = timezone.now() - timedelta(minutes=20)
        TaskFactory(team=team, assignee=coordinator, patient=patient, title=title, due_at=due)
    page = page_as(coordinator, "/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row] [data-main]")).to_be_focused()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("#live")).not_to_be_empty()
    page.keyboard.press("z")
    expect(page.locator("[data-row]")).to_have_count(2)
    assert not Task.objects.filter(status="completed").exists()
