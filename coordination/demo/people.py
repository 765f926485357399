"""The patients of the story: who they are, their families, stays, insurance and visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from coordination.access.models import User
from coordination.demo.cast import Cast
from coordination.demo.story import Row, Script, table
from coordination.demo.when import Teller
from patients import actions
from patients.models import (
    Allergy,
    Condition,
    ContactPerson,
    Coverage,
    Medication,
    Patient,
    Stay,
    Visit,
)

A_MOMENT = timedelta(minutes=1)
SEX = {"F": "female", "M": "male"}
ORDERS = {"primary": 1, "secondary": 2, "tertiary": 3}


@dataclass(slots=True)
class People:
    """Everyone who is told of, by the story's keys, filled as the story goes on."""

    cast: Cast
    teller: Teller
    script: Script
    patients: dict[str, Patient] = field(default_factory=dict)
    contacts: dict[str, ContactPerson] = field(default_factory=dict)
    coverages: dict[str, Coverage] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)

    def at(self, text: str) -> datetime | None:
        """Return an instant of the story."""
        return self.teller.at(text)

    def user(self, key: str) -> User | None:
        """Return a person of the cast."""
        return self.cast.users.get(key)


def write_people(people: People) -> None:
    """Add every scene about people to the script."""
    first = first_seen(people)
    for row in table("patients"):
        people.script.add(first[row["key"]], 0, register(people, row))
    for row in table("stays"):
        write_stay(people, row)
    for row in table("assignments"):
        write_assignment(people, row)
    for row in table("visits"):
        write_visit(people, row)
    for row in table("patient_events"):
        write_event(people, row)


def first_seen(people: People) -> dict[str, datetime]:
    """Return when each patient enters the story: a moment before the first thing about them."""
    seen: dict[str, datetime] = {}
    sources = (("assignments", "from"), ("stays", "admitted_at"), ("visits", "booked_at"))
    for name, column in sources:
        for row in table(name):
            at = people.at(row[column])
            if at is not None:
                seen[row["patient"]] = min(at, seen.get(row["patient"], at))
    long_ago = people.teller.now - timedelta(days=45)
    return {row["key"]: seen.get(row["key"], long_ago) - A_MOMENT for row in table("patients")}


def rows_of(name: str, patient: str) -> list[Row]:
    """Return the rows of a table about one patient."""
    return [row for row in table(name) if row["patient"] == patient]


def register(people: People, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which a patient comes into our care, with what is known of them."""

    def play(now: datetime) -> None:
        key, system = row["key"], people.cast.system
        teams = [r["team"] for r in rows_of("assignments", key)]
        patient = actions.register_patient(
            system, now=now, team=None, quiet=True, mrn=row["mrn"], given=row["given"],
            family=row["family"], birth_date=date.fromisoformat(row["birth_date"]),
            sex=SEX[row["sex"]], language=row["language"], interpreter=row["interpreter"],
            street=row["street"], city=row["city"], state="NY", zip_code=row["zip"],
            phone=row["phone"], about_me=row["about_me"],
        )  # fmt: skip
        people.patients[key] = patient
        if not teams:
            team = people.cast.teams["afterhome"]
            actions.assign(system, patient.public_id, team, None, now=now, reason="community")
        wish(people, patient, row["messages"], now)
        add_family(people, patient, key, now)
        add_coverage(people, patient, key, now)
        add_health(people, patient, key)

    return play


def wish(people: People, patient: Patient, messages: str, now: datetime) -> None:
    """Record how the patient wants to be reached."""
    system = people.cast.system
    if messages == "none":
        for channel in ("text", "email"):
            actions.opt_out(system, patient.public_id, channel, now=now, told_by="the patient")
        return
    actions.set_preference(
        system, patient.public_id, messages, now=now, is_preferred=True, ok_voicemail=True
    )


def add_family(people: People, patient: Patient, key: str, now: datetime) -> None:
    """Record family, the family doctor, and what each may be told."""
    system = people.cast.system
    for row in rows_of("contacts", key):
        contact = actions.add_contact(
            system, patient, now=now, quiet=True, name=row["name"], relation=row["relation"],
            phone=row["phone"], decision_role=row["decision_maker"], rank=int(row["rank"] or 1),
            language=row["language"], best_time=row["best_time"], note=row["note"],
        )  # fmt: skip
        people.contacts[row["key"]] = contact
        if row["ok_voicemail"] == "yes":
            actions.set_preference(
                system, patient.public_id, "phone", now=now, contact=contact, ok_voicemail=True
            )
    for row in rows_of("permissions", key):
        people.script.add(people.at(row["from"]), 4, permit(people, row))


def permit(people: People, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which a patient allows, or refuses, that somebody is told."""

    def play(now: datetime) -> None:
        if row["status"] != "active":
            return
        actions.add_permission(
            people.cast.system, people.contacts[row["contact"]],
            topics=row["topics"].split(";"), starts_at=now, ends_at=people.at(row["until"]),
            document=row["document"], now=now,
        )  # fmt: skip

    return play


def add_coverage(people: People, patient: Patient, key: str, now: datetime) -> None:
    """Record the insurance."""
    for row in rows_of("coverages", key):
        starts, ends = people.at(row["from"]), people.at(row["to"])
        people.coverages[row["key"]] = actions.add_coverage(
            people.cast.system, patient, now=now, payer=row["payer"], plan=row["plan"],
            payer_class=row["payer_class"], member_id=row["member_id"],
            order=ORDERS.get(row["order"], 1), quiet=row["payer_class"] != "unconfirmed",
            starts_on=starts.date() if starts else None, ends_on=ends.date() if ends else None,
        )  # fmt: skip


def add_health(people: People, patient: Patient, key: str) -> None:
    """Record what others wrote of the patient's health, as a feed does: read-only here."""
    common = {"organization": people.cast.organization, "patient": patient}
    Condition.objects.bulk_create(
        Condition(
            **common, name=row["text"], code=row["code"], onset_at=people.at(row["onset"]),
            recorded_by=row["recorded_by"],
        )
        for row in rows_of("conditions", key)
    )  # fmt: skip
    Medication.objects.bulk_create(
        Medication(
            **common, name=row["name"], route=row["route"], directions=row["frequency"],
            state=row["state"], recorded_at=people.at(row["recorded_at"]),
            recorded_by=row["recorded_by"],
        )
        for row in rows_of("medications", key)
    )  # fmt: skip
    Allergy.objects.bulk_create(
        Allergy(
            **common, name=row["substance"], reaction=row["reaction"], severity=row["severity"],
            recorded_at=people.at(row["recorded_at"]), recorded_by=row["recorded_by"],
        )
        for row in rows_of("allergies", key)
    )  # fmt: skip


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
        "unlisted": lambda patient, now: actions.correct_patient(
            people.cast.system, patient.public_id, None, now=now, why=row["source"],
            is_unlisted=True,
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
