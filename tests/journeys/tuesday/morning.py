"""07:00 to 09:00: who is here, who is not, and the telephone in the middle of it."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Cover, Draft, Shift
from coordination.outreach.models import Call
from coordination.worklist.models import Jot, Task
from patients.models import Assignment
from tests.journeys.tuesday.story import Tuesday
from tests.journeys.tuesday.ward import calls_of
from tests.journeys.world import Keyboard, lane, row

NOTE = "Bed held until noon, ask for Dana"
JOT = "Herrera's neighbor has the house key"


def everybody_says_where_they_are(day: Tuesday) -> None:
    """07:00. Each signs in by name and password; one key answers where they are on duty."""
    for who in ("maria", "sana", "ruth", "bernadette"):
        page = day.screen(who)
        expect(page.locator("h1")).to_contain_text("On duty: 4 West")
        day.picture(page, f"on-duty-{who}")
        page.keyboard.press("Enter")
        expect(page.locator("#on-duty-as")).to_contain_text("until 19:30")
        assert Shift.objects.get(user=day.user(who)).confirmed_at is not None
    assert AuditEvent.objects.filter(action="sign-in", outcome="ok").count() >= 4


def a_nurse_floats_to_the_unit_that_is_short(day: Tuesday) -> None:
    """07:05. Kenji is of 5 North. 4 West asked for him, for this shift, on record."""
    day.at("07:05")
    page = day.screen("kenji")
    expect(page.locator("h1")).to_contain_text("On duty: 5 North")
    patient = day.ward.path("Okafor")
    before = page.goto(patient)
    assert before is not None
    assert before.status == 404
    page.goto("/duty/start/")
    page.locator("#change-duty").click()
    page.get_by_label("Another unit instead").select_option(label="4 West")
    day.picture(page, "float")
    page.locator("#save-duty").click()
    expect(page.locator("#on-duty-as")).to_contain_text("4 West until 19:30")
    page.goto(patient)
    expect(page.get_by_role("heading", name="Grace Okafor")).to_be_visible()
    shift = Shift.objects.get(user=day.user("kenji"))
    assert (shift.unit, shift.is_float) == (day.ward.west, True)
    lent = AuditEvent.objects.filter(action="privilege.change").latest("pk")
    assert lent.detail["lent_teams"] == [day.ward.team.pk]


def the_charge_nurse_gives_out_the_beds(day: Tuesday) -> None:
    """07:15. Nobody had a nurse yet: one key a bed, and one to save the sheet."""
    day.at("07:15")
    page = day.screen("bernadette", "/unit/")
    expect(page.locator("#lane-unassigned b")).to_have_text("10")
    keys = Keyboard(page)
    keys.press("a")
    expect(page.locator("[data-asked]")).to_contain_text("Bed 01, Grace Okafor")
    keys.press(*"2212212122")
    expect(page.locator("#nurse-2 [data-count]")).to_have_text("7 beds")
    day.picture(page, "sheet")
    keys.press("s")
    expect(page.locator(".note.ok")).to_contain_text("10 beds changed hands")
    assert keys.pressed == 12
    expect(page.locator("#lane-unassigned b")).to_have_text("0")
    day.picture(page, "unit")
    given = Assignment.objects.filter(kind="nurse", ends_at__isnull=True)
    assert given.filter(user=day.user("kenji")).count() == 7
    assert given.filter(user=day.user("bernadette")).count() == 3


def everybody_sees_who_is_on(day: Tuesday) -> None:
    """07:30. On duty, by place, with a number to press."""
    day.at("07:30")
    page = day.screen("ruth", "/duty/")
    here = page.locator(".onduty")
    for words in ("Kenji Watanabe, RN", "floats here", "Maria Delgado, RN", "(555) 010-0412"):
        expect(here).to_contain_text(words)
    expect(here).not_to_contain_text("Jonah")
    day.picture(page, "who-is-on")


def a_colleague_is_sick(day: Tuesday) -> None:
    """08:00. Jonah calls in sick: five keys, and his three patients have somebody."""
    began = day.at("08:00")
    page = day.screen("ruth", "/duty/")
    keys = Keyboard(page)
    keys.press("g", "v")
    expect(page.locator("h1")).to_have_text("Cover")
    page.locator("#sick-call").focus()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Who is sick?")
    jonah = page.locator("button.nurse", has_text="Jonah Tate")
    keys.press(jonah.get_attribute("data-choice-key") or "")
    expect(page.locator("h1")).to_contain_text("Jonah Tate is away")
    expect(page.locator("#patient-3")).to_be_visible()
    day.picture(page, "sick-call")
    keys.press("s")
    expect(page.locator(".note.ok")).to_contain_text("2 colleagues cover for Jonah Tate now")
    assert keys.pressed == 5
    assert (timezone.now() - began).total_seconds() < 60
    assert {one.covering for one in Cover.objects.all()} == {day.user("maria"), day.user("sana")}
    owners = Task.objects.filter(title__in=["Order the walker", "Call the sister back"])
    assert {task.assignee for task in owners} == {day.user("jonah")}, "nothing is moved"


def who_covers_acts_as_the_owner(day: Tuesday) -> None:
    """08:10. What was Jonah's stands in their lists, and they close it in one key."""
    day.at("08:10")
    task = day.ward.tasks["walker"]
    who = next(who for who in ("maria", "sana") if day_owns(day, who, task))
    page = day.screen(who, "/")
    expect(page.locator("body")).to_contain_text("You cover for Jonah Tate until")
    expect(row(page, task)).to_contain_text("For Jonah Tate")
    row(page, task).locator("[data-main]").focus()
    day.picture(page, "covered")
    page.keyboard.press("d")
    expect(row(page, task)).to_have_count(0)
    assert day.ward.task("walker").status == "completed"
    done = AuditEvent.objects.filter(action="task.complete").latest("pk")
    assert (done.user, done.on_behalf_of) == (day.user(who), day.user("jonah").pk)


