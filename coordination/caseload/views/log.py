"""The call drawer: from L to the next row in three keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries
from coordination.caseload.drawer import Drawer, open_drawer, open_next
from coordination.outreach import actions
from coordination.worklist.queries import tasks_in_scope


@access("call.log", scope="patient")
@require_http_methods(["GET", "POST"])
def log(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Log a contact with or about a patient."""
    drawer = open_drawer(request.actor, public_id, None, timezone.now())
    return _log(request, drawer.opened_for(request.GET.get("who", ""), request.GET.get("how", "")))


@access("call.log", scope="task")
@require_http_methods(["GET", "POST"])
def log_for_task(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Log a contact that serves a task, and close or move it."""
    task = tasks_in_scope(request.actor).select_related("patient").get(public_id=public_id)
    drawer = open_drawer(request.actor, task.patient.public_id, task, timezone.now())
    return _log(request, drawer)


@access("call.log", trail="list")
@require_safe
def choose(request: StaffRequest) -> HttpResponse:
    """List my patients to log a contact with: the Log button of the phone's bar."""
    return render(
        request,
        "caseload/log_choose.html",
        {"found": queries.my_patients(request.actor, timezone.now())},
    )


def _log(request: StaffRequest, drawer: Drawer) -> HttpResponse:
    """Show the form, or log what it says; Save and next answers with the next row's drawer."""
    with timezone.override(drawer.zone):
        form = drawer.form(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _show(request, drawer, form)
        actions.log_call(
            request.actor,
            patient=drawer.patient,
            party=form.people(),
            outcome=form.cleaned_data["outcome"],
            occurred_at=form.cleaned_data["occurred_at"] or drawer.now,
            now=drawer.now,
            note=form.cleaned_data["note"],
            minutes=form.cleaned_data["minutes"],
            task=drawer.task,
            task_version=form.cleaned_data["version"],
            what_next=form.what_follows(),
            stop=form.stops(),
            create_key=form.cleaned_data["create_key"],
            **drawer.how(form.cleaned_data["how"]),
        )
    forget(request.actor, drawer.draft, drawer.subject_id, drawer.now)
    return _logged(request, drawer, form)


def _show(request: StaffRequest, drawer: Drawer, form: Any) -> HttpResponse:
    kept = bring_back(request, request.actor, form, drawer.draft, drawer.subject_id)
    name = "_log" if request.htmx else "log"
    status = 422 if form.is_bound else 200
    context = drawer.context(form) | {"kept": kept}
    return render(request, f"caseload/{name}.html", context, status=status)


def _logged(request: StaffRequest, drawer: Drawer, form: Any) -> HttpResponse:
    if not request.htmx:
        return redirect("caseload:day")
    said = _("Call logged.")
    is_done = form.what_follows().kind == "done"
    after = open_next(request.actor, drawer) if "save_next" in request.POST else None
    if after is None:
        response = render(request, "caseload/_logged.html", {"said": said})
    else:
        context = after.context(after.form(None)) | {"said": said}
        response = render(request, "caseload/_logged_next.html", context)
    if drawer.task:
        event = {"task": str(drawer.task.public_id), "gone": is_done}
        trigger_client_event(response, "tasks-changed", event)
    else:
        trigger_client_event(response, "list-stale")
    return response
