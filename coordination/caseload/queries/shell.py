"""The two numbers of the frame."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from coordination.access.actor import Actor

NUMBERS = """
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM worklist_task t
     WHERE t.assignee_id = %(user_id)s AND t.is_open AND t.due_at < %(now)s LIMIT 1001) late),
  (SELECT count(*) FROM (SELECT 1 FROM worklist_escalation e
     JOIN worklist_task t ON t.id = e.task_id AND t.is_open
     WHERE e.to_id = %(user_id)s AND e.acked_at IS NULL AND e.level > 0 LIMIT 1001) told)
"""


class ShellNumbers(NamedTuple):
    """How many own tasks are late, and how many notices nobody has acknowledged."""

    late: int
    notices: int


def shell_numbers(actor: Actor, now: datetime) -> ShellNumbers:
    """Count both. 1 statement; counts stop at 1,001."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, {"user_id": actor.user_id, "now": now})
        return ShellNumbers(*cursor.fetchone())
