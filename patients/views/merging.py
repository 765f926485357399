"""Two charts of one person: look at both, choose which stays, see what moves, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.words import day_words
from patients import actions, queries
from patients.forms.merging import MergeForm, UnmergeForm
from patients.forms.people import CorrectForm
from patients.models import Patient
from patients.views.sheet import chart_url

MOST_TYPED = 200
BOTH = require_http_methods(["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Side:
    """One field of both charts. choice: the form's field where they differ, else None."""

    label: str
    stays: str
    goes: str
    choice: Any = None


@access("patient.merge", trail="list")
@require_GET
def merges(request: StaffRequest) -> HttpResponse:
    """List what was merged, newest first, each with the way back."""
    after = request.GET.get("after", "")
    rows, more = queries.merge_page(request.actor, after)
    context = {"rows": rows, "more": more, "now": timezone.now(), "zone": request.actor.zone}
    return render(request, "patients/merges.html", context)


@access("patient.merge", scope="patient")
@BOTH
def merge(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Choose the other chart; then compare both, and make them one.

    The chart of the address stays, unless `?swap=1` says that it goes.
    """
    here = queries.open_chart(request.actor, public_id)
    other = the_other(request, here)
    now = timezone.now()
    if other is None:
        return choose(request, here, now)
    stays, goes = (other, here) if request.GET.get("swap") else (here, other)
    form = MergeForm(request.POST if request.method == "POST" else None, stays=stays, goes=goes)
    if form.is_valid():
        done = actions.merge_charts(
            request.actor, into=stays.public_id, gone=goes.public_id, now=now, **form.choices()
        )
        return redirect(chart_url(done.into.public_id))
    forecast = actions.forecast_merge(
        request.actor, into=stays.public_id, gone=goes.public_id, now=now
    )
    heads = [queries.chart_head(request.actor, chart, now) for chart in (stays, goes)]
    context = {
        "form": form, "forecast": forecast, "now": now, "stays": heads[0], "goes": heads[1],
        "doubts": queries.doubts(*heads), "sides": sides(form, stays, goes),
        "swap_url": swapped(request, other), "here": here, "other": other,
    }  # fmt: skip
    return render(request, "patients/merge.html", context, status=422 if form.is_bound else 200)


@access("patient.read", scope="patient")
@require_safe
def both(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show the chart of the address beside the one `?with=` names: a part for htmx, else a page.

    Who may not see both finds nothing.
    """
    here, now = queries.open_chart(request.actor, public_id), timezone.now()
    other = the_other(request, here)
    if other is None:
        raise Patient.DoesNotExist
    heads = [queries.chart_head(request.actor, chart, now) for chart in (here, other)]
    context = {
        "stays": heads[0], "goes": heads[1], "doubts": queries.doubts(*heads),
        "sides": sides(MergeForm(stays=here, goes=other), here, other),
    }  # fmt: skip
    return render(request, f"patients/{'_both' if request.htmx else 'both'}.html", context)


def the_other(request: StaffRequest, here: Patient) -> Patient | None:
    """Return the chart `?with=` names; None while none is chosen. Raises Patient.DoesNotExist."""
    try:
        public_id = UUID(request.GET.get("with", ""))
    except ValueError:
        return None
    return None if public_id == here.public_id else queries.open_chart(request.actor, public_id)


def choose(request: StaffRequest, here: Patient, now: datetime) -> HttpResponse:
    """Offer who has a name like this one, and the find box."""
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    today = now.astimezone(request.actor.zone).date()
    found = (
        queries.find(request.actor, text, today).rows
        if text
        else queries.name_alert(request.actor, here)
    )
    context = {
        "patient": here, "hits": [hit for hit in found if hit.patient_id != here.pk],
        "text": text, "back": chart_url(here.public_id),
    }  # fmt: skip
    return render(request, "patients/merge_choose.html", context)


def swapped(request: StaffRequest, other: Patient) -> str:
    """Return the address in which the other of the two charts stays."""
    swap = "" if request.GET.get("swap") else "&swap=1"
    return f"{request.path}?with={other.public_id}{swap}"


def sides(form: MergeForm, stays: Patient, goes: Patient) -> list[Side]:
    """Return every field either chart has a value in, side by side."""
    labels = {"zone": _("Time zone"), "is_unlisted": _("Unlisted at their wish")}
    labels |= {name: str(bound.label) for name, bound in CorrectForm.base_fields.items()}
    found = []
    for name in actions.CHOSEN:
        if getattr(stays, name) or getattr(goes, name):
            bound = form[name] if name in form.fields else None
            found.append(Side(labels[name], said(stays, name), said(goes, name), bound))
    return found


def said(patient: Patient, name: str) -> str:
    """Return a field's value as a person says it."""
    value = getattr(patient, name)
    if name == "birth_date":
        return day_words(value) if value else ""
    if name == "is_unlisted":
        return _("Yes") if value else _("No")
    if name == "language":
        return queries.language_name(value) if value else ""
    shown = getattr(patient, f"get_{name}_display", None)
    return str(shown()) if shown and value else str(value)


@access("patient.merge", scope="merge")
@BOTH
def merged(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one merge: what moved, who did it and why; POST takes it back."""
    found = queries.one_merge(request.actor, public_id)
    form = UnmergeForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if form.is_valid():
        done = actions.unmerge_charts(
            request.actor, public_id, form.cleaned_data["version"],
            why=form.cleaned_data["why"], now=timezone.now(),
        )  # fmt: skip
        return redirect(reverse("patients:merged", args=[done.public_id]))
    context = {
        "merge": found, "form": form, "forecast": actions.forecast_unmerge(found),
        "now": timezone.now(), "zone": request.actor.zone,
    }  # fmt: skip
    return render(request, "patients/merged.html", context, status=422 if form.is_bound else 200)