def day_owns(day: Tuesday, who: str, task: Task) -> bool:
    """Say whether somebody covers for the patient of a task of Jonah's."""
    covers = Cover.objects.filter(covering=day.user(who))
    return any(
        task.patient_id in one.patients
        or (not one.patients and task.patient_id not in one.except_patients)
        for one in covers
    )


def the_mornings_calls(day: Tuesday) -> None:
    """09:00. A call in three keys, done in one and taken back, and a task in one line."""
    day.at("09:00")
    page = day.screen("maria", "/")
    expect(lane(page, "overdue")).to_have_text("2")
    day.picture(page, "caseload")
    keys = Keyboard(page)
    keys.press("l", "1", "Control+Enter")
    assert keys.pressed == 3
    expect(page.locator("#dialog-h")).to_contain_text("Luis Herrera")
    expect(lane(page, "overdue")).to_have_text("1")
    assert day.ward.task("ride").status == "completed"
    assert [call.outcome for call in calls_of(day.ward, "Okafor")] == ["reached-two-way"]
    page.keyboard.press("Escape")
    done_and_taken_back(day, page)
    a_task_in_one_line(day, page)


def done_and_taken_back(day: Tuesday, page: Page) -> None:
    """Close the oxygen by one key, open it again by Z, and close it after all."""
    task = day.ward.tasks["oxygen"]
    expect(row(page, task).locator("[data-main]")).to_be_focused()
    page.keyboard.press("d")
    expect(row(page, task)).to_have_count(0)
    assert not day.ward.task("oxygen").is_open
    day.picture(page, "done")
    page.keyboard.press("z")
    expect(row(page, task)).to_be_visible()
    assert day.ward.task("oxygen").is_open
    row(page, task).locator("[data-main]").focus()
    page.keyboard.press("d")
    expect(row(page, task)).to_have_count(0)


