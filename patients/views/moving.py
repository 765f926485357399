"""Acts on a stay that lie over a page: another bed, how sick the patient is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import actions, queries
from patients.forms import stays as forms
from patients.models import Patient, Stay
from patients.views.sheet import Sheet, answer, chart_url, fields_of
from patients.views.stays import BOTH, of_stay


@access("stay.change", scope="stay")
@BOTH
def move(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move the patient to another bed: a drawer over the page, or a page of its own."""
    made: list[Stay] = []

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        said = form.cleaned_data
        made.append(
            actions.move_bed(
                request.actor, stay_id, said["version"], now=now, why=said["why"], **form.values()
            )
        )

    def done() -> HttpResponse:
        stay = made[0]
        words = {"place": queries.place_of(stay.unit, stay.bed)}
        return moved(request, _("Moved to %(place)s.") % words, actions.move_token(stay))

    hint = _("The team of another unit is asked to take over. Until it answers, who looks after"
             " the patient stays the same, with every task.")  # fmt: skip
    return of_stay(
        request, public_id, forms.MoveForm, (_("Move to another bed"), _("Move"), "stay-move"),
        save, hint=hint, initial=lambda _stay: {"at": timezone.now()}, done=done,
        options=lambda _stay: {"organization_id": request.actor.organization_id},
    )  # fmt: skip


def moved(
    request: StaffRequest, said: str, token: str, undo: str = "patients:undo_move"
) -> HttpResponse:
    """Say what was done, with Undo, and let the page below be brought anew."""
    context = {"sentence": said, "token": token, "undo": undo}
    response = render(request, "patients/_moved.html", context)
    trigger_client_event(response, "list-stale")
    return response


@access("stay.change")
@require_POST
def undo_move(request: StaffRequest) -> HttpResponse:
    """Take one's own last move back, within ten seconds."""
    token = request.POST.get("token", "")[:60]
    stay = actions.take_back_move(request.actor, token, timezone.now())
    request.actor.shown.add(stay.patient_id)
    if not request.htmx:
        return redirect(chart_url(stay.patient.public_id))
    return moved(request, _("Taken back."), "")


@access("stay.change", scope="stay_place")
@BOTH
def correct_place(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Correct where the patient lay, or since when."""
    actor = request.actor
    rows = queries.places_in_scope(actor).select_related("stay__patient", "stay__facility", "unit")
    place = rows.get(public_id=public_id)
    actor.shown.add(place.stay.patient_id)
    hint = _("What stood here before is kept. The stretch before ends where this one begins.")
    links = [(reverse("patients:stays", args=[place.stay.patient.public_id]), _("All stays"))]
    sheet = Sheet(
        _("Correct the bed"), _("Save"), "place-correct", place.stay.patient, public_id, hint,
        links=links,
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        said = form.cleaned_data
        actions.correct_place(
            actor, public_id, said["version"], why=said["why"], now=now, **form.values()
        )
        return place.stay.patient

    return answer(
        request, forms.CorrectPlaceForm, sheet, save, zone=queries.zone_of(actor, place.stay),
        initial={**fields_of(place, forms.CorrectPlaceForm), "at": place.starts_at},
        organization_id=actor.organization_id,
    )  # fmt: skip


@access("stay.change", scope="stay")
@BOTH
def severity(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say how sick the patient is: stable, a watcher or unstable."""
    made: list[Stay] = []

    def save(form: Any, stay_id: UUID, now: datetime) -> None:
        said = form.cleaned_data
        made.append(
            actions.set_severity(
                request.actor, stay_id, said["version"], said["severity"], now=now, why=said["why"]
            )
        )

    def done() -> HttpResponse:
        said, token = f"{made[0].get_severity_display()}.", actions.severity_token(made[0])
        return moved(request, said, token, "patients:undo_severity")

    words = (_("How sick are they?"), _("Save"), "stay-severity")
    return of_stay(
        request, public_id, forms.SeverityForm, words, save, done=done, drawer="_severity"
    )


@access("stay.change")
@require_POST
def undo_severity(request: StaffRequest) -> HttpResponse:
    """Take one's own last word on how sick the patient is back, within ten seconds."""
    token = request.POST.get("token", "")[:60]
    stay = actions.take_back_severity(request.actor, token, timezone.now())
    request.actor.shown.add(stay.patient_id)
    if not request.htmx:
        return redirect(chart_url(stay.patient.public_id))
    return moved(request, _("Taken back."), "")
