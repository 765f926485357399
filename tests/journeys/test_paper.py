"""What comes out of the printer: the work, without the frame around it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from tests.journeys.world import LATE, SOON, row, work


def test_paper_shows_the_rows_and_no_navigation(
    page_as: Callable[..., Page], maria: User, team: Team
) -> None:
    (task, _soon) = work(team, maria, LATE, SOON)
    page = page_as(maria, "/", theme="dark")
    page.emulate_media(media="print")
    for part in ("#side", "header.top", ".tabbar", ".tools", ".acts", ".rowacts >> nth=0"):
        expect(page.locator(part)).to_be_hidden()
    expect(row(page, task)).to_contain_text("Grace Okafor")
    expect(page.locator(".printed")).to_contain_text("Printed by Maria Delgado")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.goto(f"/patients/{task.patient.public_id}/")
    expect(page.locator("#side")).to_be_hidden()
    expect(page.get_by_role("heading", name="Grace Okafor")).to_be_visible()
