"""Mending a document, by the door every record uses (patients/views/mending.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork import actions, queries
from coordination.paperwork.lines import name_of
from coordination.paperwork.models import Document
from coordination.words import full_words
from patients.models import Patient
from patients.views import mending

BOTH = require_http_methods(["GET", "POST"])


def lines(document: Document, zone: ZoneInfo) -> Iterator[str]:
    """Say what the document is."""
    yield name_of(document)
    yield full_words(document.entered_at, zone)


def void(
    actor: Actor, document: Document, version: int | None, why: str, now: datetime
) -> Document:
    """Mark the document as entered in error."""
    return actions.void_document(actor, document.public_id, version, why=why, now=now)


def move(actor: Actor, document: Document, to: Patient, form: Any, now: datetime) -> Document:
    """Move the document; form None is a rehearsal."""
    said: dict[str, Any] = form.cleaned_data if form else {"version": None, "why": "…"}
    return actions.move_document(
        actor, document.public_id, said["version"], to=to, why=said["why"], now=now
    )


DOCUMENTS = mending.Mending(
    what=_("document"), code="document", load=queries.one_document,
    problem=actions.document_problem, lines=lines, void=void, move=move,
    back=lambda document: reverse("paperwork:document", args=[document.public_id]),
)  # fmt: skip


@access("record.void", scope="document")
@BOTH
def in_error(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark a document as entered in error."""
    return mending.void(request, public_id, DOCUMENTS)


@access("record.void", scope="document")
@BOTH
def wrong_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a document to the patient it is about."""
    return mending.move(request, public_id, DOCUMENTS)
