"""The idle lock (trust.md D11): the server decides, polls do not count, nothing typed is lost."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access.models import AuditEvent, Draft, User
from tests.conftest import member
from tests.counting import statements
from tests.factories import PatientFactory

PASSWORD = "a long password nobody guesses"
HX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/queue/?lane=soon"}


@pytest.fixture
def maria(coordinator: User) -> User:
    coordinator.set_password(PASSWORD)
    coordinator.save()
    return coordinator


@pytest.fixture
def browser(client: Client, maria: User) -> Client:
    client.force_login(maria)
    client.get("/shell/")
    client.get("/")
    return client


def quiet(client: Client, minutes: float) -> None:
    """Let the last press lie so long behind."""
    session = client.session
    session["seen_at"] = int(time.time() - minutes * 60)
    session.save()


def is_locked(client: Client) -> bool:
    return client.get("/").get("Location", "").startswith("/lock/")


@pytest.mark.parametrize(("minutes", "locked"), [(14.5, False), (15.1, True)])
def test_fifteen_quiet_minutes_lock_the_screen(browser: Client, minutes, locked) -> None:
    quiet(browser, minutes)
    assert is_locked(browser) is locked
    assert AuditEvent.objects.filter(action="session.lock", outcome="idle").count() == locked


def test_a_poll_is_nobody_there(browser: Client) -> None:
    quiet(browser, 10)
    before = browser.session["seen_at"]
    assert browser.get("/shell/").status_code in {200, 204}
    assert browser.session["seen_at"] == before
    quiet(browser, 16)
    answer = browser.get("/shell/", **HX)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/lock/?next=%2Fqueue%2F%3Flane%3Dsoon"
    assert answer.content == b""


def test_a_press_is_written_at_most_once_a_minute(browser: Client) -> None:
    quiet(browser, 5)
    browser.get("/")
    seen = browser.session["seen_at"]
    assert seen >= time.time() - 5
    with statements(5):  # none of them writes the session again
        browser.get("/")


def test_the_locked_page_shows_no_patient_and_leads_back(browser: Client, maria, team) -> None:
    patient = PatientFactory(organization=team.organization, team=team, family="Quillfeather")
    address = f"/patients/{patient.public_id}/"
    quiet(browser, 20)
    answer = browser.get(f"{address}?group=calls")
    page = browser.get(answer["Location"]).content.decode()
    assert "Quillfeather" not in page
    assert "Maria Delgado" in page
    done = browser.post("/lock/unlock/", {"password": PASSWORD, "next": f"{address}?group=calls"})
    assert done["Location"] == f"{address}?group=calls"
    assert "Quillfeather" in browser.get(address).content.decode()
    assert AuditEvent.objects.filter(action="session.unlock", user=maria, outcome="ok").exists()


def test_the_id_of_the_session_changes_when_it_is_unlocked(browser: Client) -> None:
    quiet(browser, 20)
    browser.get("/")
    before = browser.session.session_key
    browser.post("/lock/unlock/", {"password": PASSWORD})
    assert browser.session.session_key != before


def test_nothing_else_is_answered_while_it_is_locked(browser: Client, team) -> None:
    patient = PatientFactory(organization=team.organization, team=team, family="Quillfeather")
    browser.post("/lock/")
    for path in ("/", "/queue/", f"/patients/{patient.public_id}/", "/reports/overdue/"):
        assert browser.get(path).status_code == 302
        assert browser.get(path, **HX).status_code == 401
    assert browser.get("/api/patients/").status_code == 401
    assert browser.get("/healthz").status_code == 200


def test_a_wrong_password_keeps_it_locked_and_is_slowed(browser: Client, maria) -> None:
    quiet(browser, 20)
    for _ in range(5):
        answer = browser.post("/lock/unlock/", {"password": "wrong", "next": "/queue/"})
        assert answer.status_code == 422
        assert b"This is not the password" in answer.content
    answer = browser.post("/lock/unlock/", {"password": PASSWORD})
    assert b"Too many tries" in answer.content
    assert is_locked(browser)
    found = AuditEvent.objects.filter(action="session.unlock").values_list("outcome", flat=True)
    assert sorted(set(found)) == ["failed", "throttled"]


def test_no_password_is_asked_for_again(browser: Client) -> None:
    quiet(browser, 20)
    assert b"Enter your password." in browser.post("/lock/unlock/", {}).content


def test_what_is_typed_as_the_lock_falls_is_kept(browser: Client, maria) -> None:
    quiet(browser, 20)
    assert is_locked(browser)
    answer = browser.post("/drafts/log-call/", {"note": "Bed 214B"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert Draft.objects.get(user=maria).fields["note"] == ["Bed 214B"]
    page = browser.get("/lock/").content.decode()
    assert "Your draft is kept." in page
    assert "Bed 214B" not in page


def test_a_form_sent_to_a_locked_screen_waits_in_it(browser: Client) -> None:
    quiet(browser, 20)
    sent = {"text": "Ask about 'oxygen' <at home>", "create_key": "k"}
    locked = browser.post(reverse("worklist:jot_new"), sent)
    assert locked.status_code == 401
    page = locked.content.decode()
    assert "What you sent is still here." in page
    assert 'name="again:text" value="Ask about &#39;oxygen&#39; &lt;at home&gt;"' in page
    again = browser.post(
        "/lock/unlock/",
        {"password": PASSWORD, "next": "/jots/new/", **{f"again:{k}": v for k, v in sent.items()}},
    )
    page = again.content.decode()
    assert 'action="/jots/new/"' in page
    assert 'name="text" value="Ask about &#39;oxygen&#39; &lt;at home&gt;"' in page


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_way_back_is_never_another_site(browser: Client, there: str) -> None:
    assert browser.get("/lock/", {"next": there})["Location"] == "/"
    browser.post("/lock/")
    done = browser.post("/lock/unlock/", {"password": PASSWORD, "next": there})
    assert done["Location"] == "/"


def test_one_locks_by_hand_and_signs_out_from_the_lock(browser: Client) -> None:
    assert browser.post("/lock/", {"next": "/queue/"})["Location"] == "/lock/?next=%2Fqueue%2F"
    assert AuditEvent.objects.filter(action="session.lock", outcome="asked").count() == 1
    browser.post(reverse("account_logout"))
    assert "/accounts/login/" in browser.get("/")["Location"]


def test_a_lock_does_not_lengthen_the_twelve_hours(browser: Client) -> None:
    began = browser.session["began_at"]
    browser.post("/lock/")
    browser.post("/lock/unlock/", {"password": PASSWORD})
    assert browser.session["began_at"] == began


def test_another_persons_session_is_another_lock(browser: Client, team) -> None:
    other = Client()
    other.force_login(member(team, "nurse"))
    browser.post("/lock/")
    assert not is_locked(other)


@pytest.mark.parametrize("path", ["/lock/", "/lock/unlock/"])
def test_a_stranger_has_no_lock(client: Client, db, path: str) -> None:
    assert client.post(path)["Location"].startswith("/accounts/login/")


def test_a_token_of_the_api_has_no_screen_to_lock(browser: Client, maria) -> None:
    browser.post("/lock/")
    answer = browser.get("/api/patients/", HTTP_AUTHORIZATION="Bearer nothing-real")
    assert "locked" not in answer.content.decode()
