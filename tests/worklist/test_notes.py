"""A note on the wrong patient's timeline, or one that should not stand there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.records import NotPermitted, TransitionNotAllowed
from coordination.worklist.actions import jot_down, move_note, void_note
from patients.models import TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosas(team):
    """Return the patient whose chart was open, and the right one."""
    home = {"organization": team.organization, "team": team, "given": "Rosa"}
    return PatientFactory(**home, family="Martinez-Leal"), PatientFactory(**home, family="Martinez")


def lines(patient) -> list[str]:
    entries = TimelineEntry.objects.filter(patient=patient).order_by("pk")
    return list(entries.values_list("sentence", flat=True))


def test_a_note_moves_and_leaves_a_line_that_says_nothing(actor, rosas, now):
    wrong, right = rosas
    note = jot_down(actor, "Eleven stairs, rail left", now, about=wrong.public_id)
    move_note(actor, note.public_id, None, to=right, why="the other Rosa", now=now)
    assert lines(wrong) == ["A note was moved: logged on the wrong patient"]
    assert lines(right) == [
        "Note: Eleven stairs, rail left",
        "A note was moved here from another chart. the other Rosa",
    ]


def test_a_note_in_error_stays_struck_through(actor, rosas, now):
    note = jot_down(actor, "Eleven stairs", now, about=rosas[0].public_id)
    void_note(actor, note.public_id, note.version, why="not said so", now=now)
    entry = TimelineEntry.objects.get()
    assert (entry.void_at, entry.void_why) == (now, "not said so")
    with pytest.raises(TransitionNotAllowed):
        void_note(actor, note.public_id, None, why="again", now=now)


def test_its_writer_for_a_day_and_then_a_supervisor(team, actor, rosas, now):
    note = jot_down(actor, "Eleven stairs", now, about=rosas[0].public_id)
    late = now + timedelta(hours=25)
    for who, at in ((actor_of(member(team)), now), (actor, late)):
        with pytest.raises(NotPermitted):
            void_note(who, note.public_id, None, why="x", now=at)
    void_note(actor_of(member(team, "supervisor")), note.public_id, None, why="x", now=late)


def test_its_line_opens_it_and_the_pages_mend_it(signed_in, actor, rosas):
    wrong, _right = rosas
    note = jot_down(actor, "Eleven stairs", timezone.now(), about=wrong.public_id)
    base = f"/notes/{note.public_id}/"
    assert base in signed_in.get(f"/patients/{wrong.public_id}/").content.decode()
    assert "Wrong patient" in signed_in.get(base).content.decode()
    assert "nothing else changes" in signed_in.get(f"{base}in-error/").content.decode()
