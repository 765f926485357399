"""Who is calling: a number, the person behind it, and what they may be told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import queries

MOST_TYPED = 40


@access("patient.read", trail="search")
@require_http_methods(["GET", "POST"])
def caller(request: StaffRequest) -> HttpResponse:
    """Show whose number this is. The number comes by POST, so that it stands in no address."""
    number = request.POST.get("number", "").strip()[:MOST_TYPED].replace("\0", "")
    found = queries.callers(request.actor, number, timezone.now(), request.actor.zone)
    wrong = ""
    if request.method == "POST" and found is None:
        wrong = _("Enter at least the last four digits of the number.")
    context = {"number": number, "callers": found, "wrong": wrong}
    return render(request, "caseload/caller.html", context, status=422 if wrong else 200)
