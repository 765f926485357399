"""Who may call: sessions with their token against forgery, API tokens with their scopes."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from coordination.access.actions import end_token
from coordination.access.actor import system_actor
from coordination.access.models import ApiToken, AuditEvent, Membership, User
from coordination.exchange.models import ApiUse
from tests.attacks.test_csrf import token_of
from tests.conftest import member
from tests.exchange.api.conftest import Caller, caller_for, token_for
from tests.factories import TeamFactory


def test_a_token_opens_the_api_and_nothing_else(program: Caller, patient) -> None:
    assert program.get("/api/patients/").status_code == 200
    assert program.get("/").status_code == 302
    assert not program.get("/api/tasks/").cookies


def test_only_the_hash_of_a_token_is_kept(program: Caller) -> None:
    token = ApiToken.objects.get()
    assert program.token not in str(vars(token))
    assert token.last_used_at is None
    program.get("/api/tasks/")
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize("text", ["", "Bearer", "Bearer tl_nothing", "Bearer ü", "Basic YTpi"])
def test_nobody_is_asked_to_sign_in(text: str, db) -> None:
    headers = {"Authorization": text} if text else {}
    response = Client().get("/api/patients/", headers=headers)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_wrong_token_is_not_made_good_by_a_session(signed_in: Client) -> None:
    response = signed_in.get("/api/patients/", headers={"Authorization": "Bearer tl_wrong"})
    assert response.status_code == 401


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_token_that_ended_opens_nothing(field: str, program: Caller) -> None:
    before = timezone.now() - timedelta(minutes=1)
    start = before - timedelta(days=2)
    ApiToken.objects.update(**{field: before, "created_at": start})
    assert program.get("/api/patients/").status_code == 401


def test_a_disabled_owner_closes_the_token_at_once(program: Caller, coordinator) -> None:
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert program.get("/api/patients/").status_code == 401


def test_a_token_does_what_its_scopes_and_its_owner_both_may(coordinator, patient) -> None:
    reads = caller_for(coordinator, ["patient.read"])
    assert reads.get(f"/api/patients/{patient.public_id}/").status_code == 200
    assert reads.get("/api/tasks/").status_code == 403
    changed = reads.patch(f"/api/patients/{patient.public_id}/", {"city": "Troy"}, version=1)
    assert changed.status_code == 403
    everything = caller_for(coordinator)
    Membership.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    assert everything.get("/api/patients/").status_code == 403


def test_a_token_without_the_auditors_scope_does_not_see_the_hospital(auditor_of, hidden) -> None:
    url = f"/api/patients/{hidden.public_id}/"
    assert caller_for(auditor_of).get(url).status_code == 200
    assert caller_for(auditor_of, ["patient.read"]).get(url).status_code == 404


def test_the_trail_names_the_program(program: Caller, coordinator, patient) -> None:
    program.get(f"/api/patients/{patient.public_id}/")
    row = AuditEvent.objects.get(action="read")
    assert (row.actor_kind, row.user_id, row.patients) == ("client", coordinator.pk, [patient.pk])
    assert row.view == "api:patient"
    assert program.token not in str(vars(row))


def test_a_session_may_call_too_but_not_without_its_token(coordinator, patient) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    url = f"/api/patients/{patient.public_id}/"
    assert client.get(url).status_code == 200
    body = {"content_type": "application/json", "headers": {"If-Match": '"1"'}}
    refused = client.patch(url, '{"city": "Troy"}', **body)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    body["headers"]["X-CSRFToken"] = token_of(client)
    assert client.patch(url, '{"city": "Troy"}', **body).status_code == 200


def test_the_limit_answers_429_and_never_holds_up_a_completed_task(
    program: Caller, patient, settings
) -> None:
    settings.API_PER_MINUTE = 2
    answers = [program.get("/api/clocks/") for _ in range(5)]
    assert 429 in {one.status_code for one in answers}
    late = next(one for one in answers if one.status_code == 429)
    assert 1 <= int(late["Retry-After"]) <= 60
    url = "/api/tasks/00000000-0000-4000-8000-000000000000/complete/"
    assert program.post(url, {}, version=1).status_code == 404
    assert "tl_" not in str(list(ApiUse.objects.values_list("who")))


def test_the_command_shows_a_token_once_and_ends_it(coordinator, patient) -> None:
    out = StringIO()
    call_command(
        "api_token", coordinator.username, "--scopes", "patient.read, task.read", stdout=out
    )
    text = out.getvalue().split()[-1]
    assert Caller(text).get("/api/patients/").status_code == 200
    token = ApiToken.objects.get()
    assert token.scopes == ["patient.read", "task.read"]
    listed = StringIO()
    call_command("api_token", coordinator.username, "--list", stdout=listed)
    assert str(token.public_id) in listed.getvalue()
    assert text not in listed.getvalue()
    call_command("api_token", coordinator.username, "--end", str(token.public_id), stdout=out)
    assert Caller(text).get("/api/patients/").status_code == 401
    kinds = set(AuditEvent.objects.filter(object_kind="access.apitoken").values_list("action"))
    assert kinds == {("token.create",), ("token.end",)}


@pytest.mark.parametrize(
    "options",
    [["--scopes", "all"], [], ["--scopes", "task.read", "--days", "0"],
     ["--scopes", "task.read", "--days", "99999999999"],
     ["--end", "00000000-0000-4000-8000-000000000000"]],
)  # fmt: skip
def test_the_command_says_what_is_wrong(options: list[str], coordinator) -> None:
    with pytest.raises(CommandError):
        call_command("api_token", coordinator.username, *options)
    with pytest.raises(CommandError):
        call_command("api_token", "nobody", *options)


def test_a_token_ends_after_it_begins_and_may_do_something(coordinator) -> None:
    token_for(coordinator)
    for wrong in ({"expires_at": timezone.now() - timedelta(days=9)}, {"scopes": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.update(**wrong)


def test_anothers_hospital_ends_no_token_here(coordinator, db) -> None:
    token_for(coordinator)
    token = ApiToken.objects.get()
    other = member(TeamFactory())
    with pytest.raises(ApiToken.DoesNotExist):
        end_token(system_actor("test", other.organization), token.public_id, timezone.now())
