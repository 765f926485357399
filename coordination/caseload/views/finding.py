"""What the palette finds: patients by name, MRN, birth date or telephone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import queries

MOST_TYPED = 200
MOST_SHOWN = 6
MOST_CALLERS = 3  # cards are tall


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
