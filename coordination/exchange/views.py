"""The administrator's page of imports."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.exchange import queries


@access("settings.change", trail="list")
@require_safe
def imports(request: StaffRequest) -> HttpResponse:
    """Show the last runs and what is in quarantine; `?before=` turns the page."""
    before = request.GET.get("before", "")
    page = queries.quarantine_page(
        request.actor, int(before) if before.isascii() and before.isdigit() else None
    )
    return render(
        request,
        "exchange/imports.html",
        {
            "runs": queries.last_runs(request.actor),
            "page": page,
            "zone": request.actor.zone,
            "now": timezone.now(),
        },
    )
