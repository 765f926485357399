"""The patient page: who they are, what is promised to them, and what happened."""

from __future__ import annotations

from typing import Any
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
from coordination.paperwork.forms import PageForm
from coordination.paperwork.lines import TONES, in_words, more_of
from coordination.paperwork.queries import chart_dispatches, chart_documents
from patients import queries as people
from patients.models import Patient
from patients.queries.story import GROUPS

TAB_CALLS = 50
KEY_LENGTH = 19


def tabs(request: StaffRequest, public_id: UUID, current: str) -> list[tuple[str, str, bool]]:
    """Return the sections of the page: (words, address, is it this one)."""
    found = [
        ("overview", _("Overview"), reverse("caseload:patient", args=[public_id])),
        ("clocks", _("Clocks"), reverse("caseload:patient_clocks", args=[public_id])),
        ("calls", _("Calls and notes"), reverse("caseload:patient_calls", args=[public_id])),
    ]
    found.append(
        ("documents", _("Documents"), reverse("caseload:patient_documents", args=[public_id]))
    )
    if request.actor.may("audit.read_patient"):
        looked = reverse("caseload:patient_looked", args=[public_id])
        found.append(("looked", _("Who looked"), looked))
    return [(words, url, code == current) for code, words, url in found]


def opened(
    request: StaffRequest, public_id: UUID, tab: str, purpose: str = "treatment"
) -> tuple[Patient, dict[str, Any]]:
    """Open the chart; return it, and what every section of the page shows around its own part."""
    now, actor = timezone.now(), request.actor
    chart = people.open_chart(actor, public_id, purpose)
    head = people.chart_head(actor, chart, now)
    return chart, {
        "now": now,
        "zone": head.zone,
        "actor": actor,
        "patient": chart,
        "head": head,
        "tabs": tabs(request, public_id, tab),
    }


@access("patient.read", scope="patient")
@require_safe
def patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show the whole patient on one page."""
    actor = request.actor
    chart, context = opened(request, public_id, "overview")
    now, zone = context["now"], context["zone"]
    work = queries.promised(chart)
    asked = request.GET
    context |= {
        "left": people.left_lines(actor, chart),
        "alike": people.name_alert(actor, chart),
        "family": people.family(chart, now, zone),
        "coverages": people.coverages(chart, now.astimezone(zone).date()),
        "health": people.health(chart),
        "tasks": work.tasks,
        "carers": work.carers,
        "asked_teams": work.asked,
        "clocks": patient_clocks(actor, chart.pk),
        "timeline": people.timeline(
            actor,
            chart,
            zone,
            group=asked.get("group", ""),
            before=asked.get("before", ""),
            subject=queries.STORY_SUBJECT,
        ),
        "pages": queries.STORY_PAGES
        | ({"merge": reverse("patients:merges")} if actor.may("patient.merge") else {}),
        "groups": GROUPS,
        "icons": KIND_ICONS,
        "more_url": reverse("caseload:patient", args=[public_id]),
    }
    return render(request, "caseload/patient.html", context)


@access("patient.read", scope="patient")
@require_safe
def calls(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List what was said with and about the patient, newest first."""
    chart, context = opened(request, public_id, "calls")
    context["calls"] = recent_calls(request.actor, chart, TAB_CALLS)
    return render(request, "caseload/patient_calls.html", context)


@access("document.read", scope="patient")
@require_safe
def documents(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List the paper of the chart, newest first."""
    chart, context = opened(request, public_id, "documents")
    page = chart_documents(request.actor, chart, PageForm(request.GET).place())
    context |= {
        "lines": in_words(page, context["now"].astimezone(context["zone"]).date()),
        "more_url": more_of(request.path, page.next_after),
        "tones": TONES,
        "sent": [] if request.GET.get("after") else chart_dispatches(request.actor, chart),
    }
    return render(request, "caseload/patient_documents.html", context)


@access("clock.read", scope="patient")
@require_safe
def clocks(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List the patient's deadlines, each with its why."""
    chart, context = opened(request, public_id, "clocks")
    context["clocks"] = patient_clocks(request.actor, chart.pk)
    return render(request, "caseload/patient_clocks.html", context)


@access("audit.read_patient", scope="patient")
@require_safe
def looked(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """List who looked at this chart, newest first."""
    chart, context = opened(request, public_id, "looked", "operations")
    before = request.GET.get("before", "")
    is_key = before.isdecimal() and len(before) < KEY_LENGTH
    context["looks"] = who_looked(
        request.actor, chart.pk, int(before) if is_key else None, merged=people.merged_into(chart)
    )
    return render(request, "caseload/patient_looked.html", context)
