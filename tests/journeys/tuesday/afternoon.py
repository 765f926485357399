"""15:00 to 17:30: asked and decided, a playbook of one's own, and rounds at the bedside."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent
from coordination.outreach.models import Call
from coordination.worklist.jobs import pass_on_requests
from coordination.worklist.models import ApprovalRequest, Playbook, Task
from patients.models import Stay
from tests.journeys.tuesday.story import PHONE, Tuesday
from tests.journeys.tuesday.ward import calls_of
from tests.journeys.world import row

SAVE = "Control+Enter"
BOOK = "discharge-home"


def the_afternoons_work(day: Tuesday) -> None:
    """14:50. What opened again moves to tomorrow; Sana makes the call that was Jonah's."""
    day.at("14:50")
    task = day.ward.tasks["stairs"]
    page = day.screen("maria", "/")
    row(page, task).locator("[data-main]").focus()
    page.keyboard.press("s")
    page.get_by_label("Another time").fill("tomorrow 9")
    page.keyboard.press(SAVE)
    expect(page.locator("#live")).to_contain_text("Due time moved")
    other = day.screen("sana", "/")
    row(other, day.ward.tasks["payer"]).locator("[data-main]").focus()
    for key in ("l", "1", SAVE):
        other.keyboard.press(key)
    expect(row(other, day.ward.tasks["payer"])).to_have_count(0)
    (call,) = calls_of(day.ward, "Odom")
    assert call.logged_by == day.user("sana")
    assert day.ward.task("payer").status == "completed"


def a_question_for_the_supervisor(day: Tuesday) -> None:
    """15:00. A deadline of the law stands behind the call: Maria asks, Ruth asks back, Maria says.

    Nobody decides what they asked themselves.
    """
    day.at("15:00")
    maria = day.screen("maria", f"/tasks/{day.ward.tasks['owed'].public_id}/")
    asked = ask_to_cancel(day, maria, "Her daughter is a nurse and was with her.")
    expect(maria.locator(f"#approve-{asked.public_id}")).to_have_count(0)
    refused = maria.goto(f"/requests/{asked.public_id}/approve/")
    assert refused is not None
    assert refused.status == 403
    asked_back_and_answered(day, maria, asked)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", day.user("ruth"))
    assert day.ward.task("owed").status == "cancelled"
    done = AuditEvent.objects.filter(action="task.cancel").latest("pk")
    assert done.user == day.user("ruth")
    maria.goto("/notices/")
    expect(maria.locator("main")).to_contain_text("Thank you.")
    day.picture(maria, "answer")
    maria.locator("#answer-seen-1").press("Enter")


def asked_back_and_answered(day: Tuesday, maria: Page, asked: ApprovalRequest) -> None:
    """15:10. Ruth hears by a number beside Requests; words go back and forth; she approves."""
    day.at("15:10")
    ruth = day.screen("ruth", "/patients/")
    expect(ruth.locator("#n-worklist-requests")).to_contain_text("1")
    ruth.keyboard.press("g")
    ruth.keyboard.press("r")
    expect(ruth.locator(f"#row-{asked.public_id}")).to_contain_text("No proof yet")
    day.picture(ruth, "asked")
    says(ruth, "b", "What you need to know", "Who spoke with her?")
    expect(ruth.locator(f"#row-{asked.public_id}")).to_contain_text("Who spoke with her?")
    day.at("15:20")
    maria.goto("/requests/")
    says(maria, "b", "Your answer", "Her daughter, at noon.")
    expect(maria.locator(f"#row-{asked.public_id}")).to_contain_text("Her daughter, at noon.")
    day.at("15:30")
    ruth.reload()
    says(ruth, "y", "A word to who asked", "Thank you.")
    expect(ruth.locator(f"#row-{asked.public_id}")).to_have_count(0)


def ask_to_cancel(day: Tuesday, page: Page, why: str) -> ApprovalRequest:
    """Ask for the task on the screen to be canceled, and return what was asked."""
    page.locator("#act-ask").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why it need not be done").select_option("done-elsewhere")
    page.get_by_label("Why, for the supervisor").fill(why)
    day.picture(page, "ask")
    page.keyboard.press(SAVE)
    expect(page.get_by_text("Asked. The supervisors of the team hear of it.").first).to_be_visible()
    page.goto("/requests/")
    return ApprovalRequest.objects.latest("pk")


def says(page: Page, key: str, label: str, words: str) -> None:
    """Press a key on the marked request, type the words it asks for, and send them."""
    page.keyboard.press(key)
    page.get_by_label(label).fill(words)
    page.keyboard.press(SAVE)


