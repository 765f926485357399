"""The contacts of the story, as its people logged them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from coordination.demo.people import People
from coordination.demo.story import Row, table
from coordination.demo.work import Work
from coordination.outreach import actions as outreach
from coordination.outreach.actions.calls import AGAIN, DONE, NOTHING, NextIn, PartyIn, StopIn
from coordination.worklist.models import Task

CHANNELS = {
    "call out": ("out", "phone"),
    "call in": ("in", "phone"),
    "voicemail heard": ("in", "voicemail-heard"),
    "bedside": ("out", "bedside"),
    "family meeting": ("out", "family-meeting"),
}


def write_calls(work: Work) -> None:
    """Add a scene for each logged contact to the script."""
    for row in table("contacts_logged"):
        work.people.script.add(work.people.at(row["at"]), 6, log(work, row))
    for row in table("bedside"):
        work.people.script.add(work.people.at(row["at"]), 6, stand_at_bed(work, row))


def stand_at_bed(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which somebody sees a patient on their round."""

    def play(now: datetime) -> None:
        patient = work.people.patients[row["patient"]]
        outreach.log_call(
            work.who(row["by"], patient.pk), patient=patient, party=PartyIn(kind="patient"),
            outcome="reached-two-way", channel="bedside", occurred_at=now, now=now,
        )  # fmt: skip

    return play


def log(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which one contact is logged."""

    def play(now: datetime) -> None:
        people = work.people
        task = work.tasks.get(row["task"])
        if task is not None:
            task = Task.objects.get(pk=task.pk)
        next_at = people.at(row["next_attempt"])
        what = NextIn(kind=NOTHING)
        if row["closes"] == "yes" and task is not None and task.is_open:
            what = NextIn(kind=DONE)
        elif next_at is not None and next_at > now and task is None:
            what = NextIn(kind=AGAIN, at=next_at)
        direction, channel = CHANNELS[row["channel"]]
        stop = StopIn(channels=("text", "email")) if row["outcome"] == "opted-out" else StopIn()
        work.calls[row["key"]] = outreach.log_call(
            work.who(row["by"], people.patients[row["patient"]].pk),
            patient=people.patients[row["patient"]],
            party=party(people, row["party"]), outcome=row["outcome"], occurred_at=now, now=now,
            direction=direction, channel=channel, note=row["note"],
            minutes=int(row["minutes"]) if row["minutes"] else None, purpose=row["kind"],
            task=task if task is not None and task.is_open else None, what_next=what, stop=stop,
        )  # fmt: skip

    return play


def party(people: People, text: str) -> PartyIn:
    """Return who took part: "patient", "contact:c_ngozi", "provider:maple", "payer"."""
    kind, _colon, key = text.partition(":")
    if kind == "patient":
        return PartyIn(kind="patient")
    if kind == "contact":
        return PartyIn(kind="contact", contact=people.contacts[key].public_id)
    if kind == "provider":
        row = next(p for p in table("providers") if p["key"] == key)
        return PartyIn(kind="outside", organization_name=row["name"], phone=row["phone"])
    return PartyIn(kind="outside", organization_name="Insurance")
