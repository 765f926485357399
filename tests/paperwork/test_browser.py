"""Paper in Chromium: a file is chosen and filed by keyboard and mouse; axe finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from coordination.access.models import Draft
from coordination.paperwork import actions
from coordination.paperwork.actions import FiledIn
from coordination.paperwork.models import Document
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of
from tests.factories import PatientFactory
from tests.paperwork.factories import PDF, looked, picture
from tests.worklist.factories import TaskFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def patient(team):
    return PatientFactory(organization=team.organization, team=team)


@pytest.mark.parametrize(("theme", "width"), [*LOOKS, ("light", 320)])
def test_every_page_of_paperwork_is_clean(theme, width, page_as, team, coordinator, patient):
    actor, now = actor_of(coordinator), timezone.now()
    TaskFactory(team=team, patient=patient)
    filed = actions.receive_document(
        actor, looked(picture(size=(1200, 900)), "photo.png"), patient=patient, now=now,
        filed=FiledIn(kind="coverage", title="Insurance card", sender="The daughter"),
    )  # fmt: skip
    waits = actions.receive_document(
        actor, looked(b"Please call back about 214B.", "fax.txt"), team=team, sender="Maple Court",
        came_by="fax", now=now,
    )  # fmt: skip
    for address in (
        "/paperwork/",
        "/paperwork/new/",
        f"/patients/{patient.public_id}/documents/",
        f"/patients/{patient.public_id}/documents/new/",
        f"/documents/{filed.public_id}/",
        f"/documents/{waits.public_id}/",
        f"/documents/{waits.public_id}/chart/",
        f"/documents/{waits.public_id}/chart/?to={patient.public_id}",
    ):
        page = page_as(coordinator, address, theme=theme, width=width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        page.close()


def test_a_file_is_chosen_and_filed(page_as, coordinator, patient, tmp_path: Path):
    note = tmp_path / "note.pdf"
    note.write_bytes(PDF)
    page = page_as(coordinator, f"/patients/{patient.public_id}/documents/")
    page.click("#document-new")
    page.select_option("[name=kind]", "consult-note")
    page.fill("[name=title]", "Knee follow-up")
    page.locator("form[data-kept]").wait_for()  # what is typed is kept, the file is not
    page.set_input_files("[name=file]", note)
    page.click("#document-add")
    page.get_by_role("heading", name="Knee follow-up").wait_for()
    assert Document.objects.get().title == "Knee follow-up"
    assert not Draft.objects.exists()


def test_a_file_that_is_too_large_is_said_before_it_is_sent(
    page_as, coordinator, patient, tmp_path: Path
):
    big = tmp_path / "big.pdf"
    with big.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    page = page_as(coordinator, f"/patients/{patient.public_id}/documents/new/")
    page.set_input_files("[name=file]", big)
    page.get_by_text("This file is too large; the most is 20.0 MB").wait_for()
    assert page.input_value("[name=file]") == ""
