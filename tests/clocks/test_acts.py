"""What a supervisor does about a missed clock in the drawer: explain it, stop it, extend it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.clocks.actions import open_clock
from coordination.clocks.models import Clock, ClockState
from coordination.worklist.actions import raise_for_late
from coordination.worklist.models import Proposal
from tests.clocks.factories import clocks_after_home, home_since_wednesday
from tests.conftest import member

pytestmark = pytest.mark.usefixtures("rulebook")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def late(actor: Actor, team: Team) -> Clock:
    clock = clocks_after_home(actor, home_since_wednesday(team))[0]
    Clock.objects.filter(pk=clock.pk).update(state=ClockState.BREACHED)
    clock.refresh_from_db()
    return clock


@pytest.fixture
def boss(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


def path(name: str, clock: Clock) -> str:
    return reverse(f"clocks:{name}", args=[clock.public_id])


def explained(clock: Clock, **fields) -> dict[str, object]:
    said = {"cause": "not-reached", "text": "Phone disconnected; we wrote a letter."}
    return {"version": clock.version} | said | fields


def test_a_supervisor_explains_a_missed_clock_and_it_stays_late(boss: Client, late: Clock) -> None:
    assert "Explain why it was missed" in boss.get(path("why", late)).text
    part = boss.post(path("explain", late), explained(late), headers=HTMX)
    assert part.status_code == 200
    late.refresh_from_db()
    assert (late.state, late.cause) == (ClockState.EXPLAINED, "not-reached")
    for said in ("Late, explained", "could not be reached", "Phone disconnected", "Explained. It"):
        assert said in part.text
    assert "Explain why it was missed" not in part.text


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("explain", {"cause": "", "text": "It was"}, "Choose what came closest."),
        ("explain", {"cause": "payer", "text": " "}, "Say what happened and what you changed."),
        ("explain", {"cause": "nonsense", "text": "x"}, "nonsense is not one of"),
        ("explain", {"cause": "payer", "text": "x" * 1001}, "1 character too long"),
        ("stop", {"why": " "}, "Say what happened: a clock stops for a fact only."),
        ("extend", {"why": ""}, "Name the letter or the call"),
    ],
)
def test_a_wrong_field_is_said_at_the_field_and_nothing_typed_is_lost(
    boss: Client, late: Clock, name: str, typed: dict[str, str], said: str
) -> None:
    answer = boss.post(path(name, late), {"version": late.version} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.get("text", "").strip() in answer.text
    late.refresh_from_db()
    assert late.state == ClockState.BREACHED


@pytest.mark.parametrize("name", ["explain", "stop", "extend"])
def test_a_clock_that_changed_meanwhile_is_refused(boss: Client, late: Clock, name: str) -> None:
    Clock.objects.filter(pk=late.pk).update(version=9)
    answer = boss.post(path(name, late), explained(late, why="their letter"))
    assert answer.status_code == 409


def test_a_coordinator_is_offered_neither_and_refused_both(signed_in: Client, late: Clock) -> None:
    page = signed_in.get(path("why", late)).text
    assert "Explain why it was missed" not in page
    assert "No longer applies" not in page
    assert signed_in.post(path("explain", late), explained(late)).status_code == 403
    assert signed_in.post(path("stop", late), {"version": 1, "why": "died"}).status_code == 403


def test_a_supervisor_stops_a_clock_for_a_fact(boss: Client, late: Clock) -> None:
    done = boss.post(path("stop", late), {"version": late.version, "why": "readmitted"})
    assert done.headers["Location"] == path("why", late)
    late.refresh_from_db()
    assert late.state == ClockState.NOT_APPLICABLE
    assert "This clock no longer applies." in boss.get(path("why", late)).text


def test_explaining_proposes_to_close_what_the_missed_deadline_raised(
    boss: Client, actor: Actor, late: Clock
) -> None:
    (task,) = raise_for_late(actor, [late.pk], late.due_at + timedelta(days=1))
    boss.post(path("explain", late), explained(late))
    assert Proposal.objects.get().task == task


def test_more_time_is_offered_only_where_the_rule_grants_it(
    client: Client, actor: Actor, team: Team, late: Clock
) -> None:
    client.force_login(member(team, "supervisor"))
    assert "Grant the documented extension" not in client.get(path("why", late)).text
    asked = datetime.fromisoformat("2025-11-26T11:00:00-05:00")
    records = open_clock(
        actor, rule="hip-access", patient=late.patient, subject=("request", 7),
        anchor_event="records.requested", anchor_at=asked, now=asked, facts={},
    )  # fmt: skip
    assert records is not None
    assert "Grant the documented extension" in client.get(path("why", records)).text
    client.post(path("extend", records), {"version": 1, "why": "written reason sent"})
    new = Clock.objects.get(supersedes=records)
    assert new.due_at == records.due_at + timedelta(days=30)
    assert "Grant the documented extension" not in client.get(path("why", new)).text


def test_an_explanation_is_read_by_who_may_read_the_clock(
    client: Client, team: Team, supervisor: User, late: Clock
) -> None:
    client.force_login(supervisor)
    client.post(path("explain", late), explained(late, cause="told-late", text="A fax on Monday."))
    client.force_login(member(team, "auditor"))
    assert "We were told too late. A fax on Monday" in client.get(path("why", late)).text
