"""The pages of asked and decided: the way in, the lists, the answers, and what each costs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.access.actions import keep_draft
from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.access.roles import ROLES
from coordination.caseload.acts import act
from coordination.caseload.queries import my_acts
from coordination.caseload.unfinished import FORMS, half_typed
from coordination.clocks.actions import breach_due
from coordination.clocks.models import Clock
from coordination.worklist import actions, queries
from coordination.worklist.models import ApprovalRequest, Task
from coordination.worklist.views import asking as views
from patients.models import Patient
from tests.conftest import actor_of, member
from tests.factories import TeamFactory
from tests.worklist.test_requests import asked, clock, owed, patient, task

__all__ = ["clock", "patient", "task"]  # the fixtures of the rules' own tests
HX = {"HTTP_HX_REQUEST": "true"}
NOW = timezone.now()


@pytest.fixture
def ruth(supervisor: User) -> Client:
    client = Client()
    client.force_login(supervisor)
    return client


def typed(**more: str) -> dict[str, str]:
    return {
        "create_key": str(uuid.uuid4()), "choice": "done-elsewhere", "why": "Her daughter did.",
    } | more  # fmt: skip


def test_who_may_not_cancel_is_led_to_who_decides(signed_in: Client, task: Task) -> None:
    menu = signed_in.get(f"/tasks/{task.public_id}/menu/", **HX).content.decode()
    assert "Ask the supervisor to cancel it" in menu
    assert f"/tasks/{task.public_id}/cancel/" not in menu
    led = signed_in.get(f"/tasks/{task.public_id}/cancel/")
    assert led.headers["Location"] == f"/tasks/{task.public_id}/ask/"
    page = signed_in.get(led.headers["Location"]).content.decode()
    assert "runs until" in page
    assert "No proof yet" in page


def test_asking_by_form_and_what_the_way_in_says_then(signed_in: Client, task: Task) -> None:
    url = f"/tasks/{task.public_id}/ask/"
    bad = signed_in.post(url, typed(why="", choice=""), **HX)
    assert bad.status_code == 422
    assert "it is what the supervisor decides by" in bad.content.decode()
    form = typed()
    for _again in range(2):
        done = signed_in.post(url, form, **HX)
        assert "Asked. The supervisors of the team hear of it." in done.content.decode()
    request = ApprovalRequest.objects.get()
    assert signed_in.get(url).headers["Location"] == f"/requests/{request.public_id}/"
    menu = signed_in.get(f"/tasks/{task.public_id}/menu/", **HX).content.decode()
    assert "See what was asked" in menu
    refused = signed_in.post(url, typed(), **HX)
    assert refused.status_code == 409
    assert "asked for this already" in refused.content.decode()


def test_a_missed_deadline_leads_to_who_explains_it(
    signed_in: Client, clock: Clock, ruth: Client
) -> None:
    why = f"/clocks/{clock.public_id}/why/"
    assert "Ask the supervisor" not in signed_in.get(why).content.decode()
    breach_due(clock.due_at + timedelta(days=1))
    assert f"/clocks/{clock.public_id}/ask/" in signed_in.get(why).content.decode()
    assert f"/clocks/{clock.public_id}/ask/" not in ruth.get(why).content.decode()
    done = signed_in.post(f"/clocks/{clock.public_id}/ask/", typed(choice="payer"))
    request = ApprovalRequest.objects.get()
    assert done.headers["Location"] == f"/requests/{request.public_id}/"


def test_the_supervisor_decides_from_the_list(
    ruth: Client, signed_in: Client, coordinator: User, task: Task
) -> None:
    request = asked(actor_of(coordinator), task, NOW)
    page = ruth.get("/requests/").content.decode()
    for said in ("Cancel “Call within two business days”", "Maria Delgado", "No proof yet"):
        assert said in page
    base = f"/requests/{request.public_id}/"
    assert ruth.post(f"{base}refuse/", {"version": 1, "words": ""}, **HX).status_code == 422
    back = ruth.post(f"{base}ask-back/", {"version": 1, "words": "Who spoke with her?"}, **HX)
    assert "list-stale" in back.headers["HX-Trigger"]
    assert "Asked back" in signed_in.get("/notices/").content.decode()
    signed_in.post(f"{base}reply/", {"version": 2, "words": "Her daughter."}, **HX)
    stale = ruth.post(f"{base}refuse/", {"version": 1, "words": "No."}, **HX)
    assert stale.status_code == 409
    done = ruth.post(f"{base}approve/", {"version": 3, "words": ""}, **HX)
    assert "Approved and done." in done.content.decode()
    assert str(request.public_id) in done.headers["HX-Trigger"]
    task.refresh_from_db()
    assert task.status == "cancelled"
    news = signed_in.get("/notices/").content.decode()
    assert "Answers to what you asked" in news
    signed_in.post(f"{base}seen/")
    assert "Answers to what you asked" not in signed_in.get("/notices/").content.decode()
    whole = signed_in.get(base).content.decode()
    assert "Who spoke with her?" in whole
    assert "Her daughter." in whole


def test_a_refusal_is_undone_by_its_toast(ruth: Client, coordinator: User, task: Task) -> None:
    request = asked(actor_of(coordinator), task, NOW)
    done = ruth.post(f"/requests/{request.public_id}/refuse/", {"version": 1, "words": "No."}, **HX)
    token = f"{request.public_id}.2"
    assert token in done.content.decode()
    again = ruth.post("/requests/undo/", {"token": token}, **HX)
    assert "Taken back." in again.content.decode()
    request.refresh_from_db()
    assert request.state == "asked"
    assert ruth.post("/requests/undo/", {"token": "nothing"}, **HX).status_code == 404


def test_each_sees_their_own_lists(
    ruth: Client, signed_in: Client, supervisor: User, coordinator: User, team: Team, task: Task
) -> None:
    request = asked(actor_of(coordinator), task, NOW)
    assert "Asked by me" in signed_in.get("/requests/").content.decode()
    assert "To decide" not in signed_in.get("/requests/?view=waiting").content.decode()
    actions.refuse(actor_of(supervisor), request.public_id, None, NOW, words="Call her, please.")
    for client in (ruth, signed_in):
        decided = client.get("/requests/?view=decided").content.decode()
        assert "Call her, please." in decided
    assert "Nobody waits" in ruth.get("/requests/").content.decode()
    outside = Client()
    outside.force_login(member(TeamFactory(organization=team.organization), "supervisor"))
    for view in ("", "?view=decided", "?view=mine", "?after=nonsense"):
        assert task.patient.family not in outside.get(f"/requests/{view}").content.decode()
    assert outside.get(f"/requests/{request.public_id}/").status_code == 404


@pytest.mark.parametrize("act", ["approve", "refuse", "ask-back"])
def test_answering_ones_own_says_why_not(
    signed_in: Client, coordinator: User, team: Team, task: Task, act: str
) -> None:
    request = asked(actor_of(coordinator), task, NOW)
    url = f"/requests/{request.public_id}/{act}/"
    assert signed_in.post(url, {"version": 1, "words": "x"}, **HX).status_code == 403
    coordinator.memberships.create(
        organization=team.organization, team=team, role_id="supervisor",
        starts_at=NOW - timedelta(days=9),
    )  # fmt: skip
    own = signed_in.post(url, {"version": 1, "words": "x"}, **HX)
    assert own.status_code == 403
    assert "asked for themselves" in own.content.decode()
    task.refresh_from_db()
    assert task.is_open


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("url", ["/requests/", "/requests/?view=mine", "/notices/"])
def test_a_list_costs_the_same_for_one_and_for_fifty(
    url: str, ruth: Client, signed_in: Client, coordinator: User, team: Team, patient: Patient,
    clock: Clock,
) -> None:  # fmt: skip
    maria = actor_of(coordinator)

    def made(count: int) -> Iterator[int]:
        for _number in range(count):
            asked(maria, owed(team, patient, clock, coordinator), NOW)
        yield cost(ruth, url)
        yield cost(signed_in, url)

    for client in (ruth, signed_in):
        client.get(url)  # a session's first page costs more
    one, ten, fifty = (list(made(count)) for count in (1, 9, 40))
    assert one == ten == fifty


def test_who_may_not_cancel_takes_a_proposal_by_asking(
    signed_in: Client, actor: Actor, ruth: Client, task: Task
) -> None:
    actions.propose_close(actor, task, fact="died", sentence="The patient has died.", now=NOW)
    url = f"/tasks/{task.public_id}/"
    page = signed_in.get(url).content.decode()
    assert f"{url}ask/?choice=died" in page
    assert "Yes, cancel it" not in page
    assert "Yes, cancel it" in ruth.get(url).content.decode()
    form = signed_in.get(f"{url}ask/?choice=died").content.decode()
    assert '<option value="died" selected>' in form
    asked(actor, task, NOW)
    assert "See what was asked" in signed_in.get(url).content.decode()


def test_what_was_asked_is_among_ones_last_acts_and_on_the_timeline(
    signed_in: Client, actor: Actor, task: Task
) -> None:
    request = asked(actor, task, NOW)
    (found,) = [act(row, NOW) for row in my_acts(actor) if row.kind == "request.asked"]
    assert (found.verb, found.url) == ("Open the request", f"/requests/{request.public_id}/")
    chart = signed_in.get(f"/patients/{task.patient.public_id}/").content.decode()
    assert f'href="/requests/{request.public_id}/"' in chart


def test_what_was_half_typed_is_kept_and_taken_up_again(
    signed_in: Client, actor: Actor, clock: Clock, task: Task
) -> None:
    breach_due(clock.due_at + timedelta(days=1))
    request = asked(actor, task, NOW)
    own = request.public_id
    kept = (
        ("ask-explain", clock.public_id, "why", f"/clocks/{clock.public_id}/ask/"),
        ("request-withdraw", own, "words", f"/requests/{own}/withdraw/"),
    )
    for form, subject, field, url in kept:
        keep_draft(actor, form, subject, {field: ["Her number was wr"]}, NOW)
        assert "Her number was wr" in signed_in.get(url).content.decode()
    assert {line.url for line in half_typed(actor)} == {url for *_rest, url in kept}


def test_every_form_of_a_request_has_its_line_in_the_tray() -> None:
    answers = [one for one in vars(views).values() if isinstance(one, views.Answer)]
    assert len(answers) == 5
    assert {f"request-{one.name}" for one in answers} | {"ask-cancel", "ask-explain"} <= set(FORMS)


def test_every_act_has_its_words_permissions_and_page() -> None:
    held = {name for _label, permissions in ROLES.values() for name in permissions}
    for code, act_of in queries.acts().items():
        assert code == act_of.code
        assert {act_of.ask, act_of.decide} <= held
        assert str(act_of.wish) % {"title": "x"}
        assert reverse(act_of.page, args=[uuid.uuid4()])


def test_the_next_page_goes_on_where_the_last_one_ended(
    ruth: Client, actor: Actor, coordinator: User, team: Team, patient: Patient, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.asking, "PAGE_ROWS", 2)
    made = [
        asked(actor, owed(team, patient, clock, coordinator), NOW + timedelta(minutes=number))
        for number in range(3)
    ]
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "more-rows"}
    seen: list[str] = []
    url = "/requests/"
    while url:
        page = ruth.get(url, **(part if seen else {})).content.decode()
        seen += re.findall(r'id="row-([0-9a-f-]+)"', page)
        assert ("<html" in page) == (url == "/requests/")
        found = re.search(r'id="more" href="([^"]+)"', page)
        url = f"/requests/{unescape(found[1])}" if found else ""
    assert seen == [str(one.public_id) for one in made]
    whole = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "worklist"}
    assert "<h1" not in ruth.get("/requests/", **whole).text
    for nonsense in ("x", "2026-01-01T00:00:00~1", "2026-01-01T00:00:00+00:00~0"):
        assert ruth.get("/requests/", {"after": nonsense}).status_code == 200


def test_letting_go_by_the_form(signed_in: Client, actor: Actor, task: Task) -> None:
    request = asked(actor, task, NOW)
    url = f"/requests/{request.public_id}/withdraw/"
    assert "No longer ask" in signed_in.get(url).text
    done = signed_in.post(url, {"version": 1, "words": ""})
    assert done.headers["Location"] == f"/requests/{request.public_id}/"
    request.refresh_from_db()
    assert request.state == "withdrawn"
