"""A supervisor changes a playbook in a browser, previews, publishes and starts it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.worklist import actions
from coordination.worklist.models import Playbook, PlaybookDraft, Task
from patients.models import Patient
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.factories import PatientFactory, StayFactory
from tests.worklist.test_team_books import SLUG, put


@pytest.fixture
def patient(team: Team, coordinator: User, supervisor: User) -> Patient:
    load_rules()
    fill_holidays(range(2024, 2031))
    actions.load_playbooks(timezone.now())
    made = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    StayFactory(patient=made)
    return made


def start_by_hand(page: Page, patient: Patient) -> None:
    page.goto(f"/playbooks/start/{patient.public_id}/")
    page.get_by_label("Playbook", exact=True).select_option(SLUG)
    page.locator("#start-go").click()
    page.wait_for_url("**/tasks/**")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_supervisor_changes_a_step_previews_publishes_and_starts_it(
    page_as: Callable[..., Page], patient: Patient, supervisor: User, *, javascript: bool
) -> None:
    page = page_as(supervisor, "/playbooks/", javascript=javascript)
    page.locator(f"#book-{SLUG}").click()
    page.get_by_role("button", name="Make a copy for").click()
    page.locator("#edit-may-we-call").click()
    page.get_by_label("What is to be done").fill("Ask whom to call, and in which language")
    page.get_by_label("Whose work it is").select_option("nurse")
    page.get_by_label("Or a time of its own").fill("1")
    page.get_by_label("Counted in").select_option("business_days")
    page.locator("#keep-step").click()
    expect(page.get_by_text("Kept in the draft: Ask whom to call")).to_be_visible()
    page.locator("#up-may-we-call").click()
    expect(page.locator(".steps > li").nth(1)).to_have_id("step-may-we-call")

    page.locator("#preview").click()
    page.locator("#preview-text").fill(patient.mrn or patient.family)
    page.locator("#preview-search").click()
    page.locator(f"#to-{patient.public_id}").click()
    expect(page.locator("#foreseen")).to_contain_text("Ask whom to call, and in which language")
    assert not Task.objects.exists()
    page.locator("#to-draft").click()

    page.locator("#publish").click()
    expect(page.locator("#changes")).to_contain_text("The patient’s nurse")
    page.get_by_label("What changes, and why").fill("Ask about the language too.")
    page.locator("#publish-go").click()
    expect(page.get_by_text("In force from the next start on.")).to_be_visible()

    start_by_hand(page, patient)
    task = Task.objects.get(step="may-we-call")
    assert task.title == "Ask whom to call, and in which language"
    assert task.due_at is not None
    assert task.run.playbook == Playbook.objects.get(team__isnull=False)


def test_steps_are_put_in_order_by_keys(
    page_as: Callable[..., Page], patient: Patient, supervisor: User, team: Team
) -> None:
    draft = actions.begin_draft(actor_of(supervisor), SLUG, team.public_id, timezone.now())
    order = [step["slug"] for step in draft.definition["step"]]
    page = page_as(supervisor, f"/playbooks/drafts/{draft.public_id}/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.wait_for_url("**way=down")
    expect(page.locator(f"#down-{order[0]}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".steps > li").nth(2)).to_have_id(f"step-{order[0]}")
    expect(page.locator(f"#down-{order[0]}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".steps > li").nth(1)).to_have_id(f"step-{order[0]}")
    page.keyboard.press("e")
    expect(page.get_by_label("What is to be done")).to_be_visible()
    draft.refresh_from_db()
    assert [one["slug"] for one in draft.definition["step"]][1] == order[0]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_pages_of_a_team(
    page_as: Callable[..., Page], patient: Patient, supervisor: User, team: Team,
    theme: str, width: int,
) -> None:  # fmt: skip
    ruth, now = actor_of(supervisor), timezone.now()
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    draft = put(ruth, draft, now, "may-we-call", title="Ours", owner="nurse")
    own = actions.publish_draft(ruth, draft.public_id, draft.version, "Ours", now)
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    draft = put(ruth, draft, now, "may-we-call", blocked_by=["may-we-call"])
    draft = actions.drop_draft_step(ruth, draft.public_id, draft.version, "choice-list", now)
    sound = actions.begin_draft(ruth, "thirty-days", team.public_id, now)
    base, other = f"/playbooks/drafts/{draft.public_id}", f"/playbooks/drafts/{sound.public_id}"
    page = page_as(supervisor, "/playbooks/", theme=theme, width=width)
    for path in (
        "/playbooks/", f"/playbooks/{own.public_id}/", f"{base}/", f"{base}/add/",
        f"{base}/step/follow-up-visit/", f"{base}/publish/", f"{base}/discard/",
        f"{base}/preview/", f"{other}/preview/?to={patient.public_id}",
    ):  # fmt: skip
        page.goto(path)
        assert_axe_clean(page)
        page.set_viewport_size({"width": 320, "height": 640})
        assert_no_sideways_scroll(page)
        page.set_viewport_size({"width": width, "height": 900})
    assert PlaybookDraft.objects.count() == 2
