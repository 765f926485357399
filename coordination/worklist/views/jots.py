"""Jots: one line from anywhere by one key, and later a patient's note, a task, or nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, queries
from coordination.worklist.forms import DropForm, JotForm, WhoseForm
from coordination.worklist.models import Jot
from patients.models import Patient
from patients.queries import find, open_chart

TRAY = "/unfinished/"
MOST_TYPED = 200
MOST_SHOWN = 6


@access("jot.write", scope="")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Jot one line down; opened for a patient, it may go on their timeline at once."""
    patient = _about(request)
    about = patient.public_id if patient else None
    form = JotForm(request.POST or None, initial={"create_key": uuid4()})
    form.fields["text"].widget.attrs["autofocus"] = True
    if form.is_bound and form.is_valid():
        at_once = patient is not None and request.POST.get("attach") == "1"
        actions.jot_down(
            request.actor, form.cleaned_data["text"], timezone.now(),
            about=about if at_once else None,
            create_key=form.cleaned_data["create_key"],
        )  # fmt: skip
        forget(request.actor, "jot", about, timezone.now())
        return _said(request, _("On the timeline.") if at_once else _("Jotted down."))
    kept = bring_back(request, request.actor, form, "jot", about)
    name = "_jot_new" if request.htmx else "jot_new"
    context = {"form": form, "patient": patient, "kept": kept}
    status = 422 if form.is_bound else 200
    return render(request, f"worklist/{name}.html", context, status=status)


def _about(request: StaffRequest) -> Patient | None:
    """Return the patient the form was opened for, if they are in scope."""
    wanted = request.GET.get("patient", "")
    try:
        return open_chart(request.actor, UUID(wanted)) if wanted else None
    except (ValueError, Patient.DoesNotExist):
        return None


@access("jot.write", scope="", trail="search")
@require_http_methods(["GET", "POST"])
def jot(request: StaffRequest, jot: UUID) -> HttpResponse:
    """Ask whose a jot is: whose name stands in it, or whom a search finds."""
    found = queries.my_jot(request.actor, jot)
    return _settle(request, found, request.POST.get("text", "")[:MOST_TYPED].replace("\0", ""))


def _settle(
    request: StaffRequest, found: Jot, text: str = "", drop: DropForm | None = None
) -> HttpResponse:
    """Draw the page that settles one jot."""
    actor, now = request.actor, timezone.now()
    today = now.astimezone(actor.zone).date()
    hits: list[Any] = list(
        find(actor, text, today).rows[:MOST_SHOWN] if text else queries.named_in(actor, found.text)
    )
    actor.shown.intersection_update(getattr(hit, "patient_id", None) or hit.pk for hit in hits)
    context = {
        "jot": found, "hits": hits, "text": text, "now": now, "zone": actor.zone,
        "drop": drop or DropForm(initial={"version": found.version}),
    }  # fmt: skip
    name = "_jot" if request.htmx else "jot"
    return render(request, f"worklist/{name}.html", context, status=422 if drop else 200)


@access("jot.write", scope="")
@require_POST
def attach(request: StaffRequest, jot: UUID) -> HttpResponse:
    """Put a jot on the timeline of the patient it is about."""
    form = WhoseForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    said = form.cleaned_data
    actions.attach_jot(request.actor, jot, said["version"], said["patient"], timezone.now())
    return _said(request, _("On the timeline."))


@access("jot.write", scope="")
@require_POST
def drop(request: StaffRequest, jot: UUID) -> HttpResponse:
    """Drop a jot with a word."""
    form = DropForm(request.POST)
    if not form.is_valid():
        return _settle(request, queries.my_jot(request.actor, jot), drop=form)
    said = form.cleaned_data
    actions.drop_jot(request.actor, jot, said["version"], said["why"], timezone.now())
    return _said(request, _("Dropped."))


@access("jot.write", scope="")
@require_POST
def again(request: StaffRequest, jot: UUID) -> HttpResponse:
    """Take a dropped jot up again."""
    found = queries.my_jot(request.actor, jot)
    actions.take_up_jot(request.actor, jot, found.version, timezone.now())
    return _said(request, _("The jot is open again."))


def _said(request: StaffRequest, sentence: str) -> HttpResponse:
    """Answer an act on a jot: the drawer closes and it is said; without scripts, the tray."""
    if not request.htmx:
        return redirect(TRAY)
    response = render(request, "worklist/_done.html", {"sentence": sentence, "token": ""})
    trigger_client_event(response, "tray-changed", {})
    return response
