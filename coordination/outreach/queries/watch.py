"""Whether messages leave: the alarm for `doctor` and `/readyz`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from coordination.ground.checks import Check

LATE = timedelta(minutes=5)  # ten sweeps
WATCHED_HOURS = 24

LAG = """
SELECT count(*), min(due_at),
  coalesce(extract(epoch FROM now() - min(due_at)), 0),
  (SELECT max(d.sent_at)
    FROM outreach_delivery d WHERE d.sent_at > now() - make_interval(hours => %(hours)s))
FROM (SELECT d.due_at FROM outreach_delivery d
  JOIN access_organization o ON o.id = d.organization_id AND o.messages_on
  WHERE d.state = 'planned' AND d.due_at < now() ORDER BY d.due_at LIMIT 1000) AS waiting
"""


@dataclass(frozen=True, slots=True)
class OutboxLag:
    """How far behind the messages are. waiting: due and not sent, at most 1000 are counted."""

    waiting: int
    oldest: timedelta
    is_late: bool
    none_sent: bool

    def sentence(self) -> str:
        """Say it in one plain line for an operator."""
        if not self.is_late:
            return f"on time, {self.waiting} due now"
        minutes = int(self.oldest.total_seconds() // 60)
        silence = ", none was sent in 24 hours" if self.none_sent else ""
        return f"{self.waiting} due, the oldest for {minutes} minutes{silence}"


def messages_check() -> Check:
    """Ask whether messages leave. Alarm when none was sent though some were due. 1 statement."""
    lag = outbox_lag()
    return Check(
        "messages",
        ok=not lag.is_late,
        seen=lag.sentence(),
        advice="Look at the worker and the mail server; /outgoing/ shows each message's error.",
        is_vital=lag.none_sent,
    )


def outbox_lag() -> OutboxLag:
    """Return how late messages are, by the database's clock. 1 statement.

    Late: one is due for more than five minutes in an organization whose messages are on.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAG, {"hours": WATCHED_HOURS})
        waiting, _oldest_at, seconds, last_sent = cursor.fetchone()
    oldest = timedelta(seconds=float(seconds))
    is_late = oldest > LATE
    return OutboxLag(waiting, oldest, is_late, is_late and last_sent is None)
