"""One verb over the chosen rows of a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, forms, queries
from coordination.worklist.models import Task
from coordination.worklist.views.answers import tell_list
from coordination.worklist.views.owners import chosen_owner, owner_choices
from patients.views.sheet import go

SHOWN = 50  # of the chosen tasks, in the question


def _form(kind: Any, **more: Any) -> Any:
    """Return what makes a form for many tasks; the version stands beside each row instead."""

    def make(request: StaffRequest, tasks: list[Task], data: Any, now: datetime) -> Any:
        extra = {name: give(request, tasks, now) for name, give in more.items()}
        form = kind(data, now=now, zone=request.actor.zone, **extra)
        form.fields.pop("version", None)
        return form

    return make


BULK_FORMS = {
    "assign": _form(
        forms.AssignForm,
        owners=lambda request, tasks, now: owner_choices(request.actor, tasks[0].team, now),
    ),
    "move": _form(
        forms.MoveForm, may_undate=lambda _request, tasks, _now: not any(t.clock_id for t in tasks)
    ),
    "escalate": _form(forms.NoteForm),
    "complete": _form(forms.TimedForm),
    "hold": _form(forms.HoldForm),
    "cancel": _form(forms.CancelForm),
}


def _items(request: StaffRequest) -> list[tuple[UUID, int]]:
    """Read the chosen rows, "<task>:<version>" each; what cannot be read is left out."""
    asked = request.POST if request.method == "POST" else request.GET
    found = []
    for text in asked.getlist("task")[: actions.MOST_IN_RUN + 1]:
        public_id, _colon, version = text.partition(":")
        try:
            found.append((UUID(public_id), int(version)))
        except ValueError:
            continue
    return found


@access("task.change", scope="")
@require_http_methods(["GET", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """Ask once, then do one verb to each chosen row; answers a result per row.

    Over fifty rows the worker does it, and the answer is the page of the run. Many rows are asked
    for by POST with `ask`: an address could not hold them.
    """
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    verb, items = asked.get("verb", ""), _items(request)
    tasks = list(
        queries.tasks_in_scope(request.actor)
        .filter(public_id__in=[one for one, _version in items])
        .select_related("patient", "team")
    )
    if verb not in BULK_FORMS or not tasks:
        return render(request, "worklist/_broken.html", status=422)
    request.actor.shown.update(one.patient_id for one in tasks)
    is_sent = request.method == "POST" and "ask" not in request.POST
    form = BULK_FORMS[verb](request, tasks, request.POST if is_sent else None, now)
    if not (form.is_bound and form.is_valid()):
        context = {
            "form": form, "verb": verb, "title": bulk_title(verb, len(tasks)),
            "tasks": tasks[:SHOWN], "more": max(0, len(tasks) - SHOWN), "key": uuid4(),
            "items": [f"{one}:{version}" for one, version in items],
        }  # fmt: skip
        name = "_bulk" if request.htmx else "bulk"
        status = 422 if form.is_bound else 200
        return render(request, f"worklist/{name}.html", context, status=status)
    said = said_for(request, verb, tasks, form)
    if len(items) > actions.MOST_AT_ONCE:
        run = actions.ask_bulk(request.actor, verb, items, now, key_of(request), **said)
        return go(request, reverse("worklist:run", args=[run.public_id]))
    rows = actions.bulk(request.actor, verb, items, now, **said)
    return bulk_answer(request, verb, rows)


def key_of(request: StaffRequest) -> UUID | None:
    """Return the key the question carries: sent twice, it is one run."""
    try:
        return UUID(request.POST.get("create_key", ""))
    except ValueError:
        return None


def bulk_title(verb: str, count: int) -> str:
    """Return the question's head, with how many rows it is about."""
    return {
        "assign": ngettext("Reassign %(n)d task", "Reassign %(n)d tasks", count),
        "move": ngettext("Move %(n)d due time", "Move %(n)d due times", count),
        "escalate": ngettext("Escalate %(n)d task", "Escalate %(n)d tasks", count),
        "complete": ngettext("Close %(n)d task", "Close %(n)d tasks", count),
        "hold": ngettext("Set %(n)d task aside", "Set %(n)d tasks aside", count),
        "cancel": ngettext("Cancel %(n)d task", "Cancel %(n)d tasks", count),
    }[verb] % {"n": count}


def said_for(request: StaffRequest, verb: str, tasks: list[Any], form: Any) -> dict[str, Any]:
    """Return what the verb's action takes besides, from the form."""
    said = form.cleaned_data
    if verb == "assign":
        team, user = chosen_owner(request.actor, tasks[0].team, said["to"])
        return {"team": team, "assignee": user, "why": said["why"]}
    names = {
        "move": ("due_at", "due_event", "why"), "escalate": ("note",), "complete": (),
        "hold": ("until", "why"), "cancel": ("reason", "words"),
    }[verb]  # fmt: skip
    return {name: said[name] for name in names}


def bulk_answer(request: StaffRequest, verb: str, rows: list[Any]) -> HttpResponse:
    """Say what became of each row; the drawer closes by itself when nothing went wrong."""
    done = [row for row in rows if row.is_done]
    sentence = ngettext("%(n)d task done.", "%(n)d tasks done.", len(done)) % {"n": len(done)}
    context = {"rows": rows, "sentence": sentence, "failed": len(rows) - len(done)}
    name = "_bulk_done" if request.htmx else "bulk_done"
    response = render(request, f"worklist/{name}.html", context)
    if done:
        gone = verb in {"complete", "cancel", "assign"}
        tell_list(response, [row.task_id for row in done], gone=gone)
    return response
