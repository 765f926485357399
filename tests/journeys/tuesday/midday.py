"""11:00 to 14:30: the queue, a move to another unit, and what was written on the wrong chart."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from coordination.outreach.models import Call
from coordination.worklist.models import OwnerProposal, Task
from patients.models import Assignment, Merge, Patient, TimelineEntry
from tests.journeys.tuesday.story import Tuesday
from tests.journeys.tuesday.ward import calls_of
from tests.journeys.world import Keyboard, row

STAIRS = "Stairs: eleven, rail on the left."


def work_is_taken_from_the_queue(day: Tuesday) -> None:
    """11:00. Two faxes nobody owns: Sana takes them in one key."""
    day.at("11:00")
    page = day.screen("sana", "/queue/")
    task = day.ward.tasks["faxes"]
    row(page, task).locator("[data-main]").focus()
    day.picture(page, "queue")
    page.keyboard.press("y")
    expect(row(page, task)).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Yours now")
    assert day.ward.task("faxes").assignee == day.user("sana")


def the_supervisor_gives_a_patient_to_somebody(day: Tuesday) -> None:
    """11:10. Nadia Freeman came in the night and has nobody: primary, backup, and why."""
    day.at("11:10")
    patient = day.ward.patients["Freeman"]
    page = day.screen("ruth", "/queue/")
    page.locator(f"#row-{patient.public_id}").locator("[data-main]").focus()
    page.keyboard.press("a")
    page.locator("#id_primary").select_option(str(day.user("sana").public_id))
    page.locator("#id_backup").select_option(str(day.user("maria").public_id))
    page.locator("#id_reason").fill("Came in the night; Sana has room.")
    day.picture(page, "assign")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#row-{patient.public_id}")).to_have_count(0)
    rows = Assignment.objects.filter(patient=patient, ends_at__isnull=True).exclude(kind="nurse")
    assert {one.kind: one.user for one in rows} == {
        "primary": day.user("sana"), "backup": day.user("maria"),
    }  # fmt: skip
    assert {one.reason for one in rows} == {"Came in the night; Sana has room."}


def each_patient_stands_once_by_bed(day: Tuesday) -> None:
    """11:20. Maria's patients, each once, in the order of the beds."""
    day.at("11:20")
    page = day.screen("maria", "/patients/")
    names = page.locator("a.pt").all_inner_texts()
    assert len(names) == len(set(names))
    beds = [bed for bed in page.locator("td.c-bed").all_inner_texts() if bed.startswith("4W")]
    assert {"4W-01", "4W-09", "4W-14"} <= set(beds)
    expect(page.locator("tr.grp").first).to_contain_text("Nothing planned")
    day.picture(page, "patients")


def a_patient_moves_and_the_next_team_is_asked(day: Tuesday) -> None:
    """11:30. Edith Vance goes to 5 North. Maria keeps everything until somebody accepts."""
    day.at("11:30")
    page = day.screen("maria", day.ward.path("Vance"))
    page.keyboard.press("m")
    page.locator("#id_unit").select_option(str(day.ward.north.pk))
    page.locator("#id_bed").fill("5N-07")
    day.picture(page, "move")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#carers")).to_contain_text("Moving to 5 North, not yet accepted.")
    niece = Task.objects.get(title="Call the niece")
    assert niece.assignee == day.user("maria")
    other = day.screen("sana", "/queue/")
    expect(other.locator("main")).to_contain_text("Moved from 4 West to 5 North")
    expect(other.locator("main")).to_contain_text("now with Maria Delgado")
    day.picture(other, "to-take-over")
    other.keyboard.press("y")
    expect(other.locator("#toasts")).to_contain_text("Taken over")
    niece.refresh_from_db()
    assert niece.assignee == day.user("sana")
    assert OwnerProposal.objects.get().is_taken


def a_call_on_the_wrong_of_two_rosas(day: Tuesday) -> None:
    """13:00. The call was with the other Rosa: it moves, and what it closed opens again."""
    day.at("13:00")
    page = day.screen("maria", "/")
    row(page, day.ward.tasks["stairs"]).locator("[data-main]").focus()
    page.keyboard.press("l")
    page.locator("#id_note").fill(STAIRS)
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert day.ward.task("stairs").status == "completed"
    page.goto(day.ward.path("Martinez-Leal"))
    expect(page.locator("#name-alert")).to_contain_text("Rosa Martinez")
    day.picture(page, "name-alert")
    the_call_moves(day, page)
    assert day.ward.task("stairs").status == "ready"
    (call,) = calls_of(day.ward, "Martinez")
    assert (call.note, call.parties.get().contact.name) == (STAIRS, "Hector Martinez")
    page.goto(day.ward.path("Martinez-Leal"))
    expect(page.locator("#timeline")).to_contain_text("A call was moved: logged on the wrong")
    expect(page.locator("main")).not_to_contain_text("Hector")


