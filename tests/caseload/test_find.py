"""The palette: what it finds, and that it is reached by keys alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Team, User
from tests.browsing import assert_axe_clean
from tests.factories import PatientFactory, TeamFactory


@pytest.fixture
def grace(team: Team):
    return PatientFactory(organization=team.organization, team=team, given="Grace", family="Okafor")


def test_a_name_an_mrn_or_nothing_is_answered_in_options(signed_in: Client, grace) -> None:
    page = signed_in.post("/find/", {"text": "oka"}).content.decode()
    assert "<mark>Oka</mark>for, Grace" in page
    assert f"/patients/{grace.public_id}/" in page
    assert "role=" not in signed_in.post("/find/", {"text": ""}).content.decode()
    assert "Nobody on your lists fits" in signed_in.post("/find/", {"text": "zzz"}).content.decode()


def test_nobody_outside_the_scope_is_found_and_the_search_is_on_record(
    signed_in: Client, grace
) -> None:
    other = TeamFactory(organization=grace.organization)
    PatientFactory(organization=grace.organization, team=other, given="Ada", family="Okafor")
    page = signed_in.post("/find/", {"text": "okafor"}).content.decode()
    assert "Ada" not in page
    row = AuditEvent.objects.get(action="search")
    assert row.patients == [grace.pk]
    assert "okafor" not in str(row.detail).lower()


def test_a_patient_is_opened_with_keys_alone(
    page_as: Callable[..., Page], coordinator: User, grace
) -> None:
    page = page_as(coordinator, "/styleguide/")
    page.keyboard.press("/")
    box = page.locator("#pal-q")
    expect(box).to_be_focused()
    box.press_sequentially("oka")
    hit = page.locator("#hit-1")
    expect(hit).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "hit-1")
    assert_axe_clean(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{grace.public_id}/")
