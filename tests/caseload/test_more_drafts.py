"""Forms beside those of tasks and patients: their typing comes back, and is forgotten when sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actions import keep_draft
from coordination.access.actor import Actor
from coordination.access.models import Draft, User
from coordination.caseload.unfinished import half_typed
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.worklist.actions import load_playbooks
from patients.models import Patient
from tests.access.sample_objects import SAMPLES
from tests.conftest import actor_of, member
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory

WHY = "typed and left for the telephone"
ABOUT = ("task", "note", "call", "document", "clock", "owner_proposal", "playbook_draft")


@pytest.fixture
def patient(team, supervisor: User) -> Patient:
    load_rules()
    fill_holidays(range(2025, 2028))
    load_playbooks(timezone.now())
    found: Patient = PatientFactory(
        organization=team.organization, team=team, team__user=supervisor
    )
    return found


@pytest.fixture
def boss(supervisor: User) -> Actor:
    return actor_of(supervisor)


@pytest.fixture
def desk(client: Client, supervisor: User) -> Client:
    client.force_login(supervisor)
    return client


@pytest.fixture
def colleague(team) -> User:
    """Make somebody who could cover, or fall sick."""
    return member(team, "coordinator")


@pytest.fixture
def owed(team, colleague: User, patient: Patient) -> dict[str, tuple[UUID | None, str]]:
    """Give what each form is about, and the field that is typed into, by the form's name."""
    ids: dict[str, UUID] = {}
    for kind in ABOUT:
        sample: Any = SAMPLES[kind](team, patient)
        ids[kind] = sample.public_id
    found: dict[str, tuple[UUID | None, str]] = {
        f"{kind}-{how}": (ids[kind], "why")
        for kind in ("task", "note", "call", "document")
        for how in ("in-error", "wrong-patient")
    }
    return found | {
        "clock-start": (ids["clock"], "why"), "clock-stop": (ids["clock"], "why"),
        "playbook-start": (patient.public_id, "started"), "cover": (None, "reason"),
        "owners": (patient.public_id, "reason"), "turn-down": (ids["owner_proposal"], "reason"),
        "sick": (colleague.public_id, "reason"),
        "new-step": (ids["playbook_draft"], "title"), "step-form": (ids["playbook_draft"], "title"),
    }  # fmt: skip


def test_each_comes_back_as_it_was_typed_where_the_tray_leads(
    desk: Client, boss: Actor, team, owed
) -> None:
    other = PatientFactory(organization=team.organization, team=team)
    for name, (subject, field) in owed.items():
        typed = {field: [WHY]} | ({"to": [str(other.public_id)]} if "wrong" in name else {})
        keep_draft(boss, name, subject, typed, timezone.now())
    lines = {line.draft.form: line.url for line in half_typed(boss)}
    wrong = []
    for name in owed:
        page = desk.get(lines[name])
        said = (WHY, f'data-draft="{name}"', "Brought back, as you typed it")
        wrong += [f"{name}: no {one}" for one in said if one not in page.text]
        fresh = "&" if "?" in lines[name] else "?"
        if WHY in desk.get(f"{lines[name]}{fresh}fresh=1").text:
            wrong.append(f"{name}: does not start over")
    assert wrong == []


def test_each_is_forgotten_when_it_is_sent(
    desk: Client, boss: Actor, supervisor: User, team, patient: Patient, owed
) -> None:
    clock, proposal = owed["clock-stop"][0], owed["turn-down"][0]
    to = PatientFactory(organization=team.organization, team=team)
    sent = {
        "task-in-error": f"/tasks/{owed['task-in-error'][0]}/in-error/",
        "note-wrong-patient": f"/notes/{owed['note-in-error'][0]}/wrong-patient/",
        "clock-stop": f"/clocks/{clock}/stop/",
        "turn-down": f"/queue/moves/{proposal}/no/",
        "owners": f"/patients/{patient.public_id}/owners/change/",
    }
    for name, url in sent.items():
        keep_draft(boss, name, owed[name][0], {owed[name][1]: [WHY]}, timezone.now())
        own = {"primary": str(supervisor.public_id), "was_primary": str(supervisor.public_id)}
        body = {"version": 1, "why": WHY, "reason": WHY, "to": str(to.public_id), **own}
        answer = desk.post(url, body)
        assert (name, answer.status_code) == (name, 302), answer.text[:2000]
        assert not Draft.objects.exists(), name


def test_whom_was_chosen_last_is_who_it_moves_to(desk: Client, boss: Actor, team, owed) -> None:
    before, now = (PatientFactory(organization=team.organization, team=team) for _ in range(2))
    task = owed["task-wrong-patient"][0]
    typed = {"why": [WHY], "to": [str(before.public_id)]}
    keep_draft(boss, "task-wrong-patient", task, typed, timezone.now())
    page = desk.get(f"/tasks/{task}/wrong-patient/?to={now.public_id}").text
    assert WHY in page
    assert str(now.public_id) in page
    assert str(before.public_id) not in page


def test_a_reason_half_typed_waits_in_the_tray(
    page_as: Callable[..., Page], supervisor: User, team
) -> None:
    task = TaskFactory(team=team, assignee=supervisor, title="Confirm the bed")
    page = page_as(supervisor, f"/tasks/{task.public_id}/in-error/")
    page.get_by_label("Why").fill(WHY)
    expect(page.locator("[data-draft-said]")).to_contain_text("Draft saved")
    page.goto("/unfinished/")
    page.get_by_role("link", name="Entered in error: ").click()
    expect(page.get_by_label("Why")).to_have_value(WHY)
    page.click("#mend-go")
    expect(page.locator("#mend-void")).to_be_hidden()
    page.goto("/unfinished/")
    expect(page.get_by_text("Nothing is half done.")).to_be_visible()
