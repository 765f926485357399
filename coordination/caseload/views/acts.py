"""My last twenty acts: Z after its ten seconds."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries
from coordination.caseload.acts import act


@access("task.change", trail="list")
@require_safe
def acts(request: StaffRequest) -> HttpResponse:
    """List what the signed-in person did last, each with the way back or out."""
    now = timezone.now()
    context = {
        "acts": [act(row, now) for row in queries.my_acts(request.actor)],
        "now": now, "zone": request.actor.zone,
    }  # fmt: skip
    return render(request, f"caseload/{'_acts' if request.htmx else 'acts'}.html", context)
