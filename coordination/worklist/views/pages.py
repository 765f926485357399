"""The task's own page, its menu, why it is due then; and the notices of what climbed."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.ways import is_ours
from coordination.forms import LineField
from coordination.worklist import actions, queries
from coordination.worklist.models import OPEN_STATUSES, EvidenceKind, Task
from coordination.worklist.request_lines import request_line
from coordination.worklist.views.answers import changed, way_back
from coordination.worklist.views.history import history


@access("task.read", scope="task")
@require_safe
def task(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one task whole: what, for whom, by when, what proves it, what happened."""
    page = queries.task_page(request.actor, public_id)
    context = {
        "page": page, "t": page.task, "now": timezone.now(), "zone": request.actor.zone,
        "open": page.task.status in OPEN_STATUSES,
        "events": history(page.events, request.actor.zone),
        "evidence_label": EvidenceKind(page.task.evidence_required).label,
        "mine": request.actor.owns_for(page.task.assignee_id, page.task.patient_id),
        "asks": asks_for(request.actor, page.task),
    }  # fmt: skip
    name = "_task" if request.htmx else "task"
    return render(request, f"worklist/{name}.html", context)


def asks_for(actor: Actor, task: Task) -> str:
    """Return how the menu offers to cancel the task: "ask", "asked" already, or "" for doing it."""
    if not actions.is_owed(task) or actor.may("task.cancel_regulatory"):
        return ""
    asked = queries.open_request("cancel-owed-task", "task", task.pk)
    return "asked" if asked else "ask"


@access("task.read", scope="task")
@require_safe
def menu(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List what may be done with a task."""
    found = queries.open_task(request.actor, public_id)
    context = {"t": found, "open": found.status in OPEN_STATUSES,
               "mine": request.actor.owns_for(found.assignee_id, found.patient_id),
               "asks": asks_for(request.actor, found)}  # fmt: skip
    return render(request, f"worklist/{'_menu' if request.htmx else 'menu'}.html", context)


@access("task.read", scope="task")
@require_safe
def why(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Answer why the task is due then: its clock's own page, or who set the time, and when."""
    found = queries.open_task(request.actor, public_id)
    if found.clock is not None:
        return redirect("clocks:why", found.clock.public_id)
    last = found.events.filter(kind="due").select_related("user").order_by("-id").first()
    context = {
        "t": found, "last": last, "now": timezone.now(), "zone": request.actor.zone,
        "due_event": found.get_due_event_display() if found.due_event else "",
    }  # fmt: skip
    return render(request, f"worklist/{'_why' if request.htmx else 'why'}.html", context)


@access("task.change", scope="")
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take back one's last act, within ten seconds."""
    done = actions.undo(request.actor, request.POST.get("token", "")[:80], timezone.now())
    return changed(request, done, _("Taken back."), gone=False, undoes=False)


class AnswerForm(forms.Form):
    """A person's word on a proposal to close a task."""

    fact = LineField(max_length=40)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = LineField(required=False, max_length=200)


@access("task.change", scope="task")
@require_POST
def answer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take or turn down a proposal to close the task."""
    found = queries.open_task(request.actor, public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    said = form.cleaned_data
    takes = said["answer"] == "yes"
    done = actions.answer_proposal(
        request.actor, public_id, said["fact"], timezone.now(), takes=takes, reason=said["reason"]
    )
    if not request.htmx:
        return redirect(way_back(request, found))
    sentence = _("Task cancelled.") if takes else _("The task stays open.")
    return changed(request, done, sentence, gone=takes, undoes=False)


@access("task.read", trail="list")
@require_safe
def notices(request: StaffRequest) -> HttpResponse:
    """List what climbed to the signed-in person, what they are asked, and answers to them."""
    actor, now = request.actor, timezone.now()
    news = queries.request_news(actor)
    said = queries.said_about(news.answers)
    context = {
        "notices": queries.notices(actor), "now": now, "zone": actor.zone,
        "to_decide": [request_line(actor, one, now) for one in news.to_decide],
        "answers": [request_line(actor, one, now, said.get(one.pk, [])) for one in news.answers],
    }  # fmt: skip
    return render(request, "worklist/notices.html", context)


class SeenForm(forms.Form):
    """Which notice of a task was seen."""

    level = forms.IntegerField(min_value=0, max_value=3)


@access("escalation.acknowledge", scope="task")
@require_POST
def seen(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Acknowledge one notice of a task, and lead back to the page it stood on."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    actions.acknowledge(request.actor, public_id, form.cleaned_data["level"], timezone.now())
    back = request.POST.get("next", "")
    known = is_ours(back)
    return redirect(back if known else reverse("worklist:notices"))
