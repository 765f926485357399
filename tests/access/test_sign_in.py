"""Signing in: guessing is slowed for everybody alike, and everything is on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from coordination.access.hashers import Argon2id
from coordination.access.models import AuditEvent, SignInFailure, User
from coordination.access.rules import ADDRESS_TRIES, NAME_TRIES, address_wait, name_wait
from coordination.access.throttle import counted_as, name_hash
from tests.conftest import member

PASSWORD = "correct horse battery staple"
WRONG = "wrong"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_cache_fence() -> None:
    cache.clear()


@pytest.fixture
def maria(team) -> User:
    user = member(team, "coordinator", username="mdelgado")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def knock(name: str = "mdelgado", password: str = WRONG, client: Client | None = None, **meta):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **meta)


def failures_move_back(**ago: float) -> None:
    for failure in SignInFailure.objects.all():
        failure.at -= timedelta(**ago)
        failure.save()


def outcomes() -> list[str]:
    return list(
        AuditEvent.objects.filter(action="sign-in").order_by("pk").values_list("outcome", flat=True)
    )


@pytest.mark.parametrize(("role", "first"), [("nurse", "/duty/start/"), ("admin", "/admin/")])
def test_everybody_lands_on_a_page_they_may_open(role, first, team, client: Client) -> None:
    user = member(team, role, username="somebody")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    asked = client.get("/")
    assert asked["Location"] == LOGIN
    response = knock("somebody", PASSWORD, client=client)
    assert response["Location"] == first
    assert client.get(first).status_code == 200


def test_the_right_password_lets_in_and_is_on_record(maria: User, client: Client) -> None:
    response = knock(password=PASSWORD, client=client)
    assert response.status_code == 302
    assert response["Location"] == "/duty/start/"
    row = AuditEvent.objects.get(action="sign-in")
    assert (row.user_id, row.outcome, row.address) == (maria.pk, "ok", "127.0.0.1")
    assert not SignInFailure.objects.exists()


def test_a_name_is_found_in_any_case(maria: User) -> None:
    assert knock("MDelgado", PASSWORD).status_code == 302


def test_after_five_wrong_tries_even_the_right_password_waits(maria: User) -> None:
    for _ in range(NAME_TRIES):
        assert b"do not go together" in knock().content
    waiting = knock(password=PASSWORD)
    assert waiting.status_code == 200
    assert b"Too many tries" in waiting.content
    assert outcomes() == ["failed"] * 5 + ["throttled"]
    failures_move_back(minutes=16)
    assert knock(password=PASSWORD).status_code == 302


def test_an_unknown_name_is_treated_exactly_alike(maria: User) -> None:
    def answers(name: str) -> list[bytes]:
        found = []
        for _ in range(NAME_TRIES + 1):
            client = Client()
            client.get(LOGIN)
            body = knock(name, client=client).content.replace(name.encode(), b"NAME")
            token = client.cookies["csrftoken"].value
            assert token
            found.append(
                b"\n".join(
                    line
                    for line in body.splitlines()
                    if b"csrf" not in line and b"nonce" not in line
                )
            )
        return found

    assert answers("mdelgado") == answers("nobody-1")


def test_an_unknown_name_costs_one_hash_too(maria: User, monkeypatch) -> None:
    hashed: list[str] = []
    encode = Argon2id.encode
    monkeypatch.setattr(
        Argon2id, "encode", lambda self, *a: hashed.append("encode") or encode(self, *a)
    )
    knock("nobody-at-all")
    assert hashed == ["encode"]


def test_a_disabled_person_looks_like_a_wrong_password(maria: User) -> None:
    User.objects.filter(pk=maria.pk).update(is_active=False)
    response = knock(password=PASSWORD)
    assert response.status_code == 200
    assert b"do not go together" in response.content


def test_the_limit_outlives_an_emptied_cache(maria: User) -> None:
    for _ in range(NAME_TRIES):
        knock()
    cache.clear()
    assert b"Too many tries" in knock(password=PASSWORD).content


def test_ones_own_sign_in_forgets_nothing_of_another(maria: User, team) -> None:
    other = member(team, "nurse", username="guesser")
    other.set_password(PASSWORD)
    other.save(update_fields=["password"])
    for _ in range(4):
        knock()
    assert knock("guesser", PASSWORD).status_code == 302
    assert SignInFailure.objects.count() == 4
    knock()
    assert b"Too many tries" in knock(password=PASSWORD).content


def test_one_address_may_not_walk_through_names(db) -> None:
    for n in range(ADDRESS_TRIES):
        SignInFailure.objects.create(name_hash=name_hash(f"n{n}"), address="127.0.0.1")
    assert b"Too many tries" in knock("another").content
    assert b"do not go together" in knock("another", REMOTE_ADDR="192.0.2.7").content


def test_a_forged_forwarding_header_changes_no_count(db) -> None:
    knock(HTTP_X_FORWARDED_FOR="1.2.3.4", REMOTE_ADDR="198.51.100.9")
    assert SignInFailure.objects.get().address == "198.51.100.9"


def test_a_whole_ipv6_site_counts_as_one_address() -> None:
    assert counted_as("2001:db8:1:2:3::4") == counted_as("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert counted_as("192.0.2.7") == "192.0.2.7"
    assert counted_as(None) is None


def test_a_name_in_other_letters_is_the_same_name() -> None:
    assert len({name_hash(n) for n in ("mdelgado", " MDELGADO ", "ＭDelgado")}) == 1


T0 = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_the_pauses_double_to_fifteen_minutes_and_no_more() -> None:
    failures = [T0] * NAME_TRIES
    pauses = []
    for _ in range(7):
        now = failures[-1]
        wait = name_wait(failures, now)
        assert name_wait(failures, now + wait) == timedelta(0)
        pauses.append(wait.total_seconds() / 60)
        failures.append(now + wait)
    assert pauses == [1, 2, 4, 8, 15, 15, 15]


def test_a_guesser_gets_at_most_ten_tries_judged_in_fifteen_minutes() -> None:
    judged: list[datetime] = []
    for second in range(15 * 60):
        now = T0 + timedelta(seconds=second)
        if not name_wait(judged, now):
            judged.append(now)
    assert len(judged) <= 10


def test_four_slips_cost_nothing() -> None:
    assert name_wait([T0] * 4, T0) == timedelta(0)


def test_an_address_waits_out_its_minute() -> None:
    failures = [T0 + timedelta(seconds=s) for s in range(ADDRESS_TRIES)]
    assert address_wait(failures, failures[-1]) == timedelta(seconds=31)
    assert address_wait(failures[1:], failures[-1]) == timedelta(0)


def test_signing_out_ends_the_session_row_and_clears_the_browser(signed_in: Client) -> None:
    signed_in.get(reverse("account_change_password"))
    key = signed_in.session.session_key
    response = signed_in.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_key = %s", [key])
        assert cursor.fetchone() == (0,)
    assert AuditEvent.objects.filter(action="sign-out", outcome="ok").count() == 1


def test_nobody_signs_up_or_resets_by_mail() -> None:
    for path in ("signup/", "password/reset/", "email/", "login/code/"):
        assert Client().get(f"/accounts/{path}").status_code == 404


def test_a_sign_in_that_cannot_be_recorded_lets_nobody_in(maria: User, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE access_auditevent"
            " ADD CONSTRAINT closed CHECK (action <> 'sign-in') NOT VALID"
        )
    with pytest.raises(Exception, match="closed"):
        knock(password=PASSWORD, client=client)
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 15"),
        ("x" * 129, "at most 128"),
        ("1qaz2wsx3edc4rfv", "too common"),
    ],
)
def test_a_weak_new_password_gets_a_sentence(maria: User, password: str, sentence: str) -> None:
    client = Client()
    client.force_login(maria)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_a_new_password_ends_every_other_session(maria: User) -> None:
    here, there = Client(), Client()
    here.force_login(maria)
    there.force_login(maria)
    new = "a wholly different sentence"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert here.get(reverse("account_change_password")).status_code == 200
    assert there.get(reverse("account_change_password")).status_code == 302
    assert AuditEvent.objects.filter(action="password.change", user=maria).count() == 1


def test_passwords_are_argon2id_at_46_mib(maria: User) -> None:
    assert maria.password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
