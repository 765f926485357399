"""The numbers of the frame."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from coordination.access.actor import Actor
from coordination.access.rules import DRAFT_LIFE
from coordination.caseload.queries.owners import IN_PART, IS_MINE, MINE_SQL, owner_params
from coordination.worklist.queries import REQUEST_NUMBERS, VIEWS_OF, request_params

NUMBERS = f"""
WITH {MINE_SQL}
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM mine m JOIN worklist_task t ON {IS_MINE}
     WHERE t.is_open AND t.due_at < %(now)s LIMIT 1001) late),
  (SELECT count(*) FROM (SELECT 1 FROM worklist_escalation e
     JOIN worklist_task t ON t.id = e.task_id AND t.is_open
     JOIN mine m ON e.to_id = m.owner AND {IN_PART.format("t")}
     WHERE e.acked_at IS NULL AND e.level > 0 LIMIT 1001) told),
  (SELECT count(*) FROM (SELECT 1 FROM access_draft d
     WHERE d.user_id = %(user_id)s AND d.saved_at > %(kept_from)s LIMIT 1001) half)
  + (SELECT count(*) FROM (SELECT 1 FROM worklist_jot j
     WHERE j.user_id = %(user_id)s AND j.status = 'open' LIMIT 1001) jots),
{REQUEST_NUMBERS},
{VIEWS_OF}
"""  # noqa: S608  only our own constants


class ShellNumbers(NamedTuple):
    """How many own tasks are late, notices not acknowledged, forms and jots not finished.

    to_decide: requests that wait for this person's answer; answers: those they have not read.
    views: the lists they keep, as JSON.
    """

    late: int
    climbed: int
    unfinished: int
    to_decide: int
    answers: int
    views: str

    @property
    def notices(self) -> int:
        """Return how much is behind the bell."""
        return self.climbed + self.to_decide + self.answers


def shell_numbers(actor: Actor, now: datetime) -> ShellNumbers:
    """Count them. 1 statement; counts stop at 1,001."""
    params = {
        **owner_params(actor), **request_params(actor), "user_id": actor.user_id, "now": now,
        "kept_from": now - DRAFT_LIFE, "view_teams": list(actor.team_ids),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, params)
        late, climbed, unfinished, to_decide, answers, views = cursor.fetchone()
        said = views if isinstance(views, str) else json.dumps(views)
        return ShellNumbers(late, climbed, unfinished, to_decide, answers, said)
