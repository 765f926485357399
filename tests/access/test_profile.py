"""The profile: what a person chooses is kept, on record, and holds wherever it says it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from playwright.sync_api import Page, expect

from coordination import keys
from coordination.access.actions import keep_profile
from coordination.access.models import AuditEvent, Shift, Team, User
from coordination.words import clock_words, told_in, when_words
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import ShiftFactory, UserFactory

HOUR = timedelta(hours=1)


def wishes(user: User, **changed: Any) -> dict[str, Any]:
    """Return what the form of the profile sends."""
    return {
        "first_name": user.first_name, "phone": user.phone, "start_page": "", "theme": "system",
        "hours": "24", "density": "roomy", "digest": "shifts", **changed,
    }  # fmt: skip


def test_what_is_chosen_is_kept_and_on_record(signed_in: Client, coordinator: User) -> None:
    sent = wishes(
        coordinator, first_name="Mia", phone="(555) 010-0412", theme="dark", hours="12",
        density="compact", digest="at-once", start_page="caseload:calls",
    )  # fmt: skip
    assert signed_in.post("/profile/", sent)["Location"] == "/profile/?saved"
    coordinator.refresh_from_db()
    assert (coordinator.first_name, coordinator.phone, coordinator.theme) == (
        "Mia", "(555) 010-0412", "dark",
    )  # fmt: skip
    assert (coordinator.hours, coordinator.density, coordinator.digest) == (
        12,
        "compact",
        "at-once",
    )
    row = AuditEvent.objects.get(action="profile.change")
    assert set(row.detail["fields"]) == {
        "first_name", "phone", "theme", "hours", "density", "digest", "start_page",
    }  # fmt: skip
    assert "Mia" not in str(row.detail)
    page = signed_in.get("/calls/").content.decode()
    assert 'data-theme="dark" data-density="compact" data-hours="12"' in page
    assert f"Mia {coordinator.last_name}" in page


def test_saving_the_same_again_leaves_no_trace(signed_in: Client, coordinator: User) -> None:
    signed_in.post("/profile/", wishes(coordinator))
    assert not AuditEvent.objects.filter(action="profile.change").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("phone", "call me", "Write a number", id="no number"),
        pytest.param("hours", "13", "Select a valid choice", id="no clock"),
        pytest.param("start_page", "admin:index", "Select a valid choice", id="no page of theirs"),
        pytest.param("first_name", "", "This field is required", id="no name"),
    ],
)
def test_a_wrong_field_says_so_and_nothing_typed_is_lost(
    signed_in: Client, coordinator: User, field: str, value: str, said: str
) -> None:
    answer = signed_in.post("/profile/", wishes(coordinator, theme="dark", **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert re.search('<input[^>]*value="dark"[^>]* checked', page)
    coordinator.refresh_from_db()
    assert coordinator.theme == "system"


def test_nobody_takes_the_name_of_a_colleague(signed_in: Client, coordinator: User) -> None:
    UserFactory(
        organization=coordinator.organization, first_name="Rosa", last_name=coordinator.last_name
    )
    answer = signed_in.post("/profile/", wishes(coordinator, first_name="rosa"))
    assert answer.status_code == 422
    assert "Add a second name or an initial" in answer.content.decode()


def test_a_wish_is_one_of_the_listed_fields(coordinator: User, now: datetime) -> None:
    with pytest.raises(ValueError, match="is_superuser"):
        keep_profile(actor_of(coordinator), {"is_superuser": True}, now)


def test_the_database_knows_two_clocks_only(coordinator: User) -> None:
    with pytest.raises(IntegrityError, match="user_hours_are_12_or_24"), transaction.atomic():
        User.objects.filter(pk=coordinator.pk).update(hours=13)


def test_on_duty_the_new_phone_is_called_from_now_on(
    coordinator: User, team: Team, now: datetime
) -> None:
    on = ShiftFactory(
        organization=team.organization, user=coordinator, team=team, phone="4410",
        starts_at=now - HOUR, ends_at=now + HOUR, confirmed_at=now - HOUR,
    )  # fmt: skip
    over = ShiftFactory(
        organization=team.organization, user=coordinator, team=team, phone="4410",
        starts_at=now - 9 * HOUR, ends_at=now - 8 * HOUR, confirmed_at=now - 9 * HOUR,
    )  # fmt: skip
    keep_profile(actor_of(coordinator), {"phone": "4412"}, now)
    assert [Shift.objects.get(pk=one.pk).phone for one in (on, over)] == ["4412", "4410"]


def test_the_first_page_is_theirs_while_they_may_open_it(
    client: Client, coordinator: User, team: Team, now: datetime
) -> None:
    keep_profile(actor_of(coordinator), {"start_page": "caseload:calls"}, now)
    client.force_login(coordinator)
    assert 'class="brand" href="/calls/"' in client.get("/patients/").content.decode()
    auditor = member(team, "auditor")
    keep_profile(actor_of(auditor), {"start_page": "caseload:cover"}, now)
    client.force_login(auditor)
    assert 'class="brand" href="/"' in client.get("/patients/").content.decode()


def test_times_are_said_by_the_clock_of_whoever_asks() -> None:
    noon = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    with told_in(12):
        assert clock_words(noon) == "2:05 PM"
        assert when_words(noon, noon, UTC) == "2:05 PM"  # type: ignore[arg-type]
        with told_in(24):
            assert clock_words(noon) == "14:05"
        assert clock_words(noon.time()) == "2:05 PM"
    assert clock_words(noon) == "14:05"


def test_one_persons_clock_is_never_shown_to_another(
    client: Client, coordinator: User, supervisor: User, now: datetime
) -> None:
    keep_profile(actor_of(coordinator), {"hours": 12, "keys_map": "chords"}, now)
    for user, is_twelve in ((coordinator, True), (supervisor, False), (coordinator, True)):
        client.force_login(user)
        page = client.get("/").content.decode()
        assert ('data-hours="12"' in page) is is_twelve
        assert (">Alt Shift C</kbd>" in page) is is_twelve
        assert (">C</kbd>" in page) is not is_twelve


def test_the_profile_costs_no_statement_on_any_page(
    signed_in: Client, coordinator: User, now: datetime, django_assert_num_queries: Any
) -> None:
    signed_in.get("/profile/")
    with django_assert_num_queries(2):  # session, user
        signed_in.get("/profile/")
    keep_profile(actor_of(coordinator), {"hours": 12, "keys_own": ["D=V"]}, now)
    with django_assert_num_queries(2):
        signed_in.get("/profile/")


def letters(**changed: str) -> dict[str, str]:
    """Return what the form of the keys sends."""
    return {**{key.code: key.code for key in keys.MOVABLE}, "how": "letters", **changed}


def test_a_shortcut_moves_to_a_free_letter_and_every_hint_says_so(
    signed_in: Client, coordinator: User
) -> None:
    signed_in.post("/profile/keys/", letters(C="v"))
    coordinator.refresh_from_db()
    assert coordinator.keys_own == ["C=V"]
    page = signed_in.get("/").content.decode()
    assert ">V</kbd>" in page
    assert ">C</kbd>" not in page
    assert "&#34;moved&#34;:{&#34;C&#34;:&#34;V&#34;}" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param(
            {"D": "Y"}, "Y is “Take it, in the queue; approve a request” already", id="taken"
        ),
        pytest.param({"D": "V", "S": "V"}, "V is “Done” already", id="two want one"),
        pytest.param({"D": "?"}, "Choose a letter from A to Z", id="no letter"),
        pytest.param({"D": ""}, "its own is D", id="nothing"),
        pytest.param({"how": "chords", "D": "H"}, "H is “Show this list” already", id="by chords"),
    ],
)
def test_a_conflict_of_keys_is_refused_with_a_sentence(
    signed_in: Client, coordinator: User, sent: dict[str, str], said: str
) -> None:
    answer = signed_in.post("/profile/keys/", letters(**sent))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    coordinator.refresh_from_db()
    assert coordinator.keys_own == []


def test_two_shortcuts_may_change_places(signed_in: Client, coordinator: User) -> None:
    assert signed_in.post("/profile/keys/", letters(D="Y", Y="D")).status_code == 302
    coordinator.refresh_from_db()
    assert sorted(coordinator.keys_own) == ["D=Y", "Y=D"]


def test_keys_work_by_alt_shift_and_not_alone(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/profile/keys/")
    page.get_by_label("Alt and Shift with it").check()
    page.get_by_label("Log a call").fill("V")
    page.click("#save-keys")
    expect(page.locator("#saved")).to_be_visible()
    page.goto("/styleguide/")
    page.keyboard.press("j")
    page.keyboard.press("l")
    page.keyboard.press("v")
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("Alt+Shift+J")
    expect(page.locator("#main-1")).to_be_focused()
    page.keyboard.press("Alt+Shift+L")
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("Alt+Shift+V")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Alt+Shift+Digit2")
    expect(page.locator('#dialog [data-choice-key="2"]')).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+H")
    expect(page.locator("#keys")).to_contain_text("Alt Shift V")
    assert_axe_clean(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize("path", ["/profile/", "/profile/keys/"])
def test_the_profile_is_readable(
    page_as: Callable[..., Page], coordinator: User, path: str, theme: str, width: int
) -> None:
    page = page_as(coordinator, path, theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


def test_the_profile_works_without_scripts_at_320(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/profile/", width=320, javascript=False)
    assert_no_sideways_scroll_of(page)
    page.get_by_label("One line a row").check()
    page.click("#save-profile")
    expect(page.locator("#saved")).to_be_visible()
    expect(page.get_by_label("One line a row")).to_be_checked()


def assert_no_sideways_scroll_of(page: Page) -> None:
    """Fail when the form is wider than the window: without scripts the page cannot be asked."""
    box = page.locator("form.wishes").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320
