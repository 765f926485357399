"""The topic and the calendar of a program or a group."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients.views.sheet import go
from referrals import actions, queries
from referrals.forms import ProgramForm


@access("directory.change", scope="provider")
@require_http_methods(["GET", "POST"])
def meetings(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say what a program or a group is about, and how and when people meet."""
    actor, now = request.actor, timezone.now()
    found = queries.entry(actor, public_id)
    program = found.program
    initial: dict[str, object] = {"version": found.provider.version}
    if program is not None:
        names = ("topic", "form", "meets", "next_at", "places", "is_private")
        initial |= {name: getattr(program, name) for name in names}
    form = ProgramForm(request.POST if request.method == "POST" else None, initial=initial)
    with timezone.override(actor.zone):
        if form.is_valid():
            said = form.program(program.host_id if program else None)
            version = form.cleaned_data["version"]
            actions.set_program(actor, public_id, version, said, now)
            return go(request, reverse("referrals:entry", args=[public_id]))
        context = {"form": form, "provider": found.provider}
        status = 422 if form.is_bound else 200
        return render(request, "referrals/meetings.html", context, status=status)
