"""What one does with a task besides closing it: each act from the list, by its key or the menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import Team, User
from coordination.worklist.models import Escalation, Task
from tests.journeys.world import LATE, SOON, fresh, lane, row, work


@pytest.fixture
def day(page_as: Callable[..., Page], maria: User, team: Team) -> tuple[Page, list[Task]]:
    """Open the list with two late tasks and one due soon."""
    tasks = work(team, maria, LATE, LATE + 20, SOON)
    return page_as(maria, "/"), tasks


def drawer(page: Page, title: str) -> None:
    expect(page.locator("#dialog-h")).to_have_text(title)


def test_s_moves_the_due_time_and_the_row_says_so(day: tuple[Page, list[Task]]) -> None:
    page, (task, *_others) = day
    page.keyboard.press("s")
    drawer(page, "Move due time")
    page.get_by_label("Another time").fill("tomorrow 9")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#live")).to_contain_text("Due time moved")
    expect(lane(page, "overdue")).to_have_text("1")
    later = page.locator("tbody[data-group=later]")
    expect(later.locator(f"#row-{task.public_id} .c-due")).not_to_contain_text("late")
    expect(row(page, task).locator("[data-main]")).to_be_focused()
    assert fresh(task).due_at > timezone.now()


def test_a_time_that_cannot_be_read_is_said_at_its_field_and_kept(
    day: tuple[Page, list[Task]],
) -> None:
    page, (task, *_others) = day
    page.keyboard.press("s")
    drawer(page, "Move due time")
    page.get_by_label("Another time").fill("next blue moon")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog .errs")).to_be_focused()
    expect(page.get_by_label("Another time")).to_have_value("next blue moon")
    assert fresh(task).due_at == task.due_at


def test_a_gives_the_task_to_the_pool_and_it_leaves_the_list(day: tuple[Page, list[Task]]) -> None:
    page, (task, second, _third) = day
    page.keyboard.press("a")
    drawer(page, "Assign")
    page.get_by_label("the pool").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog .errs")).to_contain_text("Say why the owner changes")
    page.get_by_label("the pool").check()
    page.get_by_label("Why", exact=False).fill("Off this afternoon")
    page.keyboard.press("Control+Enter")
    expect(row(page, task)).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("another owner")
    expect(row(page, second).locator("[data-main]")).to_be_focused()
    assert fresh(task).assignee is None


def test_e_tells_the_next_person_up_after_asking(
    day: tuple[Page, list[Task]], ruth: User, sana: User
) -> None:
    page, (task, *_others) = day
    page.keyboard.press("e")
    drawer(page, "Escalate now")
    assert not Escalation.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#live")).to_contain_text("was told")
    expect(row(page, task)).to_be_visible()
    assert Escalation.objects.filter(task=task).count() == 1


def test_the_menu_holds_what_has_no_key(day: tuple[Page, list[Task]]) -> None:
    page, (first, second, third) = day
    row(page, first).get_by_role("button", name="More for").click()
    page.locator("#act-hold").click()
    drawer(page, "Set aside")
    page.get_by_label("Until").fill("in 7 days")
    page.get_by_label("Why", exact=True).fill("Waits for the fitting")
    page.locator("#ask-go").click()
    expect(row(page, first)).to_contain_text("On hold until")
    assert fresh(first).status == "on-hold"

    row(page, second).get_by_role("button", name="More for").click()
    page.locator("#act-wait").click()
    page.locator("#id_kind").select_option("facility")
    page.get_by_label("Person").fill("Dana Whitfield")
    page.locator("#ask-go").click()
    expect(row(page, second)).to_contain_text("Dana Whitfield")
    expect(row(page, second)).to_contain_text("late")

    row(page, third).get_by_role("button", name="More for").click()
    page.locator("#act-cancel").click()
    page.locator("#ask-go").click()
    expect(page.locator("#dialog .errs")).to_be_visible()
    page.get_by_label("Reason").select_option(index=1)
    page.locator("#ask-go").click()
    expect(row(page, third)).to_have_count(0)
    assert fresh(third).status == "cancelled"


def test_three_chosen_rows_are_given_away_at_once(day: tuple[Page, list[Task]], ruth: User) -> None:
    page, tasks = day
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-count]").last).to_have_text("3")
    page.get_by_role("button", name="Reassign").click()
    drawer(page, "Reassign 3 tasks")
    page.get_by_label("the pool").check()
    page.get_by_label("Why", exact=False).fill("Off this afternoon")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#live")).to_contain_text("3 tasks done.")
    expect(page.locator("[data-row]")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
    assert {fresh(task).assignee for task in tasks} == {None}


def test_a_row_that_somebody_else_changed_is_named_and_the_others_are_done(
    day: tuple[Page, list[Task]],
) -> None:
    page, (first, second, third) = day
    later = timezone.now() + timedelta(hours=1)
    Task.objects.filter(pk=second.pk).update(due_at=later, version=second.version + 1)
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Reassign").click()
    page.get_by_label("the pool").check()
    page.get_by_label("Why", exact=False).fill("Off this afternoon")
    page.keyboard.press("Control+Enter")
    results = page.locator("#dialog tbody tr")
    expect(results).to_have_count(3)
    expect(results.filter(has_text="Done")).to_have_count(2)
    expect(results.filter(has_text=second.title)).not_to_contain_text("Done")
    assert [fresh(one).assignee is None for one in (first, second, third)] == [True, False, True]


def test_a_task_typed_in_one_line_is_read_back_before_it_is_saved(
    day: tuple[Page, list[Task]],
) -> None:
    page, (task, *_others) = day
    page.keyboard.press("t")
    drawer(page, "New task")
    expect(page.get_by_label("MRN of the patient")).to_have_value(task.patient.mrn)
    page.get_by_label("What is to be done").fill("call son tomorrow 9 !urgent")
    heard = page.locator("#heard")
    expect(heard).to_contain_text("Call son")
    expect(heard).to_contain_text("09:00")
    expect(heard).to_contain_text("urgent")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Call son")).to_be_visible()
    expect(page.locator("#dialog")).to_be_hidden()
    made = Task.objects.latest("pk")
    assert (made.title, made.priority, made.patient) == ("Call son", "urgent", task.patient)
    expect(row(page, made).locator("[data-main]")).to_be_focused()


def test_t_on_the_page_of_a_patient_is_for_that_patient(day: tuple[Page, list[Task]]) -> None:
    page, (task, *_others) = day
    page.goto(f"/patients/{task.patient.public_id}/")
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(page.get_by_label("MRN of the patient")).to_have_value(task.patient.mrn)


def test_a_line_that_names_nobody_here_is_refused_with_what_was_typed(
    day: tuple[Page, list[Task]],
) -> None:
    page, (task, *_others) = day
    page.goto("/tasks/new/")
    page.get_by_label("MRN of the patient").fill(task.patient.mrn)
    page.get_by_label("What is to be done").fill("call son @nobodyhere")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errs")).to_contain_text("nobodyhere")
    expect(page.get_by_label("What is to be done")).to_have_value("call son @nobodyhere")
    assert Task.objects.count() == 3
