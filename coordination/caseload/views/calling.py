"""Calls and notes across my patients."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.outreach.queries import call_page

KEY_LENGTH = 60


@access("task.read", trail="list")
@require_safe
def call_list(request: StaffRequest) -> HttpResponse:
    """List logged calls, newest first: of every patient in scope, or those I logged."""
    mine = request.GET.get("mine") == "1"
    rows, more = call_page(request.actor, mine=mine, after=key_from(request.GET.get("after", "")))
    last = rows[-1].call if rows and more else None
    context = {
        "rows": rows,
        "mine": mine,
        "now": timezone.now(),
        "zone": request.actor.zone,
        "after": f"{last.occurred_at.isoformat()}~{last.pk}" if last else "",
    }
    return render(request, "caseload/calls.html", context)


def key_from(text: str) -> tuple[datetime, int] | None:
    """Read the key of the last row shown, "instant~pk"; None when it is no key."""
    instant, _sep, pk = text.partition("~")
    if len(text) > KEY_LENGTH or not pk.isdecimal():
        return None
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return (at, int(pk)) if at.tzinfo else None
