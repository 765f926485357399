"""18:45 to 20:10: the day goes home, the night comes, and what is late climbs past both."""

from __future__ import annotations

from playwright.sync_api import expect

from coordination.access.models import AuditEvent, Cover, Shift
from coordination.worklist.jobs import escalate_late
from coordination.worklist.models import Escalation, Jot
from patients.models import Assignment, CoverLine
from tests.journeys.tuesday.story import Tuesday
from tests.journeys.tuesday.ward import calls_of
from tests.journeys.world import Keyboard, row

LINE = "Her husband brings the walker at eight."
LATE_NOTE = "Asked for the list; he wants to read it tonight"
LAST_JOT = "Booker's cousin may drive on Thursday"


def the_night_is_covered(day: Tuesday) -> None:
    """18:45. Three keys and one line: Sana owns Maria's work until the morning, and accepts."""
    day.at("18:45")
    page = day.screen("maria", "/")
    keys = Keyboard(page)
    keys.press("g", "v")
    expect(page.locator("h1")).to_have_text("Cover")
    expect(page.locator("#with-1")).to_be_checked()
    page.get_by_label("Rosa Martinez", exact=False).last.fill(LINE)
    day.picture(page, "cover")
    keys.press("Control+Enter")
    expect(page.locator(".note.ok")).to_contain_text("Sana Ali is asked to cover until")
    assert keys.pressed == 3
    cover = Cover.objects.get(away=day.user("maria"))
    assert (cover.covering, cover.accepted_at) == (day.user("sana"), None)
    assert CoverLine.objects.get().text == LINE
    other = day.screen("sana", "/cover/")
    expect(other.locator("[id^=accept-]")).to_be_focused()
    other.keyboard.press("Enter")
    expect(other.locator(".note.ok")).to_contain_text("You cover")
    other.keyboard.press("Enter")  # one too many asks nobody
    day.picture(other, "covers")
    assert Cover.objects.filter(away=day.user("sana")).count() == 0
    cover.refresh_from_db()
    assert cover.accepted_at is not None


def a_session_ends_over_a_half_typed_form(day: Tuesday) -> None:
    """18:55. Twelve hours after she signed in Maria is out; she signs in beside her typing."""
    day.at("18:55")
    page = day.screen("maria", "/")
    row(page, day.ward.tasks["list"]).locator("[data-main]").focus()
    page.keyboard.press("l")
    with page.expect_response("**/drafts/call/"):
        page.locator("#id_note").fill(LATE_NOTE)
    page.get_by_role("radio", name="No answer").check()
    page.locator("[name=what_next][value=nothing]").check()
    day.at("19:01")
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    said = page.locator("#dialog .said")
    expect(said).to_contain_text("You are signed out.")
    expect(page.locator("#id_note")).to_have_value(LATE_NOTE)
    day.picture(page, "signed-out")
    assert calls_of(day.ward, "Wilk")[1:] == []
    with page.context.expect_page() as beside:
        said.get_by_role("link", name="Sign in").click()
    day.sign_in("maria", beside.value)
    beside.value.close()
    save.click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert [call.note for call in calls_of(day.ward, "Wilk")][1:] == [LATE_NOTE]
    ended = AuditEvent.objects.filter(action="sign-out", outcome="expired")
    assert ended.filter(user=day.user("maria")).count() == 1


def what_is_nobodys_yet_is_asked_about(day: Tuesday) -> None:
    """19:05. A jot is not attached: ending the shift asks whose it is. Then Maria goes home."""
    day.at("19:05")
    page = day.screen("maria", "/")
    page.keyboard.press("n")
    page.locator("#id_text").fill(LAST_JOT)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    page.goto("/duty/")
    page.locator("#end-duty").click()
    expect(page.locator("main")).to_contain_text("Before your shift ends")
    expect(page.locator("main")).to_contain_text(LAST_JOT)
    day.picture(page, "before-the-shift-ends")
    page.locator("#jot-open-1").click()
    page.locator("#jot-note-1").click()
    page.goto("/duty/")
    page.locator("#end-duty").click()
    expect(page.locator("main")).not_to_contain_text(LAST_JOT)
    page.locator("#end-shift").click()
    expect(page.locator("#on-duty-as")).to_contain_text("Not on duty")
    assert Jot.objects.get(text=LAST_JOT).patient == day.ward.patients["Booker"]
    assert Shift.objects.get(user=day.user("maria")).ended_at is not None


def the_night_comes_on(day: Tuesday) -> None:
    """19:10. Hana is on until half past seven, and Bernadette hands her the beds."""
    day.at("19:10")
    night = day.screen("hana")
    expect(night.locator("h1")).to_contain_text("On duty: 4 West, until 07:30")
    night.keyboard.press("Enter")
    expect(night.locator("#on-duty-as")).to_contain_text("until 07:30")
    page = day.screen("bernadette", f"/unit/{day.ward.west.public_id}/assignments/")
    expect(page.locator("#nurse-1")).to_contain_text("Hana Kowal")
    beds = page.locator("[data-row]").count()
    for _ in range(beds):
        page.keyboard.press("1")
        page.keyboard.press("j")
    expect(page.locator("#nurse-1 [data-count]")).to_have_text(f"{beds} beds")
    day.picture(page, "to-the-night")
    page.keyboard.press("s")
    expect(page.locator(".note.ok")).to_contain_text(f"{beds} beds changed hands")
    given = Assignment.objects.filter(kind="nurse", ends_at__isnull=True, team=day.ward.team)
    assert given.filter(user=day.user("hana")).count() == beds


def what_is_late_climbs(day: Tuesday) -> None:
    """19:20. The list was due at seven. Who covers hears at once; an hour later the supervisor."""
    day.at("19:20")
    escalate_late()
    task = day.ward.tasks["list"]
    assert told(day) == [(0, "sana")]
    page = day.screen("sana", "/")
    expect(row(page, task)).to_contain_text("For Maria Delgado")
    expect(page.locator("#bell-link")).to_have_accessible_name("Notices, 1 new")
    day.picture(page, "late-and-covered")
    day.at("20:05")
    escalate_late()
    escalate_late()
    assert told(day) == [(0, "sana"), (1, "ruth")], "Sana has it; the next one up is Ruth"
    rung_at_home(day)


def told(day: Tuesday) -> list[tuple[int, str]]:
    """Return who heard of the list, at which level."""
    rows = Escalation.objects.filter(task=day.ward.tasks["list"]).order_by("level")
    return [(one.level, one.to.username if one.to else "") for one in rows.select_related("to")]


def rung_at_home(day: Tuesday) -> None:
    """Sign Ruth in once more: the bell has a mark; she looks, and says that she has seen it."""
    page = day.screen("ruth", "/")
    expect(page.locator("#bell-link")).to_have_accessible_name("Notices, 1 new")
    page.locator("#bell-link").click()
    expect(page.locator("main")).to_contain_text("Have the choice list signed")
    day.picture(page, "bell")
    page.locator("#seen-1").click()
    expect(page.locator("main")).to_contain_text("Nothing has climbed to you.")
    notice = Escalation.objects.get(task=day.ward.tasks["list"], level=1)
    assert notice.acked_by == day.user("ruth")
