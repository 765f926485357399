"""03:00 to half past seven on Wednesday: the quiet hours, and the morning after."""

from __future__ import annotations

from django.db.models import Q
from playwright.sync_api import expect

from coordination.access.models import AuditEvent, Cover, Draft
from coordination.outreach.models import Call
from coordination.worklist.models import Task
from tests.browsing import assert_no_sideways_scroll
from tests.journeys.tuesday.story import LOCKS_AFTER, PHONE, Tuesday
from tests.journeys.tuesday.ward import PASSWORD, calls_of
from tests.journeys.world import row

ASLEEP = "Awake at three, asks for his wife"


def the_screen_locks_itself(day: Tuesday) -> None:
    """03:00. Hana is called away: a quarter of an hour later no name is on her screen."""
    day.at("03:00", next_day=True)
    page = day.screen("hana", day.ward.path("Herrera"))
    page.keyboard.press("l")
    page.locator("#id_note").fill(ASLEEP)
    page.locator("#dialog form[data-kept]").wait_for()
    day.at("03:16", next_day=True)
    day.close_all_but("hana")
    day.settings.IDLE_SECONDS = LOCKS_AFTER
    page.evaluate("document.dispatchEvent(new CustomEvent('tray-changed'))")  # the next poll
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert "Herrera" not in page.content()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    day.picture(page, "locked")
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Luis Herrera")).to_be_visible()
    assert AuditEvent.objects.filter(action="session.unlock", user=day.user("hana")).exists()


def the_network_is_gone(day: Tuesday) -> None:
    """03:18. The note is still there; saving it finds no network, and is sent again by itself."""
    day.at("03:18", next_day=True)
    page = day.screen("hana")
    page.keyboard.press("l")
    expect(page.locator("#id_note")).to_have_value(ASLEEP)
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.clock.install()
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog .said")).to_contain_text("Not saved. Trying again in 5 s.")
    expect(page.locator("#id_note")).to_have_value(ASLEEP)
    day.picture(page, "no-network")
    page.context.set_offline(False)
    page.clock.run_for(6_000)
    expect(page.locator("#dialog")).to_be_hidden()
    assert [call.note for call in calls_of(day.ward, "Herrera")].count(ASLEEP) == 1
    assert not Draft.objects.filter(user=day.user("hana")).exists()


def who_covers_does_it_at_night(day: Tuesday) -> None:
    """03:30. Sana closes what was late in Maria's stead, on her phone, with one thumb."""
    day.at("03:30", next_day=True)
    page = day.screen("sana", "/", width=PHONE)
    task = day.ward.tasks["list"]
    day.picture(page, "on-the-phone")
    row(page, task).get_by_role("button", name="Mark done").click()
    expect(row(page, task)).to_have_count(0)
    assert_no_sideways_scroll(page)
    assert day.ward.task("list").status == "completed"
    assert day.ward.task("list").assignee == day.user("maria"), "it was hers all the time"


def it_is_all_hers_again(day: Tuesday) -> None:
    """07:31. Cover is over by itself: Maria reads what happened, and Sana's list is her own."""
    day.at("07:31", next_day=True)
    page = day.screen("maria", "/")
    page.locator("#away-1").click()
    expect(page.locator("h1")).to_have_text("What happened while you were away")
    expect(page.locator("main")).to_contain_text("Have the choice list signed")
    expect(page.locator("main")).to_contain_text("Sana Ali")
    day.picture(page, "while-you-were-away")
    page.keyboard.press("Enter")
    expect(page.locator("#away-1")).to_have_count(0)
    expect(row(page, day.ward.tasks["hearing"])).to_be_visible()
    day.picture(page, "back")
    other = day.screen("sana", "/")
    expect(row(other, day.ward.tasks["hearing"])).to_have_count(0)
    assert Cover.objects.get(away=day.user("maria")).seen_at is not None
    assert day.ward.task("hearing").assignee == day.user("maria")


def the_supervisor_reads_what_is_late(day: Tuesday) -> None:
    """07:40. One thing is late this morning; the number opens to its row."""
    day.at("07:40", next_day=True)
    page = day.screen("ruth", "/reports/overdue/")
    rows = page.locator("table[data-list] tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Bring the hearing aid from home")
    day.picture(page, "overdue")
    page.get_by_role("link", name="1 late of Maria Delgado").click()
    page.wait_for_url("**/?owner=*")
    expect(page.locator("#export")).to_be_visible()
    late = Task.objects.filter(is_open=True, due_at__lt=day.now)
    assert list(late) == [day.ward.task("hearing")]


def nothing_was_lost(day: Tuesday) -> None:
    """07:45. Count the day: each call once, no form half typed, everybody on record."""
    assert not Draft.objects.exists()
    notes = list(Call.objects.exclude(note="").values_list("note", flat=True))
    assert len(notes) == len(set(notes))
    seen = AuditEvent.objects.filter(~Q(user=None)).values_list("user__username", flat=True)
    assert {"maria", "sana", "kenji", "bernadette", "ruth", "hana"} <= set(seen.distinct())
