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


@access("patient.read", trail="search")
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """Answer with the options of the palette's list; a POST, so that no name is in an address."""
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    today = timezone.now().astimezone(request.actor.zone).date()
    found = queries.find(request.actor, text, today) if text else None
    rows = found.rows if found else []
    request.actor.shown.intersection_update(hit.patient_id for hit in rows[:MOST_SHOWN])
    context = {
        "text": text,
        "rows": rows[:MOST_SHOWN],
        "has_more": len(rows) > MOST_SHOWN,
        "may_log": request.actor.may("call.log"),
    }
    return render(request, "caseload/_find.html", context)
