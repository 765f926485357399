"""Checking an entry by asking, and the list of those that are due."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork.forms import PageForm
from coordination.paperwork.lines import more_of
from patients.views.sheet import go
from referrals import actions, queries
from referrals.forms import CheckForm
from referrals.lines import checked_words
from referrals.models import CheckMethod

BOTH = require_http_methods(["GET", "POST"])


@access("directory.verify", scope="provider")
@BOTH
def check(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Keep what somebody heard when they checked an entry."""
    actor, now = request.actor, timezone.now()
    provider = queries.entries_in_scope(actor).get(public_id=public_id)
    form = CheckForm(
        request.POST if request.method == "POST" else None,
        services=queries.offered(provider), takes=queries.takes(provider),
        initial={
            "version": provider.version, "languages": provider.languages,
            "method": CheckMethod.PHONE,
        },
    )  # fmt: skip
    if form.is_valid():
        actions.verify(actor, public_id, form.cleaned_data["version"], form.check(), now)
        return go(request, reverse("referrals:entry", args=[public_id]))
    checked = checked_words(
        provider.verified_at, provider.verified_how, provider.source, now, actor.zone
    )
    context = {"form": form, "provider": provider, "checked": checked}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/check.html", context, status=status)


@access("directory.read", trail="list")
@require_safe
def checks(request: StaffRequest) -> HttpResponse:
    """List the entries that are due to be called, the longest due first."""
    actor, now = request.actor, timezone.now()
    page = queries.due_checks(actor, PageForm(request.GET).place())
    context = {
        "rows": page.rows, "now": now, "zone": actor.zone, "actor": actor,
        "more_url": more_of(request.path, page.next_after),
    }  # fmt: skip
    return render(request, "referrals/checks.html", context)
