"""The list of patients, the search, a new patient and their possible twins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access.half_typed import forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import actions, queries
from patients.forms.people import RegisterForm
from patients.phones import spoken
from patients.rules import readings
from patients.views.sheet import Sheet, chart_url, draw, go

MOST = 200


@access("patient.read", trail="list")
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Show everybody in scope, by name."""
    after = request.GET.get("after", "")[:MOST]
    found = queries.all_in_scope(request.actor, after)
    now = timezone.now()
    context = {
        "found": found, "now": now, "zone": request.actor.zone, "text": "",
        "today": now.astimezone(request.actor.zone).date(), "similar": False,
        "first": not after,
    }  # fmt: skip
    return render(request, "patients/list.html", context)


@access("patient.read", trail="search")
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """Answer a search. It is a POST, so that no name stands in an address or a log."""
    text = request.POST.get("text", "")[:MOST].replace("\0", "")
    similar = request.POST.get("similar") == "1"
    now = timezone.now()
    today = now.astimezone(request.actor.zone).date()
    after = request.POST.get("after", "")[:MOST]
    found = queries.find(request.actor, text, today, similar=similar, after=after)
    called = (
        None if similar or after else queries.callers(request.actor, text, now, request.actor.zone)
    )
    context = {
        "found": found, "now": now, "zone": request.actor.zone, "text": text,
        "today": today, "similar": similar, "first": not after,
        "callers": called if called and called.rows else None,
    }  # fmt: skip
    name = "_found" if request.htmx else "list"
    return render(request, f"patients/{name}.html", context)


@access("patient.create", trail="search")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Register a patient. When somebody in scope may be the same, ask before saving."""
    sheet = Sheet(_("New patient"), _("Register"), "patient-new")
    now, zone = timezone.now(), request.actor.zone
    with timezone.override(zone):
        data = request.POST if request.method == "POST" else None
        form = RegisterForm(
            data, now=now, today=now.astimezone(zone).date(), team_ids=request.actor.team_ids
        )
        alike: list[queries.Hit] = []
        if form.is_valid():
            made = form.values()
            alike = queries.twins(
                request.actor, family=made["family"], given=made["given"],
                birth_date=made["birth_date"], phone=made["phone"],
            )  # fmt: skip
            if not alike or request.POST.get("not_twin"):
                patient = actions.register_patient(
                    request.actor, now=now, team=form.cleaned_data["team"],
                    create_key=form.cleaned_data["create_key"], **made,
                )  # fmt: skip
                forget(request.actor, sheet.draft, sheet.subject, now)
                return go(request, chart_url(patient.public_id))
            form.add_error(None, _("Somebody like this is registered. Look at them below first."))
        return draw(request, form, sheet, twins=alike)


@access("patient.create", trail="search")
@require_POST
def twins(request: StaffRequest) -> HttpResponse:
    """Show who in scope may be the person being typed; nobody else is hinted at."""
    today = timezone.now().astimezone(request.actor.zone).date()
    typed = {
        name: request.POST.get(name, "")[:MOST].replace("\0", "")
        for name in ("family", "given", "birth_date", "phone")
    }
    days = readings(typed["birth_date"], today).birth_dates
    enough = (typed["family"] and (typed["given"] or days)) or typed["phone"]
    alike = (
        queries.twins(
            request.actor, family=typed["family"], given=typed["given"],
            birth_date=days[0] if days else None, phone=spoken(typed["phone"]) or "",
        )
        if enough
        else []
    )  # fmt: skip
    return render(request, "patients/_twins.html", {"twins": alike})
