"""The messages of the story: what the workers sent meanwhile, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.demo.people import People
from coordination.demo.story import Row, table
from coordination.outreach import actions as outreach
from coordination.outreach.models import Delivery
from coordination.worklist import actions as worklist

SENDS_FOR = 35  # days
SENDING_HOURS = (9, 12, 15, 18)
ANSWERED = {"failed", "delivered", "replied"}


def write_messages(people: People, now: datetime, zone: ZoneInfo) -> None:
    """Add the scenes in which messages leave, and those in which an answer comes back."""
    today = now.astimezone(zone).date()
    for back in range(SENDS_FOR, -1, -1):
        for hour in SENDING_HOURS:
            at = datetime.combine(today - timedelta(days=back), time(hour, 1), zone)
            people.script.add(at, 9, send)
    for row in table("reminders"):
        if row["outcome"] in ANSWERED:
            people.script.add(people.at(row["outcome_at"]), 10, answer(people, row))


def send(at: datetime) -> None:
    """Send what was due by then."""
    while outreach.send_due(at):
        pass


def answer(people: People, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which the carrier or the patient answers one reminder."""

    def play(now: datetime) -> None:
        visit = people.visits[row["serves"].partition(":")[2]]
        days = row["rule"].partition("T-")[2].split()[0]
        delivery = Delivery.objects.filter(
            visit=visit, reminder__endswith=f"{days}d", state="sent"
        ).first()
        if delivery is None:
            return
        outreach.hear(people.cast.system, delivery.pk, row["outcome"], now, reason=row["reason"])
        delivery.refresh_from_db()
        if delivery.call_task is not None:  # the story has its own row for that call
            worklist.cancel(
                people.cast.system, delivery.call_task.public_id, None, now, reason="duplicate"
            )

    return play
