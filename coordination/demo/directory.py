"""The directory of the story: who helps around here, and who asked them when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from coordination.demo.people import People
from coordination.demo.story import Row, table
from patients.models import PayerClass
from referrals import actions
from referrals.actions import CapacityIn, CheckIn, EntryIn, ProgramIn
from referrals.models import Provider, ZipPlace

ENTERED = "-200d 09:00"
KEEPER = "radeyemi"
STATE = "NY"
METHODS = {"phone": "phone", "web page": "web", "fax": "fax", "visit": "visit", "own": "visit"}
ACCEPTS = {"yes": True, "no": False, "waitlist": True}  # with a wait, and said so
FORMS = {
    "in person": "in-person", "online": "online", "online or in person": "either",
    "in person or phone": "either", "phone": "phone", "delivered": "delivered",
}  # fmt: skip
MEETS = {
    "weekly": "weekly", "every second week": "two-weekly", "monthly": "monthly", "": "once",
}  # fmt: skip

Entries = dict[str, Provider]


def write_directory(people: People) -> None:
    """Add the scenes in which entries are made, checked, and heard of in passing."""
    places = [
        ZipPlace(
            zip_code=row["zip"], lat=float(row["lat"]), lon=float(row["lon"]), city=row["city"],
            state=row["state"],
        )
        for row in table("zips")
    ]  # fmt: skip
    ZipPlace.objects.bulk_create(places, ignore_conflicts=True)
    entries: Entries = {}
    for row in table("providers"):
        people.script.add(people.at(ENTERED), 1, enter(people, row, entries))
        people.script.add(people.at(row["verified_at"]), 2, check(people, row, entries))
        if row["capacity_as_of"] != row["verified_at"]:
            people.script.add(people.at(row["capacity_as_of"]), 3, hear(people, row, entries))
    for kind, name in (("program", "programs"), ("support_group", "groups")):
        for row in table(name):
            people.script.add(people.at(ENTERED), 2, enter_program(people, row, kind, entries))
            people.script.add(people.at(row["verified_at"]), 3, check_program(people, row, entries))


def enter(people: People, row: Row, entries: Entries) -> Callable[[datetime], None]:
    """Return the scene in which the supervisor enters a provider."""

    def play(now: datetime) -> None:
        youngest, oldest = ages(row["ages"])
        said = EntryIn(
            name=row["name"], street=row["street"], city=row["city"], state=STATE,
            zip_code=row["zip"], phone=row["phone"], fax=row["fax"], hours=row["hours"],
            access_words=row["access"].replace(";", ", "), age_from=youngest, age_to=oldest,
            note=row["note"],
        )  # fmt: skip
        entries[row["key"]] = actions.add_entry(
            people.cast.actor(KEEPER), row["kind"], said, row["needs"].split(";"), now
        )

    return play


def ages(text: str) -> tuple[int | None, int | None]:
    """Return the ages of a row such as "18+"; "all" begins at birth."""
    if text == "all":
        return 0, None
    return (int(text.rstrip("+")), None) if text.endswith("+") else (None, None)


def heard(row: Row) -> CapacityIn:
    """Return how full they are, as the row has it."""
    wait = row["wait_days"]
    listed = row["accepting"] == "waitlist" and "list" not in row["capacity"]
    return CapacityIn(
        accepting=ACCEPTS[row["accepting"]], wait_days=int(wait) if wait else None,
        capacity=f"waiting list, {row['capacity']}".rstrip(", ") if listed else row["capacity"],
    )  # fmt: skip


def says(people: People, row: Row, entries: Entries, outcome: str) -> Callable[[datetime], None]:
    """Return the scene in which somebody asks an entry, or hears of it."""

    def play(now: datetime) -> None:
        provider = Provider.objects.get(pk=entries[row["key"]].pk)
        services = provider.services.values_list("pk", flat=True)
        takes: dict[str, bool | None] = dict.fromkeys(row["payer_classes"].split(";"), True)
        actions.verify(
            people.cast.actor(row["verified_by"]), provider.public_id, provider.version,
            CheckIn(
                method=METHODS[row["verified_method"]], outcome=outcome,
                services=dict.fromkeys(services, heard(row)),
                languages=row["languages"].split(";"),
                takes={code: yes for code, yes in takes.items() if code in PayerClass.values},
            ),
            now,
        )  # fmt: skip

    return play


def check(people: People, row: Row, entries: Entries) -> Callable[[datetime], None]:
    """Return the scene in which somebody checks an entry."""
    return says(people, row, entries, "changed")


def hear(people: People, row: Row, entries: Entries) -> Callable[[datetime], None]:
    """Return the scene in which somebody hears in passing how full they are."""
    return says(people, row, entries, "heard")


def enter_program(
    people: People, row: Row, kind: str, entries: Entries
) -> Callable[[datetime], None]:
    """Return the scene in which a program or a group is entered with its calendar."""

    def play(now: datetime) -> None:
        actor = people.cast.actor(KEEPER)
        host = entries.get(row.get("provider", ""))
        said = EntryIn(
            name=row["name"], phone=row.get("contact_phone") or (host.phone if host else ""),
            zip_code=host.zip_code if host else "", note=row["note"],
        )  # fmt: skip
        made = actions.add_entry(actor, kind, said, [kind.replace("_", "-")], now)
        entries[row["key"]] = made
        places = row.get("places")
        actions.set_program(
            actor, made.public_id, made.version,
            ProgramIn(
                topic=row.get("topic") or row["need"], form=FORMS[row["format"]],
                meets=MEETS[row.get("meets", "")],
                next_at=people.at(row.get("next_meeting") or row["next_start"]),
                places=int(places) if places else None,
                is_private=row.get("private", "no") == "yes", host_id=host.pk if host else None,
            ),
            now,
        )  # fmt: skip

    return play


def check_program(people: People, row: Row, entries: Entries) -> Callable[[datetime], None]:
    """Return the scene in which somebody asks whether a program is still there."""

    def play(now: datetime) -> None:
        made = Provider.objects.get(pk=entries[row["key"]].pk)
        codes = row.get("payer_classes", "").split(";")
        actions.verify(
            people.cast.actor("ewalsh"), made.public_id, made.version,
            CheckIn(
                method="phone", outcome="confirmed", languages=row["languages"].split(";"),
                takes={code: True for code in codes if code in PayerClass.values},
            ),
            now,
        )  # fmt: skip

    return play
