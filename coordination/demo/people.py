"""The patients of the story: who they are, their families, insurance and health."""

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
    """Add the scene in which each patient comes into our care."""
    first = first_seen(people)
    for row in table("patients"):
        people.script.add(first[row["key"]], 0, register(people, row))


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
