"""The patient page: who they are, what is promised to them, and what happened."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.queries import who_looked
from coordination.caseload import queries
from coordination.caseload.lines import KIND_ICONS
from coordination.clocks.queries import patient_clocks
from coordination.outreach.queries import recent_calls
from patients import queries as people
from patients.queries.story import GROUPS

TAB_CALLS = 50


def tabs(request: StaffRequest, public_id: UUID, current: str) -> list[tuple[str, str, bool]]:
    """Return the sections of the page: (words, address, is it this one)."""
    found = [
        ("overview", _("Overview"), reverse("caseload:patient", args=[public_id])),
        ("clocks", _("Clocks"), reverse("caseload:patient_clocks", args=[public_id])),
        ("calls", _("Calls and notes"), reverse("caseload:patient_calls", args=[public_id])),
    ]
    if request.actor.may("audit.read_patient"):
        looked = reverse("caseload:patient_looked", args=[public_id])
        found.append(("looked", _("Who looked"), looked))
    return [(words, url, code == current) for code, words, url in found]


@access("patient.read", scope="patient")
@require_safe
def patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show the whole patient on one page."""
    now, actor = timezone.now(), request.actor
    chart = people.open_chart(actor, public_id)
    head = people.chart_head(actor, chart, now)
    work = queries.promised(chart)
    context = {
        "now": now,
        "zone": head.zone,
        "actor": actor,
        "patient": chart,
        "head": head,
        "alike": people.name_alert(actor, chart),
        "family": people.family(chart, now, head.zone),
        "coverages": people.coverages(chart, now.astimezone(head.zone).date()),
        "health": people.health(chart),
        "tasks": work.tasks,
        "carers": work.carers,
        "clocks": patient_clocks(actor, chart.pk),
        "timeline": people.timeline(
            actor, chart, head.zone,
            group=request.GET.get("group", ""), before=request.GET.get("before", ""),
        ),
        "groups": GROUPS,
        "icons": KIND_ICONS,
        "more_url": reverse("caseload:patient", args=[public_id]),
        "tabs": tabs(request, public_id, "overview"),
    }  # fmt: skip
    return render(request, "caseload/patient.html", context)


@access("patient.read", scope="patient")
@require_safe
def calls(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List what was said with and about the patient, newest first."""
    now, actor = timezone.now(), request.actor
    chart = people.open_chart(actor, public_id)
    head = people.chart_head(actor, chart, now)
    context = {
        "now": now,
        "zone": head.zone,
        "actor": actor,
        "patient": chart,
        "head": head,
        "calls": recent_calls(actor, chart, TAB_CALLS),
        "tabs": tabs(request, public_id, "calls"),
    }
    return render(request, "caseload/patient_calls.html", context)


@access("clock.read", scope="patient")
@require_safe
def clocks(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List the patient's deadlines, each with its why."""
    now, actor = timezone.now(), request.actor
    chart = people.open_chart(actor, public_id)
    head = people.chart_head(actor, chart, now)
    context = {
        "now": now,
        "zone": head.zone,
        "actor": actor,
        "patient": chart,
        "head": head,
        "clocks": patient_clocks(actor, chart.pk),
        "tabs": tabs(request, public_id, "clocks"),
    }
    return render(request, "caseload/patient_clocks.html", context)


@access("audit.read_patient", scope="patient")
@require_safe
def looked(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List who looked at this chart, newest first."""
    now, actor = timezone.now(), request.actor
    chart = people.open_chart(actor, public_id, "operations")
    before = request.GET.get("before", "")
    head = people.chart_head(actor, chart, now)
    context = {
        "now": now,
        "zone": head.zone,
        "actor": actor,
        "patient": chart,
        "head": head,
        "looks": who_looked(actor, chart.pk, int(before) if before.isdecimal() else None),
        "tabs": tabs(request, public_id, "looked"),
    }
    return render(request, "caseload/patient_looked.html", context)
