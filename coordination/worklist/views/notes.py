"""One note on a patient's timeline, and how to mend it (patients/views/mending.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.words import full_words
from coordination.worklist import actions, queries
from coordination.worklist.models import Jot, JotStatus
from patients.models import Patient
from patients.views import mending

BOTH = require_http_methods(["GET", "POST"])


def lines(note: Jot, zone: ZoneInfo) -> Iterator[str]:
    """Say what the note says, and who wrote it."""
    yield note.text
    yield f"{note.user.display_name}, {full_words(note.at, zone)}"


def void(actor: Actor, note: Jot, version: int | None, why: str, now: datetime) -> Jot:
    """Mark the note as entered in error."""
    return actions.void_note(actor, note.public_id, version, why=why, now=now)


def move(actor: Actor, note: Jot, to: Patient, form: Any, now: datetime) -> Jot:
    """Move the note; form None is a rehearsal."""
    said: dict[str, Any] = form.cleaned_data if form else {"version": None, "why": "…"}
    return actions.move_note(
        actor, note.public_id, said["version"], to=to, why=said["why"], now=now
    )


NOTES = mending.Mending(
    what=_("note"), code="note", load=queries.one_note, problem=actions.note_problem,
    lines=lines, void=void, move=move,
    back=lambda note: reverse("worklist:note", args=[note.public_id]),
)  # fmt: skip


@access("patient.read", scope="note")
@require_safe
def note(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one note, and how to mend it: a page, or the drawer."""
    found = queries.one_note(request.actor, public_id)
    context = {
        "note": found, "now": timezone.now(), "zone": request.actor.zone,
        "mended": queries.mended_note(found),
        "is_void": found.status == JotStatus.ENTERED_IN_ERROR,
    }  # fmt: skip
    return render(request, f"worklist/{'_note' if request.htmx else 'note'}.html", context)


@access("record.void", scope="note")
@BOTH
def in_error(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark a note as entered in error."""
    return mending.void(request, public_id, NOTES)


@access("record.void", scope="note")
@BOTH
def wrong_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a note to the patient it is about."""
    return mending.move(request, public_id, NOTES)
