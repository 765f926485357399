"""The numbers in the frame of every page: polled, they show no patient and leave no read row."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries


@access(background=True)
@require_safe
def shell(request: StaffRequest) -> HttpResponse:
    """Give the frame's numbers, or nothing when `seen` says they have not changed."""
    numbers = queries.shell_numbers(request.actor, timezone.now())
    stamp = "-".join(str(number) for number in numbers)
    if request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    return render(request, "caseload/_shell.html", {"numbers": numbers, "stamp": stamp})
