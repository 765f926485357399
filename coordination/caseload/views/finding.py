"""What the palette finds: patients by name, MRN, birth date or telephone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload.doing import (
    Group,
    anywhere_group,
    patient_group,
    places_group,
    task_group,
    views_group,
)
from coordination.caseload.forms import AtHandForm
from coordination.frame import frame_part
from coordination.worklist.queries import tasks_in_scope
from coordination.worklist.views.pages import asks_for
from patients import queries

MOST_TYPED = 200
MOST_SHOWN = 6
MOST_CALLERS = 3  # cards are tall


@access("patient.read")
@require_safe
def palette(request: StaffRequest) -> HttpResponse:
    """Answer with the palette itself, for the page that wants it opened; drawn once a look."""
    return HttpResponse(frame_part("_palette.html", request, ""))


@access("patient.read", scope="")
@require_safe
def palette_acts(request: StaffRequest) -> HttpResponse:
    """List what this person may do with the task or patient at hand, anywhere, and where they go.

    What is not theirs, or not there any more, is left out: the palette finds all the same.
    """
    actor = request.actor
    groups = [anywhere_group(actor), places_group(actor), *views_group(actor)]
    sent = AtHandForm(request.GET)
    if sent.is_valid():
        groups = [*at_hand(actor, **sent.cleaned_data), *groups]
    return render(request, "caseload/_palette_acts.html", {"groups": groups})


def at_hand(actor: Actor, task: UUID | None, patient: UUID | None) -> list[Group]:
    """Return what can be done with the task, else with the patient. 2 statements at most."""
    groups = []
    if task and actor.may("task.read"):
        tasks = tasks_in_scope(actor).select_related("patient", "clock")
        found = tasks.filter(public_id=task).first()
        if found is not None:
            actor.shown.add(found.patient_id)
            asks = asks_for(actor, found)
            groups = [
                task_group(actor, found, asks),
                patient_group(actor, found.patient, besides_task=True),
            ]
    if patient and not groups:
        one = queries.scope(actor).filter(public_id=patient).first()
        if one is not None:
            actor.shown.add(one.pk)
            groups = [patient_group(actor, one)]
    return groups


@access("patient.read", trail="search")
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """Answer with the options of the palette's list; a POST, so that no name is in an address."""
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    actor, now = request.actor, timezone.now()
    found = queries.find(actor, text, now.astimezone(actor.zone).date()) if text else None
    rows = found.rows[:MOST_SHOWN] if found else []
    callers = queries.callers(actor, text, now, actor.zone)
    cards = callers.rows[:MOST_CALLERS] if callers else []
    if found and found.how == "phone":  # who was found by a number stands on a card
        rows = []
    actor.shown.intersection_update(
        {hit.patient_id for hit in rows} | {card.patient.pk for card in cards}
    )
    context = {
        "text": text,
        "rows": rows,
        "has_more": bool(found and rows and len(found.rows) > MOST_SHOWN),
        "may_log": actor.may("call.log"),
        "may_jot": actor.may("jot.write"),
        "callers": callers,
        "cards": cards,
        "is_unknown": bool(callers and callers.number.is_whole and not cards and not rows),
    }
    return render(request, "caseload/_find.html", context)