def a_playbook_of_the_teams_own(day: Tuesday) -> None:
    """16:00. Ruth changes one step, looks what it would do to a patient, and puts it in force."""
    day.at("16:00")
    page = day.screen("ruth", "/playbooks/")
    page.locator(f"#book-{BOOK}").click()
    page.get_by_role("button", name="Make a copy for").click()
    page.locator("#edit-may-we-call").click()
    page.get_by_label("What is to be done").fill("Ask whom to call, and in which language")
    day.picture(page, "step")
    page.locator("#keep-step").click()
    page.locator("#preview").click()
    page.locator("#preview-text").fill("77 41000")
    page.locator("#preview-search").click()
    page.locator(f"#to-{day.ward.patients['Okafor'].public_id}").click()
    expect(page.locator("#foreseen")).to_contain_text("Ask whom to call, and in which language")
    assert not Task.objects.filter(step="may-we-call").exists()
    day.picture(page, "preview")
    page.locator("#to-draft").click()
    page.locator("#publish").click()
    expect(page.locator("#changes")).to_contain_text("in which language")
    page.get_by_label("What changes, and why").fill("Ask about the language too.")
    day.picture(page, "publish")
    page.locator("#publish-go").click()
    expect(page.get_by_text("In force from the next start on.")).to_be_visible()
    assert Playbook.objects.get(team=day.ward.team).slug == BOOK


def the_palette_does_as_well_as_finds(day: Tuesday) -> None:
    """16:20. Maria says what she wants in words: the due time of the list moves."""
    day.at("16:20")
    task = day.ward.tasks["list"]
    page = day.screen("maria", "/")
    row(page, task).locator("[data-main]").focus()
    page.keyboard.press("Control+k")
    page.locator("#pal-q").press_sequentially("mov due")
    expect(page.locator("#pal-do-move")).to_have_attribute("aria-selected", "true")
    day.picture(page, "palette")
    page.keyboard.press("Enter")
    page.get_by_label("Another time").fill("today 19")
    page.keyboard.press(SAVE)
    expect(page.locator("#live")).to_contain_text("Due time moved")
    due = day.ward.task("list").due_at
    assert due is not None
    assert f"{due.astimezone(day.now.tzinfo):%d %H:%M}" == "01 19:00"


def rounds_on_the_phone_and_on_paper(day: Tuesday) -> None:
    """16:40. Kenji goes bed to bed with one thumb; Maria prints the sheet."""
    day.at("16:40")
    unit = day.ward.west.public_id
    phone = day.screen("kenji", f"/rounds/{unit}/", width=PHONE)
    stay = Stay.objects.get(patient=day.ward.patients["Herrera"])
    bed = phone.locator(f"#bed-{stay.public_id}")
    phone.locator("#rounds").evaluate("(e, id) => e.scrollTo({left: id})", PHONE)
    phone.wait_for_function(
        "id => Math.abs(document.getElementById(id).getBoundingClientRect().x) < 40",
        arg=f"bed-{stay.public_id}",
    )
    day.picture(phone, "rounds")
    bed.get_by_role("button", name="Seen").click()
    expect(bed).to_contain_text("Seen Today")
    (call,) = calls_of(day.ward, "Herrera")
    assert (call.channel, call.logged_by) == ("bedside", day.user("kenji"))
    day.picture(phone, "seen")
    page = day.screen("maria", f"/rounds/{unit}/")
    page.locator("#rounds-sheet").click()
    expect(page.locator(".rsheet h1")).to_have_text("Rounds, 4 West")
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".rsheet footer")).to_contain_text("Printed by Maria Delgado")
    day.picture(page, "rounds-sheet")
    page.emulate_media(media="screen")
    assert AuditEvent.objects.filter(action="print", user=day.user("maria")).exists()
    assert Call.objects.filter(channel="bedside").count() == 1


def a_second_question(day: Tuesday) -> None:
    """15:40. Maria asks once more; it may wait for two hours."""
    day.at("15:40")
    page = day.screen("maria", f"/tasks/{day.ward.tasks['owed too'].public_id}/")
    asked = ask_to_cancel(day, page, "He goes to his own doctor tomorrow.")
    pass_on_requests()
    asked.refresh_from_db()
    assert asked.passed_at is None


def nobody_answered(day: Tuesday) -> None:
    """17:45. Two hours are over: whoever is on call is told. Ruth refuses, and says why."""
    day.at("17:45")
    pass_on_requests()
    asked = ApprovalRequest.objects.latest("pk")
    assert asked.passed_to == day.user("ruth")
    page = day.screen("ruth", "/notices/")
    expect(page.locator("main")).to_contain_text("He goes to his own doctor tomorrow.")
    day.picture(page, "went-up")
    page.goto("/requests/")
    says(page, "r", "Why not", "A call is owed to him too. Please call him.")
    expect(page.locator(f"#row-{asked.public_id}")).to_have_count(0)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("refused", day.user("ruth"))
    assert day.ward.task("owed too").is_open
