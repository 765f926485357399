"""Stays, who looks after whom, visits, and what else happens to the patients of the story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from coordination.demo.people import A_MOMENT, People
from coordination.demo.story import Row, table
from patients import actions
from patients.models import Patient


def write_stays(people: People) -> None:
    """Add every scene about stays, assignments, visits and events to the script."""
    for row in table("stays"):
        write_stay(people, row)
    for row in table("moves"):
        write_move(people, row)
    for row in table("severities"):
        write_severity(people, row)
    for row in table("assignments"):
        write_assignment(people, row)
    for row in table("visits"):
        write_visit(people, row)
    for row in table("patient_events"):
        write_event(people, row)


def write_stay(people: People, row: Row) -> None:
    """Add the scenes of one stay: admitted, changed, expected to leave, left."""
    segments = [s for s in table("segments") if s["stay"] == row["key"]]
    segments.sort(key=lambda s: int(s["order"]))
    system = people.cast.system

    def admit(now: datetime) -> None:
        primary = people.user(row["primary_coordinator"])
        people.stays[row["key"]] = actions.admit(
            system, people.patients[row["patient"]], unit=people.cast.units[row["unit"]],
            bed=row["bed"], segment_class=segments[0]["class"], at=now, now=now,
            admit_source=row["admit_source"], reason=row["reason"],
            code_status=row["code_status"], told_by=segments[0]["told_by"], primary=primary,
        )  # fmt: skip

    people.script.add(people.at(row["admitted_at"]), 1, admit)
    for segment in segments[1:]:
        people.script.add(people.at(segment["start"]), 1, change(people, row, segment))

    def expect(now: datetime) -> None:
        expected = people.at(row["expected_on"])
        if expected is not None and expected > now:
            actor = people.cast.actor(row["expected_set_by"])
            stay = people.stays[row["key"]]
            actions.set_expected(actor, stay.public_id, None, expected, now=now)

    people.script.add(people.at(row["expected_set_at"]), 2, expect)

    def leave(now: datetime) -> None:
        discharged = people.at(row["discharged_at"])
        actions.depart(
            system, people.stays[row["key"]].public_id, None, row["disposition"], now, now,
            discharged_at=discharged,
        )  # fmt: skip

    if row["departed_at"]:
        people.script.add(people.at(row["departed_at"]), 2, leave)


def change(people: People, stay: Row, segment: Row) -> Callable[[datetime], None]:
    """Return the scene in which a stay changes its class."""

    def play(now: datetime) -> None:
        actions.start_segment(
            people.cast.system, people.stays[stay["key"]].public_id, None,
            segment_class=segment["class"], starts_at=now, now=now, told_by=segment["told_by"],
        )  # fmt: skip

    return play


def write_move(people: People, row: Row) -> None:
    """Add the scene in which a patient moves to another bed."""

    def play(now: datetime) -> None:
        actions.move_bed(
            people.cast.actor(row["by"]), people.stays[row["stay"]].public_id, None,
            unit=people.cast.units[row["unit"]], bed=row["bed"], at=now, now=now, why=row["why"],
        )  # fmt: skip

    people.script.add(people.at(row["at"]), 7, play)


def write_severity(people: People, row: Row) -> None:
    """Add the scene in which somebody says how sick a patient is."""

    def play(now: datetime) -> None:
        actions.set_severity(
            people.cast.actor(row["by"]), people.stays[row["stay"]].public_id, None,
            row["severity"], now=now, why=row["why"],
        )  # fmt: skip

    people.script.add(people.at(row["at"]), 7, play)


def write_assignment(people: People, row: Row) -> None:
    """Add the scenes in which somebody begins, and ends, to look after a patient."""
    system, team = people.cast.system, people.cast.teams[row["team"]]

    def begin(now: datetime) -> None:
        patient = people.patients[row["patient"]]
        actions.assign(
            system, patient.public_id, team, people.user(row["person"]), now=now,
            kind=row["kind"], reason=row["reason"],
        )  # fmt: skip

    def end(now: datetime) -> None:
        patient = people.patients[row["patient"]]
        actions.end_assignment(system, patient.public_id, team, now=now, kind=row["kind"])

    # Whoever takes over is there before the stay ends; whoever hands over goes after it.
    people.script.add(people.at(row["from"]), 1, begin)
    if row["to"]:
        people.script.add(people.at(row["to"]), 3, end)


def write_visit(people: People, row: Row) -> None:
    """Add the scenes of one visit: booked, and what became of it."""
    system = people.cast.system
    providers = {p["key"]: p for p in table("providers")}
    provider = providers.get(row["with"], {"name": row["with"], "phone": "", "street": ""})

    def book(now: datetime) -> None:
        people.visits[row["key"]] = actions.book_visit(
            system, people.patients[row["patient"]], now=now,
            status="proposed" if row["status"] == "proposed" else "booked",
            with_whom=provider["name"], place=provider["street"], phone=provider["phone"],
            reason=row["for"], starts_at=people.at(row["at"]),
        )  # fmt: skip

    people.script.add(people.at(row["booked_at"]), 4, book)

    def settle(now: datetime) -> None:
        visit = people.visits[row["key"]]
        actions.change_visit(
            system, visit.public_id, None, now=now, status=row["status"],
            outcome_source=row["source"], why=row["note"],
        )  # fmt: skip

    at = people.at(row["at"])
    if row["status"] in {"fulfilled", "noshow", "cancelled"} and at is not None:
        happened = min(at + timedelta(hours=2), people.teller.now - A_MOMENT)
        if row["status"] == "cancelled":
            booked = people.at(row["booked_at"])
            happened = max(happened - timedelta(days=1), booked or happened)
        people.script.add(happened, 6, settle)


def write_event(people: People, row: Row) -> None:
    """Add the scene of one thing that happened to a patient, when it was written down."""
    scenes: dict[str, Callable[[Patient, datetime], object]] = {
        "died": lambda patient, now: actions.record_death(
            people.cast.actor(row["recorded_by"]), patient.public_id, None,
            died_at=people.at(row["at"]) or now, now=now, told_by=row["source"],
        ),
        "opted-out": lambda patient, now: [
            actions.opt_out(
                people.cast.actor(row["recorded_by"]), patient.public_id, channel, now=now,
                told_by=row["source"],
            )
            for channel in ("text", "email")
        ],
        "unlisted": lambda patient, now: actions.unlist(
            people.cast.actor(row["recorded_by"]), patient.public_id, None, now=now,
            why=row["source"],
        ),
        "phone-changed": lambda patient, now: actions.correct_patient(
            people.cast.actor(row["recorded_by"]), patient.public_id, None, now=now,
            why=row["note"], phone="(555) 010-1355",
        ),
        "do-not-tell": lambda _patient, now: actions.change_contact(
            people.cast.actor(row["recorded_by"]), people.contacts["c_marcos"].public_id, None,
            now=now, why=row["source"], must_not_be_told=True,
        ),
    }  # fmt: skip
    scene = scenes.get(row["event"])
    if scene is None:
        return

    def play(now: datetime) -> None:
        scene(people.patients[row["patient"]], now)

    people.script.add(people.at(row["recorded_at"]), 5, play)