def the_call_moves(day: Tuesday, page: Page) -> None:
    """Open the line of the call, say whose it is and why, by keyboard."""
    right = day.ward.patients["Martinez"]
    page.get_by_role("link", name="Phone, the patient").focus()
    page.keyboard.press("Enter")
    page.locator("#wrong-patient").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("2 Jun 1949")
    page.locator(f"#to-{right.public_id}").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("This opens again: “Ask about the stairs at home”")
    page.get_by_label("Who it was").select_option(label="Hector Martinez")
    page.get_by_label("Why").fill("I had the other chart open.")
    day.picture(page, "wrong-patient")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Moved here from another chart")


def a_call_that_never_was(day: Tuesday) -> None:
    """13:20. Kenji logged a bedside talk that was not held: it is struck, with the reason."""
    day.at("13:20")
    page = day.screen("kenji", day.ward.path("Haddad"))
    page.keyboard.press("l")
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).to_be_hidden()
    (call,) = calls_of(day.ward, "Haddad")
    page.goto(f"/calls/{call.public_id}/")
    page.locator("#in-error").click()
    page.get_by_label("Why").fill("He was asleep; I had the next bed in mind.")
    day.picture(page, "in-error")
    page.locator("#mend-go").click()
    expect(page.locator("#dialog")).to_be_hidden()
    call.refresh_from_db()
    assert call.status == "entered-in-error"
    assert Call.objects.filter(pk=call.pk).exists(), "nothing is deleted"


def one_person_with_two_charts(day: Tuesday) -> None:
    """13:40. A coordinator sees the alert and tells; the supervisor compares and makes them one."""
    day.at("13:40")
    page = day.screen("maria", day.ward.path("Wilk"))
    expect(page.locator("#name-alert")).to_contain_text("Tomek Wilk Nowak")
    expect(page.get_by_role("link", name="The same person? Compare")).to_have_count(0)
    page.keyboard.press("t")
    expect(page.get_by_label("MRN of the patient")).to_have_value("77 41005")
    page.get_by_label("What is to be done").fill("Same person as 77 41060? tomorrow 15 @Adeyemi")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/$"))
    told = Task.objects.get(title__startswith="Same person")
    assert told.assignee == day.user("ruth")
    boss = day.screen("ruth", day.ward.path("Wilk"))
    boss.get_by_role("link", name="The same person? Compare").click()
    expect(boss.locator("#sides")).to_contain_text("Wilk Nowak")
    boss.get_by_label("Why").fill("Registered again at night.")
    day.picture(boss, "merge")
    boss.locator("#merge-go").click()
    expect(boss.locator("h1")).to_contain_text("Tomasz Wilk")
    gone = day.ward.patients["Nowak"]
    assert Patient.objects.get(pk=gone.pk).merged_into == day.ward.patients["Wilk"]
    assert day.ward.task("hearing").patient == day.ward.patients["Wilk"]


def the_merge_is_taken_back(day: Tuesday) -> None:
    """14:00. They are cousins. The number still found the patient; now both are as they were."""
    day.at("14:00")
    gone = day.ward.patients["Nowak"]
    page = day.screen("ruth", day.ward.path("Nowak"))
    expect(page).to_have_url(f"{page.url.split('/patients/')[0]}{day.ward.path('Wilk')}")
    page.get_by_role("link", name="Merged with the chart").click()
    page.get_by_label("Why").fill("Two cousins.")
    day.picture(page, "merged")
    page.locator("#unmerge-go").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    assert Merge.objects.get().undone_by == day.user("ruth")
    assert Patient.objects.get(pk=gone.pk).merged_into is None
    assert day.ward.task("hearing").patient == gone


def two_people_write_in_one_record(day: Tuesday) -> None:
    """14:20. Maria and Sana both write what matters to him: neither loses a word."""
    day.at("14:20")
    address = f"{day.ward.path('Wilk')}edit/"
    first, second = day.screen("maria", address), day.screen("sana", address)
    second.get_by_label("What matters to them").fill("Likes tea at six.")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("h1")).to_contain_text("Tomasz Wilk")
    first.get_by_label("What matters to them").fill("Hears better on the left.")
    first.get_by_role("button", name="Save").click()
    expect(first.locator("#conflict-h")).to_contain_text("Sana Ali changed this at 14:20")
    both = first.get_by_label("What matters to them, both in one")
    expect(both).to_have_value("Likes tea at six.\nHears better on the left.")
    day.picture(first, "conflict")
    first.locator("#conflict-save").click()
    expect(first.locator("h1")).to_contain_text("Tomasz Wilk")
    patient = Patient.objects.get(pk=day.ward.patients["Wilk"].pk)
    assert patient.about_me == "Likes tea at six.\nHears better on the left."


def a_jot_finds_its_patient(day: Tuesday) -> None:
    """14:40. The line of the morning goes onto the timeline of the one it is about."""
    day.at("14:40")
    page = day.screen("maria", "/")
    keys = Keyboard(page)
    keys.press("u")
    page.locator("#jot-open-1").click()
    expect(page.locator("#jot")).to_contain_text("Named in it")
    day.picture(page, "whose-jot")
    page.locator("#jot-note-1").click()
    expect(page.locator("#dialog")).to_be_hidden()
    note = TimelineEntry.objects.get(kind="note.written")
    assert note.patient == day.ward.patients["Herrera"]
