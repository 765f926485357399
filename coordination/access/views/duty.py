"""Who is on duty, and saying so oneself."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access import actions
from coordination.access.actor import Actor, person_of
from coordination.access.duty import Place, Places, on_duty, places_of, shifts_to_propose
from coordination.access.forms import DutyForm, value_of
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Shift
from coordination.access.rules import usual_end, usual_shift
from coordination.nav import home_of


@access("duty.read")
@require_safe
def duty(request: StaffRequest) -> HttpResponse:
    """List who is on duty now, by place, each with a number to press. 1 statement."""
    actor, now = request.actor, timezone.now()
    shifts = sorted(on_duty(actor.organization_id, now), key=where_it_stands)
    by_place = [(place, list(here)) for place, here in groupby(shifts, key=place_of)]
    context = {"by_place": by_place, "now": now, "zone": actor.zone}
    return render(request, "access/duty.html", context)


def place_of(shift: Shift) -> Place:
    """Return the unit or the team of a shift."""
    place = shift.unit or shift.team
    assert place is not None, "the database keeps a shift in one place"  # noqa: S101
    return place


def where_it_stands(shift: Shift) -> tuple[int, str, str, int]:
    """Return the order of a shift on the page: by facility, then place; who is in charge first."""
    place = place_of(shift)
    first = "" if shift.role_id == "charge" else shift.user.last_name
    return place.facility_id, place.name, first, place.pk


@access("duty.keep")
@require_http_methods(["GET", "POST"])
def start_duty(request: StaffRequest) -> HttpResponse:
    """Ask where a person is on duty, filled in from the last time: one key confirms."""
    actor, now = request.actor, timezone.now()
    places = places_of(actor, now)
    if request.method == "POST":
        form = DutyForm(request.POST, places=places, now=now, zone=places.zone)
        if form.is_valid():
            said = form.cleaned_data
            actions.confirm_duty(
                actor, said["places"], until=said["until"], now=now, phone=said["phone"],
                role=said.get("role", ""),
            )  # fmt: skip
            return redirect(home_of(actor))
    else:
        initial = proposal(actor, places, now)
        form = DutyForm(initial=initial, places=places, now=now, zone=places.zone)
    posted = form["where"].value() or []  # a place that is no longer theirs has no name here
    names = [form.by_value[value].name for value in posted if value in form.by_value]
    context = {"form": form, "names": names, "now": now, "home": home_of(actor)}
    status = 422 if form.is_bound else 200
    return render(request, "access/start_duty.html", context, status=status)


def proposal(actor: Actor, places: Places, now: datetime) -> dict[str, Any]:
    """Return what is filled in: the shift under way, planned or usual at this time of day."""
    known, zone = shifts_to_propose(person_of(actor), now), places.zone
    index = usual_shift(now, [(shift.starts_at, shift.ends_at) for shift in known], zone)
    usual = known[index] if known else None
    under_way = {one.ends_at for one in actor.duty}
    likely = list(places.own)[:1]
    if usual is not None:
        together = [place_of(s) for s in known if s.starts_at == usual.starts_at]
        likely = [place for place in together if place in places.own] or likely
    end = max(under_way) if under_way else usual_end(now, usual.ends_at if usual else None, zone)
    phone = (usual.phone if usual else "") or (actor.user.phone if actor.user else "")
    return {
        "where": [value_of(place) for place in likely],
        "until": end.astimezone(zone).time(),
        "phone": phone,
        "role": usual.role_id if usual else None,
    }


@access("duty.keep")
@require_POST
def end_duty(request: StaffRequest) -> HttpResponse:
    """End one's own shift early: scope lent to a float ends with it."""
    actions.end_duty(request.actor, timezone.now())
    return redirect("access:duty")
