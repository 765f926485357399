"""A7: no form is taken from anywhere but a page of ours, with a token that holds."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from coordination.access.models import AuditEvent, User
from coordination.access.walk import Address, every_address
from tests.access.sample_objects import VALUES
from tests.attacks.world import filled
from tests.conftest import member

ADDRESSES = [a for a in every_address() if not a.route.startswith("/admin/")]
OWN_ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


def strict(user: User) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    return client


def url_of(address: Address) -> str:
    for name in set(address.parameters) - {"public_id"}:
        VALUES.setdefault(name, lambda: "1")
    return filled(address)


def token_of(client: Client) -> str:
    client.get("/accounts/login/")
    client.get("/accounts/password/change/", follow=True)
    return client.cookies["csrftoken"].value


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_X_CSRFTOKEN": "a" * 64},
        {"content_type": "text/plain", "data": "x=1"},
        {"content_type": "application/json", "data": "{}"},
    ],
    ids=["no token", "cross-site", "null origin", "made-up token", "text/plain", "JSON"],
)
def test_every_unsafe_request_without_a_good_token_is_refused(options, coordinator: User) -> None:
    client = strict(coordinator)
    client.cookies["csrftoken"] = "b" * 32
    taken = [
        f"{method} {address.route}"
        for address in ADDRESSES
        for method in ("post", "put", "patch", "delete")
        if getattr(client, method)(url_of(address), **options).status_code != 403
    ]
    assert taken == []


def test_anothers_token_is_no_token(coordinator: User, team) -> None:
    theirs = token_of(strict(member(team, "nurse")))
    mine = strict(coordinator)
    token_of(mine)
    assert mine.post("/theme/", {"theme": "dark", "csrfmiddlewaretoken": theirs}).status_code == 403


def test_an_expired_token_keeps_the_typing_and_sends_it_again(coordinator: User) -> None:
    client = strict(coordinator)
    token_of(client)
    sent = {"theme": "dark", "note": "what I <b>typed</b>", "csrfmiddlewaretoken": "c" * 64}
    response = client.post("/theme/", sent, **OWN_ORIGIN)
    assert response.status_code == 403
    body = response.content.decode()
    assert 'name="note" value="what I &lt;b&gt;typed&lt;/b&gt;"' in body
    again = {**sent, "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post("/theme/", again).status_code == 302


def test_an_expired_token_in_a_part_is_renewed_in_place(coordinator: User) -> None:
    client = strict(coordinator)
    response = client.post("/theme/", {"theme": "dark"}, HTTP_HX_REQUEST="true", **OWN_ORIGIN)
    assert (response.status_code, response["HX-Retarget"]) == (403, "#said")
    token = json.loads(response["HX-Trigger"])["token-renewed"]["token"]
    assert client.post("/theme/", {"theme": "dark"}, HTTP_X_CSRFTOKEN=token).status_code == 302


def test_a_form_from_elsewhere_is_never_offered_again(coordinator: User) -> None:
    client = strict(coordinator)
    response = client.post("/theme/", {"note": "planted"}, HTTP_ORIGIN="https://evil.example")
    assert "planted" not in response.content.decode()
    assert "<form" not in response.content.decode()
    assert AuditEvent.objects.filter(action="refusal", outcome="csrf").count() == 1


def test_the_token_changes_at_sign_in(coordinator: User) -> None:
    coordinator.set_password("correct horse battery staple")
    coordinator.save(update_fields=["password"])
    client = Client(enforce_csrf_checks=True)
    before = token_of(client)
    client.post(
        "/accounts/login/",
        {"login": coordinator.username, "password": "correct horse battery staple",
         "csrfmiddlewaretoken": before},
    )  # fmt: skip
    assert client.cookies["csrftoken"].value != before


def test_nothing_changes_by_get(coordinator: User) -> None:
    client = strict(coordinator)
    client.get("/theme/?theme=dark")
    coordinator.refresh_from_db()
    assert coordinator.theme == "system"
