"""Sessions end on the server, whatever the browser keeps."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access.actions import end_sessions
from coordination.access.models import AuditEvent, User
from coordination.records import NotPermitted
from tests.conftest import actor_of, member


def is_in(client: Client) -> bool:
    response = client.get(reverse("account_change_password"))
    return "/login/" not in response.get("Location", "")


def aged(client: Client, hours: float) -> None:
    session = client.session
    session["began_at"] = int(time.time() - hours * 3600)
    session.save()


@pytest.mark.parametrize(("hours", "still_in"), [(11.9, True), (12.1, False)])
def test_a_session_ends_twelve_hours_after_sign_in(signed_in: Client, hours, still_in) -> None:
    assert is_in(signed_in)
    aged(signed_in, hours)
    assert is_in(signed_in) is still_in
    assert AuditEvent.objects.filter(action="sign-out", outcome="expired").count() == (not still_in)


def test_being_busy_does_not_lengthen_it(signed_in: Client) -> None:
    is_in(signed_in)
    aged(signed_in, 11)
    began = signed_in.session["began_at"]
    is_in(signed_in)
    assert signed_in.session["began_at"] == began


def test_an_htmx_request_past_the_end_keeps_the_typing(signed_in: Client) -> None:
    is_in(signed_in)
    aged(signed_in, 13)
    response = signed_in.get(reverse("account_change_password"), HTTP_HX_REQUEST="true")
    assert response.status_code == 401
    assert response["HX-Retarget"] == "#said"
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_a_disabled_person_is_out_within_one_request(signed_in: Client, coordinator: User) -> None:
    assert is_in(signed_in)
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert not is_in(signed_in)


def test_an_administrator_ends_somebodys_sessions(signed_in, coordinator, team, now) -> None:
    assert is_in(signed_in)
    end_sessions(actor_of(member(team, "admin")), coordinator, now)
    assert not is_in(signed_in)
    row = AuditEvent.objects.get(action="privilege.change")
    assert row.object_id == coordinator.pk


def test_ending_sessions_needs_the_permission_and_the_organization(actor, coordinator, now) -> None:
    with pytest.raises(NotPermitted):
        end_sessions(actor, coordinator, now)


def test_the_session_gets_a_new_key_at_sign_in(coordinator: User, client: Client) -> None:
    coordinator.set_password("correct horse battery staple")
    coordinator.save(update_fields=["password"])
    session = client.session
    session["fixed"] = "by somebody"
    session.save()
    before = session.session_key
    client.post(
        "/accounts/login/",
        {"login": coordinator.username, "password": "correct horse battery staple"},
    )
    assert client.session.session_key != before
    assert is_in(client)


def test_the_theme_is_kept_and_never_leads_elsewhere(signed_in: Client, coordinator: User) -> None:
    for back in (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
    ):
        response = signed_in.post("/theme/", {"theme": "dark", "next": back})
        assert response["Location"] == "/"
    coordinator.refresh_from_db()
    assert coordinator.theme == "dark"
    swapped = signed_in.post("/theme/", {"theme": "light"}, HTTP_HX_REQUEST="true")
    assert swapped["HX-Trigger"] == '{"theme-set": {"theme": "light"}}'
    assert signed_in.post("/theme/", {"theme": "x"}, HTTP_HX_REQUEST="true").status_code == 422
