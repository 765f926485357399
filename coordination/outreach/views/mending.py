"""Mending a call, by the door every record uses (patients/views/mending.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.outreach import actions, queries
from coordination.outreach.forms import MoveCallForm
from coordination.outreach.models import Call, CallStatus
from coordination.words import full_words
from patients.actions.mending import mending_refusal
from patients.models import Patient
from patients.views import mending

BOTH = require_http_methods(["GET", "POST"])


def load(actor: Actor, public_id: UUID) -> Call:
    """Return the call with who took part. Raises Call.DoesNotExist."""
    return queries.one_call(actor, public_id).call


def problem(actor: Actor, call: Call, now: datetime) -> str:
    """Say why the actor may not mend this call, or nothing."""
    if call.status == CallStatus.ENTERED_IN_ERROR:
        return gettext("This call is entered in error already.")
    return mending_refusal(actor, call.logged_by, call.logged_at, now)


def lines(call: Call, zone: ZoneInfo) -> Iterator[str]:
    """Say what the call was."""
    what = f"{call.get_channel_display()}: {call.get_outcome_display()}"
    yield f"{what}, {full_words(call.occurred_at, zone)}"
    if call.note:
        yield call.note


def void(actor: Actor, call: Call, version: int | None, why: str, now: datetime) -> Call:
    """Mark the call as entered in error."""
    return actions.void_call(actor, call.public_id, version, why=why, now=now)


def form(request: StaffRequest, call: Call, to: Patient, data: Any, now: datetime) -> MoveCallForm:
    """Return the form with the right patient's people and open tasks."""
    return MoveCallForm(
        data,
        call=call,
        people=queries.parties(request.actor, to, None, now),
        tasks=queries.tasks_to_serve(request.actor, to),
    )


def move(actor: Actor, call: Call, to: Patient, form: Any, now: datetime) -> Call:
    """Move the call as the form says; without one, with nobody of the right chart and no task."""
    said: dict[str, Any] = form.cleaned_data if form else {"version": None, "why": "…"}
    more = form.choices() if form else {}
    return actions.move_call(
        actor, call.public_id, said["version"], to=to, why=said["why"], now=now, **more
    )


CALLS = mending.Mending(
    what=_("call"), code="call", load=load, problem=problem, lines=lines, void=void, move=move,
    form=form,
    back=lambda call: reverse("outreach:call", args=[call.public_id]),
)  # fmt: skip


@access("record.void", scope="call")
@BOTH
def call_in_error(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark a call as entered in error."""
    return mending.void(request, public_id, CALLS)


@access("record.void", scope="call")
@BOTH
def call_wrong_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a call to the patient it was about."""
    return mending.move(request, public_id, CALLS)
