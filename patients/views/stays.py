"""The pages of a stay, from admission to leaving, and of visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import actions, queries
from patients.forms import people as people_forms
from patients.forms import stays as forms
from patients.forms.fields import PatientForm
from patients.models import Patient, Stay
from patients.views.sheet import Sheet, answer, chart_url, fields_of

BOTH = require_http_methods(["GET", "POST"])


@access("patient.read", scope="patient")
@require_GET
def history(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show every stay with its parts and expected dates, visits, and what was corrected."""
    patient = queries.open_chart(request.actor, public_id)
    now = timezone.now()
    head = queries.chart_head(request.actor, patient, now)
    context = {
        "patient": patient, "head": head, "now": now, "zone": head.zone, "actor": request.actor,
        "stays": queries.stays(patient), "visits": queries.visits(patient, now),
        "changes": queries.corrections(patient, head.zone), "back": chart_url(public_id),
        "place_of": queries.place_of,
    }  # fmt: skip
    return render(request, "patients/stays.html", context)


@access("stay.change", scope="patient")
@BOTH
def admit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Begin a stay."""
    patient = queries.open_chart(request.actor, public_id)
    hint = _("The teams of the unit have the patient on their lists from now on.")
    sheet = Sheet(_("Admit"), _("Admit"), "stay-new", patient, public_id, hint)

    def save(form: Any, now: datetime) -> Patient:
        key = form.cleaned_data["create_key"]
        actions.admit(
            request.actor, patient, now=now, create_key=key, primary=request.actor.user,
            **form.values(),
        )  # fmt: skip
        return patient

    return answer(
        request, forms.AdmitForm, sheet, save, initial={"at": timezone.now()},
        organization_id=request.actor.organization_id,
    )  # fmt: skip


Save = Callable[[Any, Any, datetime], object]


def of_stay(  # noqa: PLR0913  what differs between the forms of one stay
    request: StaffRequest,
    public_id: UUID,
    form: type[PatientForm],
    words: tuple[str, str, str],
    save: Save,
    *,
    hint: str = "",
    options: Callable[[Stay], dict[str, Any]] = lambda _stay: {},
    initial: Callable[[Stay], dict[str, Any]] = lambda _stay: {},
    done: Callable[[], HttpResponse] | None = None,
    drawer: str = "_drawer",
) -> HttpResponse:
    """Draw and answer one form of a stay. words: heading, verb, draft; save: form, stay id, now."""
    rows = queries.stays_in_scope(request.actor).select_related("facility")
    stay = queries.opened(request.actor, rows, public_id)
    heading, verb, draft = words
    links = [(reverse("patients:stays", args=[stay.patient.public_id]), _("All stays"))]
    sheet = Sheet(heading, verb, draft, stay.patient, public_id, hint, links=links, drawer=drawer)

    def saved(form: Any, now: datetime) -> Patient:
        save(form, public_id, now)
        return stay.patient

    return answer(
        request, form, sheet, saved, zone=queries.zone_of(request.actor, stay),
        initial={**fields_of(stay, form), **initial(stay)}, done=done, **options(stay),
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def segment(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Change the status of the stay, such as from observation to inpatient."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        version = form.cleaned_data["version"]
        actions.start_segment(request.actor, stay_id, version, now=now, **form.values())

    hint = _("The part before it ends where this one begins. Clocks may start from it.")
    words = (_("Status of the stay"), _("Save"), "stay-segment")
    return of_stay(
        request, public_id, forms.SegmentForm, words, save, hint=hint,
        initial=lambda _stay: {"starts_at": timezone.now()},
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def expected(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Set when the patient is expected to leave."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        data = form.cleaned_data
        actions.set_expected(
            request.actor, stay_id, data["version"], data["expected_at"], now=now, why=data["why"]
        )

    words = (_("Expected to leave"), _("Save"), "stay-expected")
    return of_stay(request, public_id, forms.ExpectedForm, words, save)


@access("stay.change", scope="stay")
@BOTH
def plan(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Plan where the patient goes from here."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        data = form.cleaned_data
        actions.plan_discharge(
            request.actor, stay_id, data["version"], data["disposition"], data["expected_at"], now
        )

    words = (_("Plan leaving"), _("Save"), "stay-plan")
    return of_stay(
        request, public_id, forms.PlanForm, words, save,
        initial=lambda stay: {"disposition": stay.planned_disposition},
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def depart(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record that the patient left the building."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        data = form.cleaned_data
        actions.depart(
            request.actor, stay_id, data["version"], data["disposition"], data["departed_at"], now
        )

    hint = _("The days after leaving begin to count from this time.")
    return of_stay(
        request, public_id, forms.DepartForm, (_("Left the hospital"), _("Save"), "stay-depart"),
        save, hint=hint,
        initial=lambda stay: {
            "disposition": stay.planned_disposition, "departed_at": timezone.now()
        },
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def correct(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Correct what was recorded of a stay."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        data = form.cleaned_data
        actions.correct_stay(
            request.actor, stay_id, data["version"], why=data["why"], now=now, **form.values()
        )

    hint = _("What stood here before is kept. Deadlines that start from a corrected time move.")
    return of_stay(
        request, public_id, forms.CorrectStayForm,
        (_("Correct stay"), _("Save"), "stay-correct"), save, hint=hint,
        options=lambda stay: {"has_left": stay.departed_at is not None},
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def void(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark a stay as entered in error."""

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        data = form.cleaned_data
        actions.void_stay(request.actor, stay_id, data["version"], why=data["why"], now=now)

    hint = _("It disappears from the pages and stays in the history with your reason.")
    words = (_("Stay entered in error"), _("Entered in error"), "stay-void")
    return of_stay(request, public_id, people_forms.WhyForm, words, save, hint=hint)


@access("patient.change", scope="patient")
@BOTH
def book(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Book a visit."""
    patient = queries.open_chart(request.actor, public_id)
    sheet = Sheet(_("New visit"), _("Book"), "visit-new", patient, public_id)

    def save(form: Any, now: datetime) -> Patient:
        key = form.cleaned_data["create_key"]
        actions.book_visit(request.actor, patient, now=now, create_key=key, **form.values())
        return patient

    return answer(request, forms.BookForm, sheet, save)


@access("patient.change", scope="visit")
@BOTH
def edit_visit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a visit, or say what became of it."""
    visit = queries.opened(request.actor, queries.visits_in_scope(request.actor), public_id)
    sheet = Sheet(_("Change visit"), _("Save"), "visit-edit", visit.patient, public_id)

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.change_visit(
            request.actor, public_id, data["version"], now=now, why=data["why"], **form.values()
        )
        return visit.patient

    return answer(
        request, forms.ChangeVisitForm, sheet, save, status=visit.status,
        initial=fields_of(visit, forms.ChangeVisitForm),
    )  # fmt: skip
