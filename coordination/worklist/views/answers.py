"""What every act on a task answers: a drawer or page to ask, a fragment or a way back when done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from coordination.access.conflict import Sent
from coordination.access.half_typed import bring_back, forget
from coordination.access.middleware import StaffRequest
from coordination.access.ways import is_ours
from coordination.worklist import queries
from coordination.worklist.actions import undo_token
from coordination.worklist.models import Task


@dataclass(frozen=True, slots=True)
class Ask:
    """One question about a task, and what follows the answer.

    form: makes the form from (request, task, data or None, now). act: calls the action and returns
    the task as it is then. said: the sentence for people who listen and for the toast. gone:
    whether the task leaves the list it was on. kind: of drawer.
    """

    title: Any
    verb: Any
    form: Callable[[StaffRequest, Task, Any, datetime], Form]
    act: Callable[[StaffRequest, Task, Any, datetime], Task]
    said: Any
    gone: Callable[[StaffRequest, Task], bool] = lambda _request, _task: False
    kind: str = "drawer"
    note: Any = ""


def ask(request: StaffRequest, public_id: UUID, what: Ask) -> HttpResponse:
    """Ask by GET, act by POST. A wrong field: 422 and the form again. A refusal: from the Guard."""
    now = timezone.now()
    task = queries.open_task(request.actor, public_id)
    form = what.form(request, task, request.POST if request.method == "POST" else None, now)
    request.sent = sent(request, form, what, now)
    if form.is_bound and form.is_valid():
        done = what.act(request, task, form, now)
        forget(request.actor, draft_name(request), task.public_id, now)
        return changed(request, done, str(what.said), gone=what.gone(request, done))
    return drawer(request, task, form, what)


def sent(request: StaffRequest, form: Form, what: Ask, now: datetime) -> Sent:
    """Return what the conflict panel needs to compare this form with the task as it stands."""

    def anew(task: Any) -> Form:
        return what.form(request, task, None, now)

    return Sent(form, anew, request.actor.zone)


def drawer(
    request: StaffRequest, task: Task, form: Form, what: Ask, *, status: int | None = None
) -> HttpResponse:
    """Draw the question in the drawer, or on a page of its own, with what was typed before."""
    name = draft_name(request)
    context = {
        "draft": name, "kept": bring_back(request, request.actor, form, name, task.public_id),
        "task": task, "form": form, "what": what, "action": request.path,
        "back": way_back(request, task), "now": timezone.now(), "zone": request.actor.zone,
    }  # fmt: skip
    part = "_ask" if request.htmx else "ask"
    status = status or (422 if form.is_bound else 200)
    return render(request, f"worklist/{part}.html", context, status=status)


def draft_name(request: StaffRequest) -> str:
    """Return the name a half-typed answer is kept under: "task-move"."""
    match = request.resolver_match
    return f"task-{match.url_name}".replace("_", "-") if match else "task"


def changed(
    request: StaffRequest, task: Task, sentence: str, *, gone: bool, undoes: bool = True
) -> HttpResponse:
    """Answer an act: say it, offer to take it back, and tell the list which row changed."""
    if not request.htmx:
        return redirect(way_back(request, task))
    token = undo_token(task) if undoes else ""
    response = render(request, "worklist/_done.html", {"sentence": sentence, "token": token})
    tell_list(response, [task.public_id], gone=gone)
    return response


def tell_list(response: HttpResponse, ids: Iterable[UUID], *, gone: bool) -> None:
    """Put into the answer which rows of the list changed, or left it."""
    names = [str(one) for one in ids]
    detail: dict[str, Any] = {"gone": gone}
    detail |= {"task": names[0]} if len(names) == 1 else {"tasks": names}
    response["HX-Trigger"] = json.dumps({"tasks-changed": detail})


def way_back(request: StaffRequest, task: Task) -> str:
    """Return where a page without scripts goes after the act: `next`, if that is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if is_ours(wanted):
        return wanted
    return f"/tasks/{task.public_id}/"
