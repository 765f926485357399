"""Writes who was, is and will be on duty."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from coordination.access.actions import confirm_duty
from coordination.access.duty import Place
from coordination.access.models import Shift
from coordination.demo.people import People
from coordination.demo.story import Row, table

FIRST = 1  # at an instant: who comes on duty acts only then


def write_duty(people: People) -> None:
    """Write the shifts: people confirm theirs as they come; the coming ones are planned."""
    together: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in table("shifts"):
        if row["confirmed"] == "yes":
            together[row["staff"], row["from"]].append(row)
        else:
            _plan(people, row)
    for (staff, begins), rows in together.items():
        _confirm(people, staff, begins, rows)


def _confirm(people: People, staff: str, begins: str, rows: list[Row]) -> None:
    until = people.teller.at(rows[0]["to"])
    assert until is not None  # noqa: S101  the story's own table

    def play(now: datetime) -> None:
        actor = people.cast.actor(staff)
        places = [_place(people, row) for row in rows]
        phone = people.cast.users[staff].phone
        confirm_duty(actor, places, until=until, now=now, phone=phone, role=rows[0]["role"])

    people.script.add(people.teller.at(begins), FIRST, play)


def _plan(people: People, row: Row) -> None:
    place = _place(people, row)
    key, _colon, _name = row["place"].partition(":")
    starts_at, ends_at = people.teller.at(row["from"]), people.teller.at(row["to"])
    assert starts_at is not None and ends_at is not None  # noqa: S101, PT018
    Shift.objects.create(
        organization=people.cast.organization, user=people.cast.users[row["staff"]],
        role_id=row["role"], starts_at=starts_at, ends_at=ends_at, **{key: place},
    )  # fmt: skip


def _place(people: People, row: Row) -> Place:
    key, _colon, name = row["place"].partition(":")
    return people.cast.units[name] if key == "unit" else people.cast.teams[name]
