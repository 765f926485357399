"""Writes who was, is and will be on duty, and who covered for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from coordination.access.actions import CoverIn, accept_cover, confirm_duty, set_cover
from coordination.access.duty import Place
from coordination.access.models import Shift
from coordination.demo.people import People
from coordination.demo.story import Row, table
from patients.actions import write_lines

FIRST, LAST = 1, 9  # at an instant: who comes on duty acts only then
A_WHILE = timedelta(minutes=20)


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


def write_covers(people: People) -> None:
    """Write the covers: asked and accepted by themselves, or a sick call by the supervisor."""
    for row in table("covers"):
        people.script.add(people.teller.at(row["set_at"]), LAST, _set_cover(people, row))


def _set_cover(people: People, row: Row) -> Callable[[datetime], None]:
    users = people.cast.users
    away, covering = users[row["away"]], users[row["cover"]]
    begins, ends = people.teller.at(row["from"]), people.teller.at(row["to"])
    assert begins is not None and ends is not None  # noqa: S101, PT018

    def play(now: datetime) -> None:
        team = away.memberships.select_related("team").get().team
        assert team is not None  # noqa: S101
        actor = people.cast.actor(row["set_by"])
        reason = _("Sick") if row["set_by"] != row["away"] else _("Weekend")
        made = set_cover(actor, CoverIn(away, covering, team, begins, ends, reason), now)
        lines = {
            people.patients[line["patient"]].pk: line["line"]
            for line in table("cover_lines")
            if line["cover"] == row["key"]
        }
        write_lines(actor, made, lines, now)
        if row["state"] != "asked" and made.accepted_at is None:
            accept_cover(people.cast.actor(row["cover"]), made.public_id, now + A_WHILE)

    return play
