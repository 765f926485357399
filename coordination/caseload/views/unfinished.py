"""The tray: what somebody began and has not finished, their forms and their jots."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from coordination.access.actions import drop_draft
from coordination.access.forms import draft_form
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload.unfinished import half_typed
from coordination.worklist.queries import open_jots

LONGEST_NAME = 60


def tray(request: StaffRequest) -> dict[str, Any]:
    """Return what the tray shows: half-typed forms and open jots. 3 statements."""
    actor = request.actor
    return {
        "lines": half_typed(actor) if actor.may("draft.keep") else [],
        "jots": open_jots(actor) if actor.may("jot.write") else [],
        "now": timezone.now(), "zone": actor.zone, "is_ending": False,
    }  # fmt: skip


@access("duty.keep", trail="list")
@require_safe
def ending(request: StaffRequest) -> HttpResponse:
    """Show what is unfinished before a shift ends; jots left then are handed over with it."""
    return render(request, "caseload/unfinished.html", tray(request) | {"is_ending": True})


@access("draft.keep", trail="list")
@require_http_methods(["GET", "POST"])
def unfinished(request: StaffRequest) -> HttpResponse:
    """List half-typed forms and open jots; a POST drops the form it names."""
    if request.method == "POST":
        sent = draft_form(request)
        name = request.POST.get("form", "")[:LONGEST_NAME]
        if sent.is_valid():
            drop_draft(request.actor, name, sent.cleaned_data["subject_id"], timezone.now())
        if not request.htmx:
            return redirect("caseload:unfinished")
    name = "_unfinished" if request.htmx else "unfinished"
    response = render(request, f"caseload/{name}.html", tray(request))
    if request.method == "POST":
        trigger_client_event(response, "tray-changed", {})
    return response
