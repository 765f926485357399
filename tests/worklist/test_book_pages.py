"""The pages of a team's playbooks: what is kept, what is refused, what each costs."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.worklist import actions, queries
from coordination.worklist.models import Playbook, PlaybookDraft, PlaybookRun, Task
from coordination.worklist.rules import find_step
from patients.models import Stay
from tests.conftest import member
from tests.factories import TeamFactory
from tests.worklist.test_team_books import SLUG, books, patient, publish, put, ruth, stay

__all__ = ["books", "patient", "ruth", "stay"]  # the fixtures of the actions' own tests


@pytest.fixture
def client(supervisor: User) -> Client:
    made = Client()
    made.force_login(supervisor)
    return made


@pytest.fixture
def draft(books: None, ruth: Actor, team: Team) -> PlaybookDraft:
    return actions.begin_draft(ruth, SLUG, team.public_id, timezone.now())


def address(draft: PlaybookDraft, rest: str = "") -> str:
    return f"/playbooks/drafts/{draft.public_id}/{rest}"


class FormReader(HTMLParser):
    """Collects what the form of a page would post if nobody touched it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self.inside, self.select = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "form":
            self.inside = said.get("id") in {"step-form", "publish-form"}
        elif not self.inside:
            return
        elif tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.found.setdefault(name, []).append(value)
        elif tag == "select":
            self.select = name
            self.found[name] = [""]
        elif tag == "option" and "selected" in said:
            self.found[self.select] = [value]


def typed(client: Client, url: str, **changes: str) -> dict[str, Any]:
    """Return what the form at an address would post, with some fields changed."""
    reader = FormReader()
    reader.feed(client.get(url).content.decode())
    return reader.found | changes


def test_the_list_says_what_each_team_has(
    client: Client, draft: PlaybookDraft, ruth: Actor
) -> None:
    page = client.get("/playbooks/").content.decode()
    assert page.count("as shipped") == 9
    assert address(draft) in page
    now = timezone.now()
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    page = client.get("/playbooks/").content.decode()
    assert "own version 1" in page
    assert f"/playbooks/{own.public_id}/" in page


def test_a_supervisor_makes_the_teams_copy(client: Client, books: None, team: Team) -> None:
    shipped = Playbook.objects.get(slug=SLUG)
    page = client.get(f"/playbooks/{shipped.public_id}/").content.decode()
    assert "Make a copy for" in page
    said = {"team": str(team.public_id)}
    for _twice in range(2):
        led = client.post(f"/playbooks/copy/{SLUG}/", said)
    draft = PlaybookDraft.objects.get()
    assert led.headers["Location"] == address(draft)
    page = client.get(address(draft)).content.decode()
    assert "Every step is as shipped" in page
    assert client.post(f"/playbooks/copy/{SLUG}/", {"team": "x"}).status_code == 302
    assert client.post("/playbooks/copy/no-such/", said).status_code == 404


def test_a_step_is_kept_as_it_was_typed_and_nothing_else_changes(
    client: Client, draft: PlaybookDraft
) -> None:
    url = address(draft, "step/follow-up-visit/")
    before = find_step(draft.definition, "follow-up-visit")
    assert client.post(url, typed(client, url)).status_code == 302
    draft.refresh_from_db()
    assert find_step(draft.definition, "follow-up-visit") == before
    said = typed(client, url, title="Book it with our clinic", owner="nurse", amount="2",
                 unit="business_days")  # fmt: skip
    said |= {"r3-label": "Refused, reason", "r3-next": "hold", "r3-f0-label": "Reason",
             "r0-f1-label": "Seen by"}  # fmt: skip
    assert client.post(url, said).status_code == 302
    draft.refresh_from_db()
    step = find_step(draft.definition, "follow-up-visit")
    assert step is not None
    assert before is not None
    assert (step["title"], step["owner"], step["after"]) == (
        "Book it with our clinic", "nurse", {"amount": 2, "unit": "business_days"},
    )  # fmt: skip
    assert (step["due_event"], step["source"]) == (before["due_event"], before["source"])
    assert step["results"][0]["fields"] == [
        {"name": "starts_at", "label": "When", "type": "instant"},
        {"name": "with_whom", "label": "Seen by"},
    ]
    assert step["results"][3] == {
        "code": "refused-reason", "label": "Refused, reason", "next": "hold",
        "fields": [{"name": "reason", "label": "Reason"}],
    }  # fmt: skip
    page = client.get(address(draft)).content.decode()
    assert "Book it with our clinic" in page
    assert "2 business days" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "What is to be done: This field is required."),
        ({"kind": ""}, "Kind: This field is required."),
        ({"evidence": ""}, "What closes it: Say what closes this step"),
        ({"rule": "imm-firsd"}, "Deadline rule: Select a valid choice"),
        ({"rule": "norm-touch-7", "evidence": "contact"}, "Deadline rule: Select a valid choice"),
        ({"rule": "tcm-contact", "evidence": "document"}, "What closes it: “A person talks"),
        ({"rule": "tcm-contact"}, "What closes it: A statement never meets a deadline"),
        ({"amount": "2"}, "Or a time of its own: Give both a number and its unit"),
        ({"r0-label": ""}, "Answer: Name the answer, or empty its code and fields too."),
        ({"r0-code": "no slot"}, "Code: A code has small letters"),
        ({"r1-code": "booked"}, "Code: Another answer has this code."),
        ({"blocked_by": "nothing"}, "Only after: Select a valid choice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, draft: PlaybookDraft, changes: dict[str, str], said: str
) -> None:
    url = address(draft, "step/follow-up-visit/")
    bad = client.post(url, typed(client, url, next_step="Typed with care", **changes))
    page = bad.content.decode()
    assert bad.status_code == 422
    assert said in page
    assert "Typed with care" in page
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_new_step_goes_to_the_end_and_gets_a_name_of_its_own(
    client: Client, draft: PlaybookDraft
) -> None:
    url = address(draft, "add/")
    said = typed(client, url, title="Choice list", kind="call", evidence="call", owner="pool")
    assert said["evidence"] == "call"
    assert client.post(url, said).status_code == 302
    draft.refresh_from_db()
    assert draft.definition["step"][-1] == {
        "slug": "choice-list-2", "title": "Choice list", "kind": "call", "owner": "pool",
        "evidence": "call",
    }  # fmt: skip


