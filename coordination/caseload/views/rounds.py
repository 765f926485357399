"""Rounds: one unit bed by bed, on a phone by the thumb, and its sheet on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Unit
from coordination.caseload import queries
from coordination.caseload.rounds_lines import AT_BEDSIDE, RoundsLine, rounds_line
from coordination.caseload.rules import Day, day_of
from coordination.caseload.views.unit import first_unit, unit_of
from coordination.forms import CreateForm
from coordination.outreach import actions
from coordination.outreach.actions import PartyIn, undo_call
from coordination.outreach.models import CallChannel, PartyKind
from coordination.words import full_words, today_words
from patients.models import Stay
from patients.queries import stays_in_scope


@access("unit.read")
@require_safe
def start_rounds(request: StaffRequest) -> HttpResponse:
    """Lead to the unit one is on duty on, else to the first of one's own."""
    unit = first_unit(request.actor)
    if unit is None:
        return render(request, "caseload/no_unit.html")
    where = "rounds_sheet" if "sheet" in request.GET else "rounds"
    mine = "?whose=mine" if request.GET.get("whose") == "mine" else ""
    return redirect(reverse(f"caseload:{where}", args=[unit.public_id]) + mine)


@access("unit.read", scope="unit", trail="list")
@require_safe
def rounds(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one unit bed by bed: what is open, when they leave, when somebody was last there."""
    return render(request, "caseload/rounds.html", beds_of(request, public_id))


@access("print.patient", scope="unit", trail="print")
@require_safe
def rounds_sheet(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show the round as it is printed, with lines for the pen. What it shows is on record."""
    return render(request, "caseload/rounds_sheet.html", beds_of(request, public_id))


def beds_of(request: StaffRequest, public_id: UUID) -> dict[str, Any]:
    """Return what both forms of a round show."""
    here, others = unit_of(request, public_id)
    actor = request.actor
    today = day_of(timezone.now(), actor.zone)
    only_mine = request.GET.get("whose") == "mine"
    found = queries.round_of(actor, today, unit=here, only_mine=only_mine)
    lines = [rounds_line(row, today, found, here.code) for row in found.rows]
    return {
        "unit": here,
        "others": others,
        "beds": [card(line) for line in lines],
        "unseen": sum(line.is_unseen for line in lines),
        "only_mine": only_mine,
        "outcomes": AT_BEDSIDE,
        "today": today_words(today.now, today.zone),
        "printed_at": full_words(today.now, today.zone),
    }


def card(line: RoundsLine) -> tuple[RoundsLine, UUID]:
    """Return a bed with the key that lets its next press be logged once."""
    return line, uuid4()


class SeenForm(CreateForm):
    """What came of standing at the bed."""

    outcome = forms.ChoiceField(
        choices=[(code, words) for code, words, _icon in AT_BEDSIDE],
        error_messages={"required": gettext_lazy("Choose what came of it: 1 to 4.")},
    )


@access("call.log", scope="stay")
@require_POST
def seen(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Log a contact at the bedside by one press; the bed is drawn anew, with Undo."""
    actor, now = request.actor, timezone.now()
    stay = stays_in_scope(actor).select_related("patient", "unit").get(public_id=public_id)
    actor.shown.add(stay.patient_id)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    call = actions.log_call(
        actor, patient=stay.patient, party=PartyIn(kind=PartyKind.PATIENT), now=now,
        occurred_at=now, outcome=form.cleaned_data["outcome"], channel=CallChannel.BEDSIDE,
        create_key=form.cleaned_data["create_key"],
    )  # fmt: skip
    if not request.htmx:
        return back_to_round(stay)
    said = {"sentence": _("Logged at the bedside."), "call": call.public_id}
    return draw(request, stay, day_of(now, actor.zone), said)


@access("call.log", scope="call")
@require_POST
def unsee(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a contact at the bedside back within ten seconds: entered in error, undone."""
    actor, now = request.actor, timezone.now()
    call = undo_call(actor, public_id, now)
    actor.shown.add(call.patient_id)
    stay = (
        stays_in_scope(actor)
        .filter(patient=call.patient_id, status__in=Stay.OPEN)
        .select_related("patient", "unit")
        .order_by("-admitted_at")
        .first()
    )
    if stay is None or not request.htmx:
        return back_to_round(stay) if stay else redirect("caseload:patients")
    said = {"sentence": _("Taken back."), "call": None}
    response = draw(request, stay, day_of(now, actor.zone), said)
    response["HX-Retarget"], response["HX-Reswap"] = f"#bed-{stay.public_id}", "outerHTML"
    return response


def back_to_round(stay: Stay) -> HttpResponse:
    """Go back to the bed on the round, or to the patient where no unit is known."""
    if stay.unit is None:
        return redirect("caseload:patient", stay.patient.public_id)
    return redirect(
        reverse("caseload:rounds", args=[stay.unit.public_id]) + f"#bed-{stay.public_id}"
    )


def draw(request: StaffRequest, stay: Stay, day: Day, said: dict[str, Any]) -> HttpResponse:
    """Draw one bed anew, with what was done."""
    found = queries.round_of(request.actor, day, stay=stay.public_id)
    unit: Unit | None = stay.unit
    code = unit.code if unit else ""
    beds = [card(rounds_line(row, day, found, code)) for row in found.rows]
    context = {"beds": beds, "outcomes": AT_BEDSIDE, "unit": unit, **said}
    return render(request, "caseload/_rounds_drawn.html", context)
