"""What goes out and went out, one call, and the switch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.outreach import actions, queries
from coordination.outreach.forms import OutgoingForm, SettleForm, SwitchForm
from coordination.outreach.models import CallStatus, DeliveryChannel, DeliveryKind, DeliveryState
from coordination.outreach.queries import OutgoingFilter, OutgoingRow
from coordination.outreach.reasons import reason_label
from coordination.records import NotPermitted, Refused
from coordination.words import when_words

SOON = timedelta(hours=24)
TONES = {
    "planned": "calm", "claimed": "info", "sent": "ok", "delivered": "ok", "replied": "ok",
    "failed": "late", "unsure": "wait", "cancelled": "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of /outgoing/, in words."""

    row: OutgoingRow
    state: str
    tone: str
    what: str
    to: str
    when: str
    why: str
    body: str


@access("outgoing.read", trail="list")
@require_safe
def outgoing(request: StaffRequest) -> HttpResponse:
    """List messages: newest first, or what goes out within a day. The URL holds the filters."""
    form = OutgoingForm(request.GET)
    form.is_valid()
    show, state = form.cleaned_data.get("show") or "", form.cleaned_data.get("state") or ""
    now = timezone.now()
    wanted = OutgoingFilter(
        state=state, upcoming=show == "next", until=now + SOON if show == "next" else None
    )
    page = queries.outgoing_page(request.actor, wanted, form.place())
    lines = in_words(page.rows, request, now)
    context = {
        "lines": lines,
        "now": now,
        "show": show,
        "state": state,
        "states": [(code, str(label)) for code, label in DeliveryState.choices],
        "more_url": more_url(page.rows, show, state) if page.has_more else "",
        "may_switch": request.actor.may("messages.switch"),
    }
    return render(request, "outreach/outgoing.html", context)


def more_url(rows: list[OutgoingRow], show: str, state: str) -> str:
    """Return the query of the next page: what was asked, from the last row on."""
    last = rows[-1]
    asked = {"show": show, "state": state, "after": f"{last.due_at.isoformat()}_{last.id}"}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def in_words(rows: list[OutgoingRow], request: StaffRequest, now: datetime) -> list[Line]:
    """Turn rows into what the page says, with the text of each. 2 statements."""
    bodies = queries.bodies([row.id for row in rows], now)
    states = dict(DeliveryState.choices)
    kinds, channels = dict(DeliveryKind.choices), dict(DeliveryChannel.choices)
    zone = request.actor.zone
    return [
        Line(
            row=row,
            state=str(states.get(row.state, row.state)),
            tone=TONES.get(row.state, "calm"),
            what=str(kinds.get(row.kind, row.kind)),
            to=f"{to_whom(row)}, {str(channels.get(row.channel, row.channel)).lower()}",
            when=when_words(row.sent_at or row.due_at, now, zone),
            why=str(reason_label(row.reason or row.last_error))
            if row.reason or row.last_error
            else "",
            body=bodies.get(row.id, ""),
        )
        for row in rows
    ]


def to_whom(row: OutgoingRow) -> str:
    """Return who gets it: the patient, a contact, or staff."""
    if row.recipient == "patient":
        return _("To the patient")
    return _("To a contact") if row.recipient.startswith("contact:") else _("To staff")


@access("outgoing.read", scope="delivery")
@require_safe
def message(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one message: its text, where it stands, and the call that took its place."""
    now = timezone.now()
    row = queries.one_message(request.actor, public_id)
    (line,) = in_words([row], request, now)
    context = {"line": line, "now": now, "may_settle": row.state == DeliveryState.UNSURE}
    return render(request, "outreach/message.html", context)


@access("call.log", scope="delivery")
@require_POST
def settle(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a person's word on a message that may have gone out."""
    form = SettleForm(request.POST)
    if form.is_valid():
        actions.settle_unsure(request.actor, public_id, form.cleaned_data["state"], timezone.now())
        return redirect("outreach:message", public_id)
    now = timezone.now()
    (line,) = in_words([queries.one_message(request.actor, public_id)], request, now)
    context = {"line": line, "now": now, "may_settle": True}
    return render(request, "outreach/message.html", context, status=422)


@access("patient.read", scope="call")
@require_safe
def call(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one logged call, and how to mend it: a page, or the drawer."""
    found = queries.one_call(request.actor, public_id)
    context = {
        "found": found, "call": found.call, "now": timezone.now(),
        "mended": queries.mended(found.call), "zone": request.actor.zone,
        "is_void": found.call.status == CallStatus.ENTERED_IN_ERROR,
    }  # fmt: skip
    return render(request, f"outreach/{'_call' if request.htmx else 'call'}.html", context)


@access("messages.switch")
@require_http_methods(["GET", "POST"])
def switch(request: StaffRequest) -> HttpResponse:
    """Switch messages on or off, and limit them to test recipients."""
    actor = request.actor
    organization = actor.organization
    initial = {
        "is_on": organization.messages_on if organization else False,
        "test_recipients": "\n".join(organization.test_recipients) if organization else "",
    }
    form = SwitchForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.switch_messages(actor, now=timezone.now(), **form.cleaned_data)
        except NotPermitted:
            raise
        except Refused as refused:  # what is missing is set elsewhere; what was typed stays here
            form.add_error("is_on", refused.sentence)
        else:
            return redirect("outreach:switch")
    context = {"form": form, "is_on": initial["is_on"]}
    return render(request, "outreach/switch.html", context, status=422 if form.is_bound else 200)
