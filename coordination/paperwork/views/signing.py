"""Asking for a signature on a document, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork import actions, queries
from coordination.paperwork.forms import AskSignatureForm, SignedForm, WhyForm
from coordination.paperwork.lines import SIGNED_TONES, name_of, paper_of
from coordination.paperwork.models import Document, DocumentStatus, Signature, SignatureStatus
from coordination.records import NotPermitted, Refused, StaleRecord
from patients.views.sheet import go

BOTH = require_http_methods(["GET", "POST"])
MOST = 50


@access("document.send", scope="document")
@BOTH
def sign(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask whose signature a document needs, and how they get it."""
    actor, now = request.actor, timezone.now()
    document = queries.one_document(actor, public_id)
    form = AskSignatureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.ask_signature(
                actor, public_id, form.what(), now=now, create_key=form.cleaned_data["create_key"]
            )
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:  # they were asked already: stay here
            form.add_error(None, refused.sentence)
        else:
            forget(actor, "ask-signature", document.public_id, now)
            return go(request, reverse("paperwork:signature", args=[made.public_id]))
    kept = bring_back(request, actor, form, "ask-signature", document.public_id)
    context = {
        "form": form, "document": document, "patient": document.patient, "kept": kept,
        "name": name_of(document),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "paperwork/sign.html", context, status=status)


@access("document.read", scope="signature")
@require_safe
def signature(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one signature: whose, on what, where it stands, and what to do next."""
    return draw(request, queries.one_signature(request.actor, public_id))


def draw(
    request: StaffRequest, found: Signature, open_form: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    """Draw the page of a signature; open_form: the form just sent that is not right yet."""
    actor, now = request.actor, timezone.now()
    with timezone.override(actor.zone):
        drawn = dict(forms_of(request, found, now))
        if open_form is not None:
            drawn[open_form[0]] = open_form[1]
        context = {
            "signature": found, "document": found.document, "name": paper_of(found),
            "patient": found.patient, "forms": drawn, "now": now, "zone": actor.zone,
            "actor": actor, "tone": SIGNED_TONES[SignatureStatus(found.status)],
            "opened": open_form[0] if open_form else request.GET.get("do", "signed"),
        }  # fmt: skip
        part = "_signature" if request.htmx and open_form is None else "signature"
        status = 422 if open_form else 200
        return render(request, f"paperwork/{part}.html", context, status=status)


def forms_of(
    request: StaffRequest, found: Signature, now: datetime
) -> list[tuple[str, forms.Form]]:
    """Return the forms of the moves this signature may make now. At most 1 statement."""
    actor, initial = request.actor, {"version": found.version, "signed_at": now}
    every: list[tuple[str, forms.Form]] = []
    if found.status == SignatureStatus.REQUESTED and actor.may("document.send"):
        every = [
            ("signed", SignedForm(now=now, copies=copies(found), initial=initial)),
            ("declined", WhyForm(initial=initial, auto_id="declined_%s")),
            ("drop", WhyForm(initial=initial, auto_id="drop_%s")),
        ]
    if found.status != SignatureStatus.ENTERED_IN_ERROR and actor.may("record.void"):
        every.append(("void", WhyForm(initial=initial, auto_id="void_%s")))
    return every


def copies(found: Signature) -> list[Document]:
    """Return the papers of the chart that may be the signed one, newest first. 1 statement."""
    standing = Document.objects.filter(patient=found.patient_id, status=DocumentStatus.CURRENT)
    return list(standing.exclude(pk=found.document_id).order_by("-entered_at", "-pk")[:MOST])


Act = Callable[[dict[str, Any], datetime], object]


def moved(
    request: StaffRequest, public_id: UUID, name: str, make: Callable[..., forms.Form], act: Act
) -> HttpResponse:
    """Answer one move: do it and show where the signature stands, or the form again."""
    actor, now = request.actor, timezone.now()
    found = queries.one_signature(actor, public_id)
    if request.method != "POST":
        return draw(request, found)
    with timezone.override(actor.zone):
        form = make(request.POST, found, now)
        if form.is_valid():
            try:
                act(form.cleaned_data, now)
            except (NotPermitted, StaleRecord):
                raise
            except Refused as refused:  # no copy, no witness: stay here
                form.add_error(None, refused.sentence)
            else:
                return go(request, reverse("paperwork:signature", args=[public_id]))
        return draw(request, found, (name, form))


@access("document.send", scope="signature")
@BOTH
def signed(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that it was signed, and by what one knows."""

    def make(data: Any, row: Signature, now: datetime) -> SignedForm:
        return SignedForm(data, now=now, copies=copies(row))

    def act(said: dict[str, Any], now: datetime) -> None:
        copy = said.get("signed_copy")
        actions.note_signed(
            request.actor, public_id, said["version"], how=said["how"], witness=said["witness"],
            signed_at=said["signed_at"], signed_copy=UUID(copy) if copy else None, now=now,
        )  # fmt: skip

    return moved(request, public_id, "signed", make, act)


@access("document.send", scope="signature")
@BOTH
def declined(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that they will not sign, in their words."""
    return why(request, public_id, "declined", actions.note_declined)


@access("document.send", scope="signature")
@BOTH
def drop(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that the signature is not needed any more."""
    return why(request, public_id, "drop", actions.drop_signature)


@access("record.void", scope="signature")
@BOTH
def void(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Mark the signature as entered in error."""
    return why(request, public_id, "void", actions.void_signature)


def why(
    request: StaffRequest, public_id: UUID, name: str, act: Callable[..., object]
) -> HttpResponse:
    """Answer a move that needs nothing but a reason."""

    def make(data: Any, _row: Signature, _now: datetime) -> WhyForm:
        return WhyForm(data, auto_id=f"{name}_%s")

    def do(said: dict[str, Any], now: datetime) -> None:
        act(request.actor, public_id, said["version"], why=said["why"], now=now)

    return moved(request, public_id, name, make, do)