def a_task_in_one_line(day: Tuesday, page: Page) -> None:
    """Type what is to be done, read back before it is saved."""
    page.keyboard.press("t")
    page.get_by_label("MRN of the patient").fill(day.ward.patients["Vance"].mrn or "")
    page.get_by_label("What is to be done").fill("call the niece tomorrow 9 !urgent")
    expect(page.locator("#heard")).to_contain_text("09:00")
    day.picture(page, "one-line")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    made = Task.objects.latest("pk")
    assert (made.title, made.priority) == ("Call the niece", "urgent")
    assert made.due_at is not None
    assert f"{made.due_at.astimezone(day.now.tzinfo):%d %H:%M}" == "02 09:00"


def the_telephone_rings(day: Tuesday) -> None:
    """09:20. A form is half typed. Two callers, a jot, and back to the form: nothing is lost."""
    day.at("09:20")
    page = day.screen("maria", "/")
    half_typed(day, page)
    who_must_hear_nothing(day, page)
    who_may_hear_something(day, page)
    page.keyboard.press("n")
    page.locator("#id_text").fill(JOT)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    assert Jot.objects.get().patient is None
    back_to_the_form(day, page)


def half_typed(day: Tuesday, page: Page) -> None:
    """Begin to log the call about the bed, and leave it for the telephone."""
    row(page, day.ward.tasks["bed"]).locator("[data-main]").focus()
    page.keyboard.press("l")
    note = page.locator("#id_note")
    expect(note).to_be_visible()
    with page.expect_response("**/drafts/call/"):
        note.fill(NOTE)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert Draft.objects.filter(user=day.user("maria")).count() == 1


def who_must_hear_nothing(day: Tuesday, page: Page) -> None:
    """Find a number that must not be told anything: the page says so, and what to say instead."""
    page.keyboard.press("/")
    page.keyboard.type("0102299")
    card = page.locator("#pal-caller-1")
    expect(card).to_contain_text("Dale Herrera, brother of Luis Herrera")
    expect(card).to_contain_text(re.compile("must not be told|nothing", re.IGNORECASE))
    expect(card.locator("q")).to_contain_text("can't confirm")
    day.picture(page, "must-not-be-told")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def who_may_hear_something(day: Tuesday, page: Page) -> None:
    """Find the daughter's number, see what she may be told, and log her call."""
    keys = Keyboard(page)
    keys.press("/")
    page.keyboard.type("0102284")
    card = page.locator("#pal-caller-1")
    expect(card).to_contain_text("Hanna Wilk, daughter of Tomasz Wilk")
    expect(card).to_contain_text("where the patient is and when they leave")
    day.picture(page, "caller")
    keys.press("Enter")
    page.wait_for_url("**/log/?who=contact-*")
    keys.press("1", "Control+Enter")
    page.wait_for_url(re.compile(r":\d+/$"))
    assert keys.pressed == 4
    (call,) = calls_of(day.ward, "Wilk")
    assert (call.direction, call.outcome) == ("in", "reached-caregiver")


def back_to_the_form(day: Tuesday, page: Page) -> None:
    """Open Unfinished: the half-typed form and the jot. Go on with the form, and save it."""
    expect(page.locator("#tray-link")).to_have_accessible_name("Unfinished, 2")
    page.keyboard.press("u")
    tray = page.locator("#dialog")
    expect(tray).to_contain_text(NOTE)
    expect(tray).to_contain_text(JOT)
    day.picture(page, "unfinished")
    page.locator("#half-open-1").click()
    expect(page.locator("#id_note")).to_have_value(NOTE)
    expect(page.locator(".kept")).to_contain_text("Brought back")
    day.picture(page, "brought-back")
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r":\d+/$"))
    assert Call.objects.get(patient=day.ward.patients["Vance"]).note == NOTE
    assert day.ward.task("bed").status == "completed"
    assert list(Draft.objects.values_list("form", "fields")) == []
