"""What is typed of a call, and what is said where it is wrong."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coordination.outreach.actions import NextIn
from coordination.outreach.forms import CallForm
from coordination.outreach.queries import Party, next_choices
from tests.outreach.factories import NOW, CallFactory, reachable

NEW_YORK = ZoneInfo("America/New_York")
PATIENT = Party(key="patient", kind="patient", name="Grace Okafor")
DANA = Party(key="waiting", kind="outside", name="Dana Whitfield", role="Maple Court", phone="1")
NGOZI = Party(
    key="contact-1", kind="contact", name="Ngozi Okafor", contact_public_id=uuid.UUID(int=1)
)


def form(**typed: object) -> CallForm:
    data = {
        "create_key": str(uuid.uuid4()), "party": "patient", "outcome": "reached-two-way",
        "next": "done", **typed,
    }  # fmt: skip
    return CallForm(data, parties=[DANA, PATIENT, NGOZI], now=NOW, zone=NEW_YORK)


def test_three_keys_are_enough():
    bound = form()
    assert bound.is_valid(), bound.errors
    said = bound.arguments()
    assert [party.kind for party in said["party"]] == ["patient"]
    assert (said["occurred_at"], said["what_next"]) == (NOW, NextIn(kind="done"))
    assert (said["direction"], said["channel"], said["minutes"]) == ("out", "phone", None)


def test_a_family_meeting_names_everybody_once():
    bound = form(party="contact-1", also_there=["patient", "contact-1"], channel="family-meeting")
    assert bound.is_valid(), bound.errors
    assert [party.kind for party in bound.arguments()["party"]] == ["contact", "patient"]


def test_a_voicemail_heard_came_from_them():
    bound = form(channel="voicemail-heard", outcome="asked-callback")
    assert bound.is_valid(), bound.errors
    assert bound.arguments()["direction"] == "in"


def test_a_proposed_time_and_a_picked_time_are_instants():
    proposed = form(next=(NOW + timedelta(hours=3)).isoformat(), outcome="no-answer")
    assert proposed.is_valid(), proposed.errors
    assert proposed.what_next() == NextIn(kind="again", at=NOW + timedelta(hours=3))
    picked = form(next="pick", next_at="2026-11-24T09:30", outcome="no-answer")
    assert picked.is_valid(), picked.errors
    assert picked.what_next().at == datetime(2026, 11, 24, 9, 30, tzinfo=NEW_YORK)


def test_a_confirmed_death_carries_its_time():
    bound = form(outcome="deceased", confirmed="on", died_at="2026-11-22T08:00")
    assert bound.is_valid(), bound.errors
    assert bound.arguments()["stop"].died_at == datetime(2026, 11, 22, 8, tzinfo=NEW_YORK)


WRONG = [
    ({"party": ""}, "party", "Say whom you spoke with."),
    ({"party": "nobody"}, "party", "nobody"),
    ({"party": "other"}, "other_name", "Say whom you spoke with."),
    ({"outcome": ""}, "outcome", "Say what came of the call."),
    ({"outcome": "teleported"}, "outcome", "teleported"),
    ({"minutes": "many"}, "minutes", "Type the minutes as a number."),
    ({"minutes": "601"}, "minutes", "600 minutes at most"),
    ({"minutes": "-1"}, "minutes", "cannot be negative"),
    ({"occurred_at": "yesterday"}, "occurred_at", "Type a day and a time"),
    ({"occurred_at": "2027-01-01T10:00"}, "occurred_at", "before it took place"),
    ({"next": "soonish"}, "next", "Choose what happens next."),
    ({"next": "2026-11-24T10:00"}, "next", "Choose what happens next."),
    ({"next": "pick"}, "next_at", "Choose a time for the next attempt."),
    ({"next": "pick", "next_at": "2026-11-01T10:00"}, "next_at", "still to come"),
    ({"next": "pick", "next_at": "tomorrow"}, "next_at", "Type a day and a time"),
    ({"outcome": "deceased"}, "confirmed", "everything planned stops"),
    ({"outcome": "deceased", "confirmed": "on", "died_at": "2027-01-01T10:00"}, "died_at", "come"),
    ({"outcome": "opted-out"}, "stop_channels", "Say what they want no more of."),
    ({"note": "a\x00b"}, "note", "control character"),
    ({"note": "a" * 4001}, "note", "1 character too long"),
    ({"other_name": "two\nlines", "party": "other"}, "other_name", "one line"),
    ({"create_key": "x"}, "create_key", "UUID"),
]


@pytest.mark.parametrize(("typed", "field", "sentence"), WRONG)
def test_what_is_wrong_is_said_at_its_field(typed, field, sentence):
    bound = form(**typed)
    assert not bound.is_valid()
    assert list(bound.errors) == [field]
    assert sentence in str(bound.errors[field])


@pytest.mark.django_db
def test_the_next_attempt_is_proposed_at_another_time_of_day(team):
    patient = reachable(team)
    choices = next_choices(patient, None, PATIENT, NOW, NEW_YORK, "no-answer")
    assert [label for _at, label in choices] == ["13:30", "in 1 h", "17:30"]
    CallFactory(patient=patient, occurred_at=NOW.replace(hour=19), logged_at=NOW.replace(hour=20))
    choices = next_choices(patient, None, PATIENT, NOW, NEW_YORK, "no-answer")
    assert choices[0][1] == "17:30"


@pytest.mark.django_db
def test_wished_hours_that_no_rule_reads_are_left_to_the_person(team):
    shy = Party(key="x", kind="contact", name="Ruth Stern", hours="not on the Sabbath")
    assert next_choices(reachable(team), None, shy, NOW, NEW_YORK)
