"""Mending a task, by the door every record uses (patients/views/mending.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.words import full_words
from coordination.worklist import actions, queries
from coordination.worklist.models import Task
from coordination.worklist.views.answers import changed
from patients.models import Patient
from patients.views import mending

BOTH = require_http_methods(["GET", "POST"])


def lines(task: Task, zone: ZoneInfo) -> Iterator[str]:
    """Say what the task is."""
    yield task.title
    yield f"{task.get_status_display()}, {task.team.name}"
    if task.due_at:
        yield gettext("due %(when)s") % {"when": full_words(task.due_at, zone)}


def void(actor: Actor, task: Task, version: int | None, why: str, now: datetime) -> Task:
    """Mark the task as entered in error."""
    return actions.void_task(actor, task.public_id, version, why=why, now=now)


def move(actor: Actor, task: Task, to: Patient, form: Any, now: datetime) -> Task:
    """Move the task; form None is a rehearsal."""
    said: dict[str, Any] = form.cleaned_data if form else {"version": None, "why": "…"}
    return actions.move_task(
        actor, task.public_id, said["version"], to=to, why=said["why"], now=now
    )


def answer(request: StaffRequest, task: Task, sentence: str) -> HttpResponse:
    """Take the row off the list it stands on."""
    return changed(request, task, sentence, gone=True, undoes=False)


def described(problem: Any) -> mending.Mending:
    """Return how tasks are mended; problem: what may stand in the way of the act asked for."""
    return mending.Mending(
        what=_("task"), code="task", load=queries.open_task, problem=problem, lines=lines,
        void=void, move=move,
        back=lambda task: f"/tasks/{task.public_id}/", answer=answer,
    )  # fmt: skip


VOID, MOVE = described(actions.void_problem), described(actions.move_problem)


@access("record.void", scope="task")
@BOTH
def in_error(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark a task as entered in error."""
    return mending.void(request, public_id, VOID)


@access("record.void", scope="task")
@BOTH
def wrong_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a task to the patient it is about."""
    return mending.move(request, public_id, MOVE)