def test_buttons_move_leave_out_and_take_back(client: Client, draft: PlaybookDraft) -> None:
    said = {"version": "1", "step": "may-we-call", "by": "-1"}
    led = client.post(address(draft, "move/"), said)
    assert led.headers["Location"].endswith("?at=may-we-call&way=up")
    page = client.get(led.headers["Location"]).content.decode()
    assert 'id="up-may-we-call"' in page
    assert page.count(" autofocus") == 1
    stale = client.post(address(draft, "move/"), said)
    assert stale.status_code == 409
    client.post(address(draft, "drop/"), {"version": "2", "step": "may-we-call"})
    page = client.get(address(draft)).content.decode()
    assert "Left out" in page
    assert 'id="take-may-we-call"' in page
    client.post(address(draft, "take/"), {"version": "3", "step": "may-we-call"})
    draft.refresh_from_db()
    assert find_step(draft.definition, "may-we-call") is not None
    assert client.post(address(draft, "move/"), {"version": "4"}).status_code == 302


def test_two_who_change_one_step_choose_what_to_keep(
    client: Client, draft: PlaybookDraft, ruth: Actor
) -> None:
    url = address(draft, "step/follow-up-visit/")
    mine = typed(client, url, title="Mine")
    put(ruth, draft, timezone.now(), "follow-up-visit", title="Theirs")
    stale = client.post(url, mine)
    page = stale.content.decode()
    assert stale.status_code == 409
    for said in ("Mine", "Theirs", "Save what is chosen"):
        assert said in page
    again = client.post(url, mine | {"version": "2", "title": "Mine"})
    assert again.status_code == 302
    draft.refresh_from_db()
    step = find_step(draft.definition, "follow-up-visit")
    assert step is not None
    assert step["title"] == "Mine"


def test_publishing_by_form_shows_what_changes_and_happens_once(
    client: Client, draft: PlaybookDraft, ruth: Actor
) -> None:
    now = timezone.now()
    put(ruth, draft, now, "follow-up-visit", title="Book it with our clinic", owner="nurse")
    url = address(draft, "publish/")
    page = client.get(url).content.decode()
    for said in ("Book the first visit after leaving", "Book it with our clinic",
                 "The patient’s nurse"):  # fmt: skip
        assert said in page
    form = typed(client, url, why="")
    bad = client.post(url, form)
    assert bad.status_code == 422
    assert "Say what changes" in bad.content.decode()
    form["why"] = "Our clinic takes them within a week."
    first, second = (client.post(url, form) for _twice in range(2))
    book = Playbook.objects.get(team__isnull=False)
    assert first.headers["Location"] == f"/playbooks/{book.public_id}/"
    assert second.headers["Location"] == f"/playbooks/{book.public_id}/"
    page = client.get(f"/playbooks/{book.public_id}/").content.decode()
    for said in ("Our clinic takes them within a week.", "Against the shipped version 1",
                 "in force", "Go back to the shipped one"):  # fmt: skip
        assert said in page


def test_a_draft_with_a_circle_is_told_so_and_not_published(
    client: Client, draft: PlaybookDraft, ruth: Actor
) -> None:
    draft = put(ruth, draft, timezone.now(), "may-we-call", blocked_by=["may-we-call"])
    url = address(draft, "publish/")
    bad = client.post(url, typed(client, url, why="Ours"))
    page = bad.content.decode()
    assert bad.status_code == 422
    assert "“Ask whom to call after leaving, and when”, Only after: it waits for itself" in page
    assert 'value="Ours"' in page
    assert not Playbook.objects.filter(team__isnull=False).exists()
    assert "Mend this before it is published" in client.get(address(draft)).content.decode()


