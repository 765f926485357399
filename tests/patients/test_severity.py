"""How sick a patient is: each setting is kept, and watchers are seen on the unit's page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.records import Refused, StaleRecord, TransitionNotAllowed
from patients.actions import depart, set_severity, severity_token, take_back_severity
from patients.models import SeveritySetting, Stay, TimelineEntry
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, UnitFactory


@pytest.fixture
def ward(team: Team) -> Unit:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    return unit


def lie(ward: Unit, bed: str, family: str) -> Stay:
    team = ward.teams.get()
    patient = PatientFactory(organization=team.organization, team=team, family=family)
    return StayFactory(patient=patient, unit=ward, bed=f"4W-{bed}")


def test_each_setting_is_kept_and_said(ward: Unit, actor: Actor, coordinator: User) -> None:
    stay, now = lie(ward, "08", "Booker"), timezone.now()
    set_severity(actor, stay.public_id, stay.version, "watcher", now=now, why="COPD flare")
    set_severity(actor, stay.public_id, None, "unstable", now=now, why="breathless")
    set_severity(actor, stay.public_id, None, "unstable", now=now, why="the same again")
    stay.refresh_from_db()
    assert stay.severity == "unstable"
    kept = SeveritySetting.objects.order_by("pk")
    assert list(kept.values_list("severity", "why", "set_by")) == [
        ("watcher", "COPD flare", coordinator.pk), ("unstable", "breathless", coordinator.pk),
    ]  # fmt: skip
    said = list(TimelineEntry.objects.order_by("pk").values_list("sentence", flat=True))
    assert said == ["Watcher, COPD flare", "Unstable, was watcher, breathless"]
    assert AuditEvent.objects.filter(action="stay.severity").count() == 2
    with pytest.raises(StaleRecord):
        set_severity(actor, stay.public_id, 1, "stable", now=now)


def test_taken_back_within_ten_seconds_what_was_said_before_holds(
    ward: Unit, actor: Actor, supervisor: User
) -> None:
    stay, now = lie(ward, "08", "Booker"), timezone.now()
    set_severity(actor, stay.public_id, None, "watcher", now=now)
    late, soon = now + timedelta(seconds=11), now + timedelta(seconds=9)
    once = set_severity(actor, stay.public_id, None, "unstable", now=now)
    token = severity_token(once)
    with pytest.raises(Refused, match="cannot be taken back"):
        take_back_severity(actor_of(supervisor), token, soon)
    with pytest.raises(Refused, match="Ten seconds"):
        take_back_severity(actor, token, late)
    again = take_back_severity(actor, token, soon)
    assert again.severity == "watcher"
    with pytest.raises(StaleRecord):
        take_back_severity(actor, token, soon)
    kept = SeveritySetting.objects.order_by("pk").values_list("severity", "why")
    assert list(kept) == [("watcher", ""), ("unstable", ""), ("watcher", "taken back")]
    entry = TimelineEntry.objects.order_by("-pk")[0]
    assert entry.sentence == "Watcher, was unstable, taken back"
    assert AuditEvent.objects.filter(action="stay.undo_severity").count() == 1


def test_the_first_word_taken_back_nothing_is_said(ward: Unit, actor: Actor) -> None:
    stay, now = lie(ward, "08", "Booker"), timezone.now()
    said = set_severity(actor, stay.public_id, None, "watcher", now=now)
    assert take_back_severity(actor, severity_token(said), now).severity == ""
    assert TimelineEntry.objects.order_by("-pk")[0].sentence == "Not said, was watcher, taken back"


def test_what_names_no_stay_takes_nothing_back(signed_in: Client) -> None:
    for token in ("", "x", f"{uuid.uuid4()}.1", "."):
        assert signed_in.post("/patients/stays/severity/undo/", {"token": token}).status_code == 404


def test_after_leaving_it_is_not_said_any_more(ward: Unit, actor: Actor) -> None:
    stay, now = lie(ward, "08", "Booker"), timezone.now()
    depart(actor, stay.public_id, None, "01", now, now)
    with pytest.raises(TransitionNotAllowed):
        set_severity(actor, stay.public_id, None, "stable", now=now)


def test_a_form_without_a_choice_says_so(ward: Unit, signed_in: Client) -> None:
    stay = lie(ward, "08", "Booker")
    url = f"/patients/stays/{stay.public_id}/severity/"
    for sent in ({}, {"severity": "fine"}):
        answer = signed_in.post(url, {"version": stay.version, "why": "kept", **sent})
        assert answer.status_code == 422
        assert "kept" in answer.content.decode()
    sent = {"version": stay.version, "severity": "stable"}
    assert signed_in.post(url, sent)["Location"] == f"/patients/{stay.patient.public_id}/"


def test_the_unit_counts_and_filters_watchers(ward: Unit, actor: Actor, client: Client) -> None:
    now = timezone.now()
    for bed, family, severity in (
        ("01", "Marsh", "stable"), ("06", "Jennings", "watcher"), ("08", "Booker", "unstable"),
    ):  # fmt: skip
        set_severity(actor, lie(ward, bed, family).public_id, None, severity, now=now)
    client.force_login(member(ward.teams.get(), "charge"))
    page = client.get(f"/unit/{ward.public_id}/?lane=watcher").content.decode()
    assert "1 unstable" in page
    assert "Jennings" in page
    assert "Booker" in page
    assert "Marsh" not in page


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_watcher_is_named_by_keys_on_the_unit(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    stay = lie(unit, "08", "Booker")
    Stay.objects.filter(pk=stay.pk).update(expected_at=timezone.now() + timedelta(days=2))
    nurse = member(team, "nurse")
    page = page_as(nurse, f"/unit/{unit.public_id}/", theme=theme, width=width)
    page.keyboard.press("j")
    page.keyboard.press("w")
    expect(page.locator("#id_severity_0")).to_be_visible()
    page.keyboard.press("2")
    assert_axe_clean(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#live")).to_have_text("Watcher.")
    expect(page.locator("#sev-1")).to_contain_text("Watcher")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    stay.refresh_from_db()
    assert stay.severity == "watcher"
    page.keyboard.press("z")
    expect(page.locator("#live")).to_have_text("Taken back.")
    expect(page.locator("#sev-1")).not_to_contain_text("Watcher")
