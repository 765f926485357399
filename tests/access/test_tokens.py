"""A person's own tokens of the API: made, shown once, listed, and ended."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actions import make_own_token
from coordination.access.models import ApiToken, AuditEvent, User
from coordination.access.scopes import SCOPES
from coordination.access.walk import every_address
from coordination.records import NotPermitted, Refused
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import PatientFactory

LIST, NEW = "/profile/tokens/", "/profile/tokens/new/"


def wanted(**changed: Any) -> dict[str, Any]:
    until = timezone.localdate() + timedelta(days=30)
    return {
        "create_key": str(uuid.uuid4()), "name": "bed board",
        "scopes": ["patient.read", "task.read"], "until": until.isoformat(), **changed,
    }  # fmt: skip


def made(user: User, **changed: Any) -> ApiToken:
    now = timezone.now()
    usual = {"name": "board", "scopes": ["task.read"], "expires_at": now + timedelta(days=9)}
    token, _text = make_own_token(actor_of(user), now=now, **(usual | changed))
    return token


def test_a_new_token_is_shown_once_and_opens_the_api(
    signed_in: Client, coordinator: User, team
) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    page = signed_in.post(NEW, wanted()).content.decode()
    found = re.search(r'value="(tl_[\w-]+)"', page)
    assert found is not None
    headers = {"Authorization": f"Bearer {found[1]}"}
    answer = Client().get(f"/api/patients/{patient.public_id}/", headers=headers)
    assert answer.json()["mrn"] == patient.mrn
    token = ApiToken.objects.get(user=coordinator)
    assert set(token.scopes) == {"patient.read", "task.read"}
    listed = signed_in.get(LIST).content.decode()
    assert "bed board" in listed
    assert "Read patients and stays" in listed
    assert "last used" in listed
    assert found[1] not in listed
    row = AuditEvent.objects.get(action="token.create")
    assert (row.user_id, row.detail) == (coordinator.pk, {"scopes": ["patient.read", "task.read"]})


def test_a_form_sent_twice_makes_one_token_and_shows_its_text_once(
    signed_in: Client, coordinator: User
) -> None:
    sent = wanted()
    assert "tl_" in signed_in.post(NEW, sent).content.decode()
    again = signed_in.post(NEW, sent).content.decode()
    assert "tl_" not in again
    assert "It is not shown again" in again
    assert ApiToken.objects.filter(user=coordinator).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("name", "", "This field is required", id="no name"),
        pytest.param("scopes", [], "Tick at least one", id="nothing"),
        pytest.param("scopes", ["task.change_others"], "not one of the", id="more than one may"),
        pytest.param("scopes", ["patient.merge"], "not one of the", id="not for programs"),
        pytest.param("until", "2020-01-01", "This day is over", id="over"),
        pytest.param("until", "2120-01-01", "within 365 days", id="too long"),
    ],
)  # fmt: skip
def test_a_wrong_field_says_so_and_makes_no_token(
    signed_in: Client, field: str, value: Any, said: str
) -> None:
    answer = signed_in.post(NEW, wanted(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_action_gives_no_more_than_one_may_and_no_longer_than_is_settled(
    coordinator: User, settings
) -> None:
    with pytest.raises(NotPermitted, match="more than you may"):
        made(coordinator, scopes=["task.read", "task.change_others"])
    settings.API_TOKEN_DAYS = 7
    with pytest.raises(Refused, match="after 7 days"):
        made(coordinator)
    with pytest.raises(IntegrityError, match="apitoken_ends_after_start"):
        ApiToken.objects.create(
            organization=coordinator.organization, user=coordinator, hashed="x", scopes=["a"],
            created_at=timezone.now(), expires_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip


def test_an_ended_token_is_refused_at_once(signed_in: Client, coordinator: User) -> None:
    page = signed_in.post(NEW, wanted()).content.decode()
    headers = {"Authorization": "Bearer " + re.search(r"tl_[\w-]+", page)[0]}  # type: ignore[index]
    token = ApiToken.objects.get()
    url = f"{LIST}{token.public_id}/end/"
    assert "bed board" in signed_in.get(url).content.decode()
    assert signed_in.post(url)["Location"] == f"{LIST}?ended"
    assert Client().get("/api/tasks/", headers=headers).status_code == 401
    assert "Ended" in signed_in.get(LIST).content.decode()
    assert AuditEvent.objects.filter(action="token.end", user=coordinator).count() == 1
    assert signed_in.post(url).status_code == 302
    assert AuditEvent.objects.filter(action="token.end").count() == 1


def test_a_colleagues_token_is_not_there(signed_in: Client, team, supervisor: User) -> None:
    theirs = made(supervisor, name="Ruths")
    assert "Ruths" not in signed_in.get(LIST).content.decode()
    url = f"{LIST}{theirs.public_id}/end/"
    assert [signed_in.get(url).status_code, signed_in.post(url).status_code] == [404, 404]
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_a_role_the_api_offers_nothing_makes_no_token(client: Client, team) -> None:
    client.force_login(member(team, "admin"))
    assert "offers nothing" in client.get(LIST).content.decode()
    assert "offers nothing" in client.get(NEW).content.decode()


def test_a_password_given_long_ago_is_asked_again(coordinator: User, client: Client) -> None:
    coordinator.set_password("correct horse battery staple")
    coordinator.save(update_fields=["password"])
    client.force_login(coordinator)
    assert "/accounts/reauthenticate/" in client.get(NEW)["Location"]
    assert "/accounts/reauthenticate/" in client.post(NEW, wanted())["Location"]
    assert not ApiToken.objects.exists()


def test_every_permission_an_address_of_the_api_asks_for_may_be_given() -> None:
    marks = [a.mark for a in every_address() if a.route.startswith("/api/")]
    asked = {mark.permission for mark in marks if mark and mark.permission}
    assert asked <= SCOPES.keys()


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_the_same(rows: int, signed_in: Client, coordinator: User) -> None:
    for _row in range(rows):
        made(coordinator)
    signed_in.get(LIST)
    with statements(3):  # session, user, tokens
        signed_in.get(LIST)


def test_a_token_is_made_copied_and_ended_in_the_browser(
    page_as: Callable[..., Page], coordinator: User
) -> None:
    page = page_as(coordinator, "/profile/")
    page.click("#own-tokens")
    page.click("#new-token")
    assert_axe_clean(page)
    page.get_by_label("What it is for").fill("bed board")
    page.get_by_label("Read tasks").check()
    page.click("#make-token")
    expect(page.locator("#token-text")).to_have_value(re.compile(r"^tl_"))
    page.click("[data-copy]")
    expect(page.locator("#copy-said")).to_have_text(re.compile("Copied|Ctrl C"))
    assert_axe_clean(page)
    page.click("#to-tokens")
    page.get_by_role("link", name="End bed board").click()
    page.click("#end-token")
    expect(page.locator("#ended")).to_be_visible()
    for theme, width in (look.values for look in LOOKS):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for path in (LIST, NEW):
            page.goto(path)
            assert_axe_clean(page)
            assert_no_sideways_scroll(page)
