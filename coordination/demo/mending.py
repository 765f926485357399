"""The mistakes of the story, and how its people mended them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from coordination.demo.calls import party
from coordination.demo.story import Row, table
from coordination.demo.work import Work
from coordination.outreach import actions as outreach
from coordination.worklist import actions
from coordination.worklist.models import Task

CLOSED = re.compile(r"closed as done at (\S+ \S+),")
PARTY = re.compile(r"party (contact:\w+)")


def write_corrections(work: Work) -> None:
    """Add each correction whose room stands: calls moved, tasks opened again."""
    people = work.people
    for row in table("corrections"):
        kind, _colon, key = row["record"].partition(":")
        if kind == "contacts_logged":
            people.script.add(people.at(row["at"]), 9, move_call(work, row, key))
        if kind == "tasks" and (closed := CLOSED.search(row["note"])):
            people.script.add(people.at(closed[1]), 8, close(work, key))
            people.script.add(people.at(row["at"]), 9, reopen(work, row, key))


def move_call(work: Work, row: Row, key: str) -> Callable[[datetime], None]:
    """Return the scene in which a call goes to the chart it was about."""

    def play(now: datetime) -> None:
        people, call = work.people, work.calls[key]
        named = PARTY.search(row["note"])
        outreach.move_call(
            work.who(row["by"], call.patient_id), call.public_id, None,
            to=people.patients[row["to_patient"]], why=row["reason"], now=now,
            parties={0: party(people, named[1])} if named else {},
        )  # fmt: skip

    return play


def close(work: Work, key: str) -> Callable[[datetime], None]:
    """Return the scene in which a task was closed too early."""

    def play(now: datetime) -> None:
        task = Task.objects.get(pk=work.tasks[key].pk)
        if task.is_open:
            owner = {user.pk: key for key, user in work.people.cast.users.items()}
            who = work.who(owner.get(task.assignee_id or 0, ""), task.patient_id)
            actions.complete(who, task.public_id, None, now)

    return play


def reopen(work: Work, row: Row, key: str) -> Callable[[datetime], None]:
    """Return the scene in which a task closed by mistake is opened again, with the reason."""

    def play(now: datetime) -> None:
        task = Task.objects.get(pk=work.tasks[key].pk)
        if not task.is_open:
            actor = work.who(row["by"], task.patient_id)
            actions.reopen(actor, task.public_id, None, now, why=row["reason"])

    return play
