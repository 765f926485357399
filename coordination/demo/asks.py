"""What the people of the story asked their supervisor, and what she asked back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from coordination.clocks.models import Clock, ClockState
from coordination.demo.story import Row, table
from coordination.demo.work import Work
from coordination.worklist import actions
from coordination.worklist.models import ApprovalRequest, Task


def write_requests(work: Work) -> None:
    """Add a scene for each request, and one for each answer to it."""
    people = work.people
    asked: dict[str, ApprovalRequest] = {}
    for row in table("requests"):
        people.script.add(people.at(row["at"]), 12, ask(work, row, asked))
        if row["words"]:
            people.script.add(people.at(row["answered_at"]), 12, answer(work, row, asked))


def subject_of(work: Work, row: Row) -> UUID | None:
    """Return the task that serves the patient's clock, or the missed clock; None: not there."""
    about = {"patient": work.people.patients[row["patient"]]}
    if row["act"] == "cancel-owed-task":
        tasks = Task.objects.filter(is_open=True, clock__slug=row["clock"], **about)
        return tasks.values_list("public_id", flat=True).first()
    clocks = Clock.objects.filter(slug=row["clock"], state=ClockState.BREACHED, **about)
    return clocks.values_list("public_id", flat=True).first()


def ask(work: Work, row: Row, asked: dict[str, ApprovalRequest]) -> Callable[[datetime], None]:
    """Return the scene in which somebody asks."""

    def play(now: datetime) -> None:
        subject = subject_of(work, row)
        if subject is not None:
            asked[row["key"]] = actions.ask(
                work.actor(row["by"]), row["act"], subject, now, why=row["why"],
                choice=row["choice"],
            )  # fmt: skip

    return play


def answer(work: Work, row: Row, asked: dict[str, ApprovalRequest]) -> Callable[[datetime], None]:
    """Return the scene in which the supervisor asks back before deciding."""

    def play(now: datetime) -> None:
        if row["key"] in asked:
            who, request = work.actor(row["answered_by"]), asked[row["key"]].public_id
            actions.ask_back(who, request, None, now, words=row["words"])

    return play
