"""One entry: all that is known of it, and putting it right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.records import NotPermitted, Refused, StaleRecord
from patients.models import PayerClass
from patients.queries import language_name
from patients.views.sheet import go
from referrals import actions, queries
from referrals.forms import CorrectForm, NewEntryForm
from referrals.lines import checked_words, source_words
from referrals.rules.meetings import meetings

BOTH = require_http_methods(["GET", "POST"])


@access("directory.read", scope="provider")
@require_safe
def entry(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one entry: who, where, what they offer, whom they take, and who checked it when."""
    actor, now = request.actor, timezone.now()
    found = queries.entry(actor, public_id)
    provider, program = found.provider, found.program
    calendar = []
    if program is not None and program.next_at is not None:
        calendar = meetings(program.next_at, program.meets, now, actor.zone)
    context: dict[str, Any] = {
        "entry": found, "provider": provider, "now": now, "zone": actor.zone, "actor": actor,
        "languages": [language_name(code) for code in provider.languages],
        "source": source_words(provider), "calendar": calendar,
        "payer_labels": dict(PayerClass.choices),
        "checked": checked_words(
            provider.verified_at, provider.verified_how, provider.source, now, actor.zone
        ),
    }  # fmt: skip
    name = "_entry" if request.htmx else "entry"
    return render(request, f"referrals/{name}.html", context)


@access("directory.change")
@BOTH
def add(request: StaffRequest) -> HttpResponse:
    """Enter a provider that no file brought."""
    form = NewEntryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.add_entry(
                request.actor, said["kind"], form.entry(), said["needs"], timezone.now(),
                said["create_key"],
            )  # fmt: skip
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            return go(request, reverse("referrals:entry", args=[made.public_id]))
    status = 422 if form.is_bound else 200
    return render(request, "referrals/add.html", {"form": form}, status=status)


@access("directory.change", scope="provider")
@BOTH
def correct(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put an entry right."""
    actor = request.actor
    provider = queries.entries_in_scope(actor).get(public_id=public_id)
    fields = {name: getattr(provider, name) for name in actions.EntryIn.__dataclass_fields__}
    offered = [service.need for service in queries.offered(provider)]
    initial = {**fields, "needs": offered, "version": provider.version}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        actions.correct_entry(
            actor, public_id, said["version"], form.entry(), said["needs"], timezone.now()
        )
        return go(request, reverse("referrals:entry", args=[public_id]))
    context = {"form": form, "provider": provider}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/correct.html", context, status=status)
