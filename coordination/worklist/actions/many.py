"""One verb over up to fifty rows, each by itself, with a result per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.records import Refused
from coordination.worklist.actions.chasing import escalate
from coordination.worklist.actions.closing import cancel, complete
from coordination.worklist.actions.holding import hold
from coordination.worklist.actions.owning import assign, move_due
from coordination.worklist.models import Task
from coordination.worklist.queries import tasks_in_scope

MOST_AT_ONCE = 50
VERBS: Mapping[str, Callable[..., object]] = {
    "complete": complete, "move": move_due, "assign": assign, "escalate": escalate, "hold": hold,
    "cancel": cancel,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one row. sentence: why not, empty when it was done."""

    task_id: UUID
    title: str
    is_done: bool
    sentence: str = ""


def bulk(
    actor: Actor, verb: str, items: Sequence[tuple[UUID, int]], now: datetime, **said: Any
) -> list[Row]:
    """Do one verb to each (task, version); a refusal of one stops no other.

    verb: a key of VERBS; said: what that action takes besides. Raises Refused for none or more
    than 50 rows, KeyError for another verb.
    """
    act = VERBS[verb]
    if not 1 <= len(items) <= MOST_AT_ONCE:
        raise Refused(_("Choose between 1 and 50 tasks."))
    titles = dict(
        tasks_in_scope(actor)
        .filter(public_id__in=[task_id for task_id, _version in items])
        .values_list("public_id", "title")
    )
    return [_one(actor, act, item, titles, now, said) for item in items]


def _one(
    actor: Actor,
    act: Callable[..., object],
    item: tuple[UUID, int],
    titles: Mapping[UUID, str],
    now: datetime,
    said: Mapping[str, Any],
) -> Row:
    task_id, version = item
    title = titles.get(task_id, "")
    try:
        with transaction.atomic():
            act(actor, task_id, version, now, **said)
    except Refused as refusal:
        return Row(task_id, title, is_done=False, sentence=refusal.sentence)
    except Task.DoesNotExist:
        return Row(task_id, title, is_done=False, sentence=_("This task is not there."))
    return Row(task_id, title, is_done=True)
