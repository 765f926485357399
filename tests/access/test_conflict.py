"""Two people change one record: what the panel offers, and what each choice saves (P7, D27)."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from coordination.access.conflict import both_texts
from coordination.worklist.actions import move_due
from patients.actions import change_contact, correct_patient
from patients.models import Patient
from tests.conftest import actor_of, member
from tests.factories import PatientFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CHECKED = re.compile(r'<input type="radio" name="(choose:[^"]+)" value="([^"]+)" checked')


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(
        organization=team.organization, team=team, phone="(555) 010-2001", about_me="Likes tea."
    )


@pytest.fixture
def jonah(team):
    return actor_of(member(team, first_name="Jonah", last_name="Tate"))


def opened(client, url) -> dict[str, str]:
    """Open a form; return what it would post if nobody touched it."""
    page = client.get(url).content.decode()
    found = dict(HIDDEN.findall(page))
    typed = {name.removeprefix("base:"): value for name, value in found.items()
             if name.startswith("base:")}  # fmt: skip
    return {**found, **typed}


def answered(panel: str, **more: str) -> dict[str, str]:
    """Return what the panel would post, with the choices it starts with."""
    fields = {**dict(HIDDEN.findall(panel)), **dict(CHECKED.findall(panel))}
    text = re.search(r'<textarea name="(both:[^"]+)"[^>]*>([^<]*)</textarea>', panel)
    both = {text[1]: text[2]} if text else {}
    return {**fields, **both, "conflict": "chosen", **more}


def test_the_panel_says_who_and_when_and_asks_only_where_both_differ(signed_in, patient, jonah):
    url = f"/patients/{patient.public_id}/edit/"
    form = opened(signed_in, url)
    correct_patient(jonah, patient.public_id, None, now=timezone.now(), phone="(555) 010-9999",
                    city="Rochester", about_me="Likes tea at six.")  # fmt: skip
    answer = signed_in.post(url, form | {"given": "Gracie", "about_me": "Likes coffee."})
    panel = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r"Jonah Tate changed this at \d\d:\d\d", panel)
    assert dict(CHECKED.findall(panel)) == {
        "choose:given": "mine", "choose:phone": "theirs", "choose:city": "theirs",
        "choose:about_me": "both",
    }  # fmt: skip
    assert "choose:family" not in panel


def test_what_is_chosen_is_saved_and_nothing_else_is_lost(signed_in, patient, jonah):
    url = f"/patients/{patient.public_id}/edit/"
    form = opened(signed_in, url)
    correct_patient(jonah, patient.public_id, None, now=timezone.now(), phone="(555) 010-9999",
                    about_me="Likes tea at six.")  # fmt: skip
    panel = signed_in.post(url, form | {"given": "Gracie", "about_me": "Hears on the left."})
    sent = answered(panel.content.decode())
    assert signed_in.post(url, sent).status_code == 302
    patient.refresh_from_db()
    assert (patient.given, patient.phone) == ("Gracie", "(555) 010-9999")
    assert patient.about_me == "Likes tea at six.\nHears on the left."


def test_keeping_mine_puts_every_field_as_it_was_typed(signed_in, patient, jonah):
    url = f"/patients/{patient.public_id}/edit/"
    form = opened(signed_in, url)
    correct_patient(jonah, patient.public_id, None, now=timezone.now(), phone="(555) 010-9999")
    panel = signed_in.post(url, form | {"given": "Gracie"}).content.decode()
    signed_in.post(url, answered(panel, conflict="mine"))
    patient.refresh_from_db()
    assert (patient.given, patient.phone) == ("Gracie", "(555) 010-2001")


def test_somebody_who_comes_between_again_gets_the_panel_again(signed_in, patient, jonah):
    url = f"/patients/{patient.public_id}/edit/"
    form = opened(signed_in, url)
    correct_patient(jonah, patient.public_id, None, now=timezone.now(), phone="(555) 010-9999")
    panel = signed_in.post(url, form | {"given": "Gracie"}).content.decode()
    correct_patient(jonah, patient.public_id, None, now=timezone.now(), given="Grazia")
    answer = signed_in.post(url, answered(panel))
    assert answer.status_code == 409
    assert dict(CHECKED.findall(answer.content.decode()))["choose:given"] == "mine"
    patient.refresh_from_db()
    assert patient.given == "Grazia"


def test_a_tick_and_a_choice_are_said_in_words(signed_in, patient, jonah):
    contact = ContactFactory(patient=patient, note="Works nights.")
    url = f"/patients/contacts/{contact.public_id}/"
    form = opened(signed_in, url)
    change_contact(jonah, contact.public_id, None, now=timezone.now(), why="", language="es",
                   must_not_be_told=True)  # fmt: skip
    panel = signed_in.post(url, form).content.decode()
    assert "Spanish" in panel
    sent = answered(panel)
    assert sent["choose:must_not_be_told"] == "theirs"
    signed_in.post(url, sent)
    contact.refresh_from_db()
    assert (contact.language, contact.must_not_be_told) == ("es", True)


def test_an_act_on_a_task_can_be_done_all_the_same(signed_in, coordinator, team, jonah):
    task = TaskFactory(team=team)
    url = f"/tasks/{task.public_id}/move/"
    form = opened(signed_in, url)
    move_due(jonah, task.public_id, None, timezone.now(), due_at=timezone.now(), why="asked")
    answer = signed_in.post(url, form | {"when": "tomorrow 9", "why": "later"})
    assert answer.status_code == 409
    panel = answer.content.decode()
    assert "Jonah Tate changed this" in panel
    assert signed_in.post(url, answered(panel)).status_code == 302
    task.refresh_from_db()
    assert task.due_set_by == coordinator


def test_both_notes_are_kept_once():
    assert both_texts("Likes tea.", "Hears left.") == "Likes tea.\nHears left."
    assert both_texts("Likes tea.", "Likes tea. Hears left.") == "Likes tea. Hears left."
