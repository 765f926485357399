"""The call on the other Rosa's chart, found and moved with the keyboard."""

from __future__ import annotations

import os
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from coordination.outreach.actions import NextIn, PartyIn, log_call
from coordination.outreach.models import Call
from coordination.worklist.models import Task
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.factories import StayFactory, UnitFactory
from tests.outreach.factories import reachable
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rosas(team):
    """Two patients of one name in neighboring beds."""
    unit = UnitFactory(organization=team.organization, facility=team.facility, name="4 West")
    made = []
    for family, bed, born in (("Martinez-Leal", "04", 1951), ("Martinez", "09", 1949)):
        patient = reachable(team, given="Rosa", family=family, birth_date=date(born, 6, 2))
        StayFactory(patient=patient, unit=unit, bed=bed)
        made.append(patient)
    return made


def log(coordinator, task):
    """Log the call that closed the task."""
    at = timezone.now()
    log_call(
        actor_of(coordinator), patient=task.patient, party=PartyIn(kind="patient"),
        outcome="reached-caregiver", occurred_at=at, now=at, note="Stairs: eleven, rail left.",
        task=task, task_version=1, what_next=NextIn(kind="done"),
    )  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_call_on_the_other_rosas_chart_moves(theme, width, page_as, team, coordinator, rosas):
    wrong, right = rosas
    ContactFactory(patient=right, name="Hector Martinez", relation="husband")
    task = TaskFactory(
        team=team, patient=wrong, assignee=coordinator, evidence_required="contact",
        title="Ask about stairs at home",
    )  # fmt: skip
    log(coordinator, task)
    page = page_as(coordinator, f"/patients/{wrong.public_id}/", theme=theme, width=width)
    find_the_other(page, right, f"{theme}-{width}")
    page.get_by_label("Who it was").select_option(label="Hector Martinez")
    page.get_by_label("Why").fill("I had the other chart open.")
    shot(page, f"mend-move-{theme}-{width}")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Moved here from another chart")
    assert Task.objects.get().status == "ready"
    call = Call.objects.get()
    assert (call.patient, call.parties.get().contact.name) == (right, "Hector Martinez")
    old_chart_says_little(page, wrong)
    shot(page, f"mend-old-chart-{theme}-{width}")


def find_the_other(page, right, look):
    """Go from the line of the timeline to the right chart, by keyboard, reading on the way."""
    page.get_by_role("link", name="Phone, the patient").focus()
    page.keyboard.press("Enter")
    page.locator("#wrong-patient").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("With a name like this")
    expect(dialog).to_contain_text("2 Jun 1949")
    assert_axe_clean(page)
    shot(page, f"mend-choose-{look}")
    page.locator("#mend-text").fill("Martinez Rosa")
    page.keyboard.press("Enter")
    expect(page.locator("#mend-hits-h")).to_have_text("Found")
    page.locator(f"#to-{right.public_id}").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("This opens again: “Ask about stairs at home”")
    expect(dialog).to_contain_text("4 West, bed 09")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


def old_chart_says_little(page, wrong):
    """See that the old chart keeps one line, and nothing of the other person."""
    page.goto(f"/patients/{wrong.public_id}/")
    expect(page.locator("#timeline")).to_contain_text("A call was moved: logged on the wrong")
    expect(page.locator("main")).not_to_contain_text("Hector")


def shot(page, name):
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", caret="initial")