def test_a_preview_shows_due_dates_and_reasons_and_writes_nothing(
    client: Client, draft: PlaybookDraft, stay: Stay
) -> None:
    url = address(draft, "preview/")
    text = {"text": stay.patient.mrn or stay.patient.family}
    hits = client.post(url, text).content.decode()
    assert f"?to={stay.patient.public_id}" in hits
    page = client.get(f"{url}?to={stay.patient.public_id}").content.decode()
    assert "tasks would be raised" in page
    assert "It belongs to other facts than these." in page
    form = {"to": str(stay.patient.public_id), "started": "2026-11-20 09:00",
            "fact-disposition": "06"}  # fmt: skip
    page = client.post(url, form).content.decode()
    assert 'value="2026-11-20 09:00"' in page
    assert "Maria Delgado" in page
    bad = client.post(url, form | {"started": "soon"})
    assert bad.status_code == 422
    assert "This is not a time" in bad.content.decode()
    assert 'value="soon"' in bad.content.decode()
    assert (Task.objects.count(), PlaybookRun.objects.count()) == (0, 0)


def test_going_back_by_button(client: Client, draft: PlaybookDraft, ruth: Actor) -> None:
    now, team = timezone.now(), draft.team
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    said = {"team": str(team.public_id), "standing": str(own.public_id)}
    shipped = Playbook.objects.get(slug=SLUG, organization=None)
    back = client.post(f"/playbooks/{shipped.public_id}/back/", said)
    assert back.status_code == 302
    again = client.post(f"/playbooks/{shipped.public_id}/back/", said)
    assert again.status_code == 409
    page = client.get(f"/playbooks/{own.public_id}/").content.decode()
    assert "not in force" in page
    assert "Put version 1 in force again" in page
    said["standing"] = str(shipped.public_id)
    client.post(f"/playbooks/{own.public_id}/back/", said)
    assert queries.current_playbook(team.organization_id, team.pk, SLUG) == own


def test_the_page_says_what_is_new_in_the_shipped_one(
    client: Client, draft: PlaybookDraft, ruth: Actor, tmp_path: Path
) -> None:
    now, team = timezone.now(), draft.team
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    shipped = Path("coordination/worklist/playbooks/discharge-home.toml").read_text()
    (tmp_path / "discharge-home.toml").write_text(
        shipped.replace("Ask whom to call after leaving, and when", "Ask whom to call")
    )
    actions.load_playbooks(now, tmp_path)
    for url in (f"/playbooks/{own.public_id}/", address(draft)):
        page = client.get(url).content.decode()
        assert "The shipped playbook has changed since" in page
        assert "Ask whom to call" in page
    assert "the shipped one has changed" in client.get("/playbooks/").content.decode()
    client.post(f"/playbooks/copy/{SLUG}/", {"team": str(team.public_id)})
    page = client.get(address(draft)).content.decode()
    assert "has changed since this draft" not in page
    assert 'id="take-may-we-call"' in page


def test_discarding_asks_first(client: Client, draft: PlaybookDraft) -> None:
    assert "is lost" in client.get(address(draft, "discard/")).content.decode()
    assert client.post(address(draft, "discard/"), {"version": "1"}).status_code == 302
    assert not PlaybookDraft.objects.exists()


def test_the_team_reads_its_copy_and_sees_no_way_to_change_it(
    signed_in: Client, draft: PlaybookDraft, ruth: Actor, team: Team
) -> None:
    now = timezone.now()
    assert signed_in.get(address(draft)).status_code == 403
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    page = signed_in.get(f"/playbooks/{own.public_id}/").content.decode()
    assert "Ours" in page
    assert "Change the copy" not in page
    elsewhere = Client()
    elsewhere.force_login(member(TeamFactory(organization=team.organization), "supervisor"))
    assert elsewhere.get(f"/playbooks/{own.public_id}/").status_code == 404
    again = actions.begin_draft(ruth, SLUG, team.public_id, now)
    assert elsewhere.get(address(again)).status_code == 404


def test_pages_cost_the_same_however_many_versions_and_teams(
    client: Client, draft: PlaybookDraft, ruth: Actor, team: Team
) -> None:
    now: datetime = timezone.now()
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    urls = ["/playbooks/", f"/playbooks/{own.public_id}/"]
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    urls += [address(draft), address(draft, "step/choice-list/"), address(draft, "publish/")]
    client.get(urls[0])  # what a session reads once
    costs = []
    for more in (0, 1, 9, 40):
        for number in range(more):
            title = f"{more} {number}"
            Playbook.objects.create(
                organization=team.organization, team=team, slug=SLUG, title=title,
                version=10 * more + number + 10, is_current=False, definition=own.definition,
                loaded_at=now, shipped=own.shipped, published_by=own.published_by, why="More",
            )  # fmt: skip
            other = TeamFactory(organization=team.organization)
            Playbook.objects.create(
                organization=team.organization, team=other, slug=SLUG, title=title,
                definition=own.definition, loaded_at=now, shipped=own.shipped,
                published_by=own.published_by, why="Theirs",
            )  # fmt: skip
        cost = []
        for url in urls:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            cost.append(len(seen))
        costs.append(cost)
    assert costs[0] == costs[1] == costs[2] == costs[3]
    assert max(costs[0]) <= 11, costs[0]
