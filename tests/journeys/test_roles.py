"""Who sees what: the frame follows the role, and a climbed task is found by the supervisor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import FacilitySetting, Team, User
from coordination.worklist.actions import escalate_late
from tests.conftest import member
from tests.journeys.world import LATE, SOON, work

PLACES = {
    "nurse": {"My caseload", "Patients", "Outgoing", "Playbooks", "Overdue report"},
    "supervisor": {"My caseload", "Patients", "Outgoing", "Playbooks", "Overdue report"},
    "auditor": {"My caseload", "Patients", "Outgoing", "Playbooks", "Overdue report"},
    "admin": {"Settings"},
}


@pytest.mark.parametrize("role", PLACES)
def test_the_navigation_holds_what_the_role_may_open_and_nothing_else(
    page_as: Callable[..., Page], team: Team, role: str
) -> None:
    work(team, None, LATE)
    page = page_as(member(team, role), "/styleguide/")
    links = page.locator("#side .nav a")
    assert set(links.locator(".t").all_inner_texts()) >= PLACES[role]
    for address in links.evaluate_all("all => all.map((one) => one.getAttribute('href'))"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
    assert page.goto("/admin/").status == (200 if role == "admin" else 403)  # type: ignore[union-attr]


def test_an_administrator_sees_no_patient(page_as: Callable[..., Page], team: Team) -> None:
    (task,) = work(team, None, LATE)
    page = page_as(member(team, "admin"), "/styleguide/")
    for path in ("/patients/", f"/patients/{task.patient.public_id}/", f"/tasks/{task.public_id}/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in {403, 404}
        expect(page.locator("body")).not_to_contain_text("Okafor")


def test_a_supervisor_finds_the_climbed_task_drills_down_and_exports(
    page_as: Callable[..., Page], team: Team, maria: User, ruth: User
) -> None:
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="escalation_steps",
        value="10 min / 20 min / 30 min", set_at=timezone.now(),
    )  # fmt: skip
    late, _soon = work(team, maria, LATE, SOON)
    assert escalate_late(timezone.now()) == 1
    page = page_as(ruth, "/notices/")
    expect(page.locator("main")).to_contain_text(late.title)
    page.goto("/reports/overdue/")
    rows = page.locator("table[data-list] tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("to Ruth")
    page.get_by_role("link", name="1 late of Maria Delgado").click()
    page.wait_for_url("**/?owner=*")
    expect(rows).to_contain_text(late.title)
    expect(page.locator("#export")).to_be_visible()
