"""One way to draw and answer a form, for every form of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from coordination.access.conflict import Sent
from coordination.access.half_typed import bring_back, forget
from coordination.access.middleware import StaffRequest
from coordination.access.ways import is_ours
from patients.forms.fields import PatientForm
from patients.models import Patient

LIST = "/patients/"  # lives above this room, as a patient's page does (design.md 8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around a form. heading: also the page's title, so it never names a patient.

    draft: the name its half-typed text is kept under; links: other acts, (address, words). drawer:
    the template of the form as it lies over a page.
    """

    heading: str
    verb: str
    draft: str
    patient: Patient | None = None
    subject: UUID | None = None
    hint: str = ""
    is_grave: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)
    drawer: str = "_drawer"


def chart_url(public_id: UUID) -> str:
    """Return the address of a patient's page."""
    return f"{LIST}{public_id}/"


def answer(
    request: StaffRequest,
    form: type[PatientForm],
    sheet: Sheet,
    save: Callable[[PatientForm, datetime], Patient],
    *,
    zone: ZoneInfo | None = None,
    done: Callable[[], HttpResponse] | None = None,
    **options: Any,
) -> HttpResponse:
    """Draw the form; when it is sent and right, save it and go to the patient's page.

    zone: in which days and times are read and shown, by default the organization's. save: calls
    the one action and returns the patient. done: what a drawer answers instead of leaving the page
    it lies over. options: for the form. A wrong field answers 422 with
    everything typed kept; what the action refuses is the Guard's to answer.
    """
    now, zone = timezone.now(), zone or request.actor.zone
    with timezone.override(zone):
        data = request.POST if request.method == "POST" else None
        clock: dict[str, Any] = {"now": now, "today": now.astimezone(zone).date()}
        bound = form(data, **clock, **options)

        def anew(record: Any) -> PatientForm:
            initial = {**options.get("initial", {}), **fields_of(record, form)}
            return form(None, **clock, **{**options, "initial": initial})

        request.sent = Sent(bound, anew, zone)
        if bound.is_valid():
            public_id = save(bound, now).public_id
            forget(request.actor, sheet.draft, sheet.subject, now)
            if done is not None and in_drawer(request):
                return done()
            return go(request, came_from(request) or chart_url(public_id))
        return draw(request, bound, sheet)


def in_drawer(request: StaffRequest) -> bool:
    """Say whether the form lies over a page, in the one dialog."""
    return bool(request.htmx) and request.htmx.target == "dialog"


def came_from(request: StaffRequest) -> str:
    """Return the page of ours the form was opened from, where its address names one in `next`."""
    there = request.GET.get("next", "")
    return there if is_ours(there) else ""


def draw(request: StaffRequest, form: PatientForm, sheet: Sheet, **context: Any) -> HttpResponse:
    """Draw a form in its page, or only its part for htmx."""
    kept = bring_back(request, request.actor, form, sheet.draft, sheet.subject, with_version=True)
    name = "_form" if getattr(request, "htmx", False) else "form"
    if in_drawer(request):
        name = sheet.drawer
    chart = chart_url(sheet.patient.public_id) if sheet.patient else LIST
    back = came_from(request) or chart
    return render(
        request,
        f"patients/{name}.html",
        {"form": form, "sheet": sheet, "back": back, "twins": None, "kept": kept, **context},
        status=422 if form.is_bound else 200,
    )


def go(request: StaffRequest, url: str) -> HttpResponse:
    """Send the browser on: htmx by its header, so that the whole page follows."""
    if getattr(request, "htmx", False):
        there: HttpResponse = HttpResponseClientRedirect(url)
        return there
    return redirect(url)


def fields_of(record: Any, names: type[PatientForm]) -> dict[str, Any]:
    """Return a record's values for a change form, with its version."""
    known = {name: getattr(record, name) for name in names.base_fields if hasattr(record, name)}
    return {**known, "version": record.version}
