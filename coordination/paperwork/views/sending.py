"""Sending paper out, and what became of each sending."""

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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork import actions, queries
from coordination.paperwork.forms import ArrivedForm, SendForm, SentForm, WhyForm
from coordination.paperwork.lines import TONES
from coordination.paperwork.models import (
    CameBy,
    Dispatch,
    DispatchStatus,
    Document,
    DocumentKind,
    DocumentStatus,
)
from coordination.paperwork.queries import CAP
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.worklist.queries import tasks_in_scope
from patients import queries as people
from patients.views.sheet import go

BOTH = require_http_methods(["GET", "POST"])
MOST = 50
SIGN = "sign"  # what waits for a signature


@access("document.send", scope="patient")
@BOTH
def send(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask what goes to whom, and put it in the line."""
    actor, now = request.actor, timezone.now()
    patient = people.open_chart(actor, public_id)
    tasks = tasks_in_scope(actor).filter(patient=patient, is_open=True).order_by("due_at", "pk")
    standing = Document.objects.filter(patient=patient, status=DocumentStatus.CURRENT)
    standing = standing.exclude(kind=DocumentKind.COVER)  # each fax has one of its own
    asked = request.GET
    form = SendForm(
        request.POST if request.method == "POST" else None,
        tasks=list(tasks[:MOST]), documents=list(standing.order_by("-entered_at", "-pk")[:MOST]),
        initial={"documents": asked.getlist("document"), "task": asked.get("task", "")},
    )  # fmt: skip
    if form.is_valid():
        key = form.cleaned_data["create_key"]
        made = actions.plan_dispatch(actor, patient, form.what(), now=now, create_key=key)
        forget(actor, "send-paper", patient.public_id, now)
        return go(request, reverse("paperwork:dispatch", args=[made.public_id]))
    kept = bring_back(request, actor, form, "send-paper", patient.public_id)
    context = {"form": form, "patient": patient, "kept": kept}
    status = 422 if form.is_bound else 200
    return render(request, "paperwork/send.html", context, status=status)


@access("document.read", scope="dispatch")
@require_safe
def dispatch(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one sending: what, to whom, where it stands, and what to do next."""
    return draw(request, queries.one_dispatch(request.actor, public_id))


def draw(
    request: StaffRequest, found: Dispatch, open_form: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    """Draw the page of a sending; open_form: the form that was just sent and is not right yet."""
    actor, now = request.actor, timezone.now()
    drawn = dict(forms_of(found, now)) if actor.may("document.send") else {}
    if open_form is not None:
        drawn[open_form[0]] = open_form[1]
    context = {
        "dispatch": found, "patient": found.patient, "forms": drawn, "now": now,
        "zone": actor.zone, "actor": actor, "tone": TONES[DispatchStatus(found.status)],
        "wrong": open_form[0] if open_form else "",
        "awaits_cover": found.channel == CameBy.FAX and found.status == DispatchStatus.PREPARATION,
    }  # fmt: skip
    part = "_dispatch" if request.htmx and open_form is None else "dispatch"
    with timezone.override(actor.zone):
        return render(request, f"paperwork/{part}.html", context, status=422 if open_form else 200)


def forms_of(found: Dispatch, now: datetime) -> list[tuple[str, forms.Form]]:
    """Return the forms of the moves this sending may make now, by the name of their address."""
    can = found.MOVES[DispatchStatus(found.status)]
    initial = {"version": found.version, "sent_at": now, "arrived_at": now}
    has_task = found.task is not None and found.task.is_open
    every: list[tuple[DispatchStatus, str, forms.Form]] = [
        (DispatchStatus.IN_PROGRESS, "went", SentForm(now=now, initial=initial)),
        (DispatchStatus.COMPLETED, "arrived",
         ArrivedForm(now=now, has_task=has_task, initial=initial)),
        (DispatchStatus.NOT_DONE, "failed", WhyForm(initial=initial, auto_id="failed_%s")),
        (DispatchStatus.STOPPED, "stop", WhyForm(initial=initial, auto_id="stop_%s")),
    ]  # fmt: skip
    return [(name, form) for status, name, form in every if status in can]


Act = Callable[[StaffRequest, UUID, dict[str, Any], datetime], object]


def moved(
    request: StaffRequest, public_id: UUID, name: str, make: Callable[..., forms.Form], act: Act
) -> HttpResponse:
    """Answer one move: do it and show where the sending stands now, or the form again."""
    actor, now = request.actor, timezone.now()
    found = queries.one_dispatch(actor, public_id)
    if request.method != "POST":
        return draw(request, found)
    with timezone.override(actor.zone):
        form = make(request.POST, found, now)
        if form.is_valid():
            try:
                act(request, public_id, form.cleaned_data, now)
            except (NotPermitted, StaleRecord):
                raise
            except Refused as refused:  # a proof that is missing, a time out of order: stay here
                form.add_error(None, refused.sentence)
            else:
                return go(request, reverse("paperwork:dispatch", args=[public_id]))
        return draw(request, found, (name, form))


@access("document.send", scope="dispatch")
@BOTH
def went(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that it left the house."""

    def act(request: StaffRequest, dispatch_id: UUID, said: dict[str, Any], now: datetime) -> None:
        actions.mark_sent(
            request.actor, dispatch_id, said["version"], sent_at=said["sent_at"], now=now
        )

    return moved(request, public_id, "went", lambda data, _row, now: SentForm(data, now=now), act)


@access("document.send", scope="dispatch")
@BOTH
def arrived(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say by what one knows that it arrived."""

    def make(data: Any, row: Dispatch, now: datetime) -> ArrivedForm:
        has_task = row.task is not None and row.task.is_open
        return ArrivedForm(data, now=now, has_task=has_task)

    def act(request: StaffRequest, dispatch_id: UUID, said: dict[str, Any], now: datetime) -> None:
        actions.note_arrival(
            request.actor, dispatch_id, said["version"], receipt=said["receipt"],
            arrived_at=said["arrived_at"], closes=bool(said.get("closes")), now=now,
        )  # fmt: skip

    return moved(request, public_id, "arrived", make, act)


@access("document.send", scope="dispatch")
@BOTH
def failed(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that it did not arrive; a task to send it another way follows."""

    def act(request: StaffRequest, dispatch_id: UUID, said: dict[str, Any], now: datetime) -> None:
        actions.mark_failed(request.actor, dispatch_id, said["version"], why=said["why"], now=now)

    return moved(request, public_id, "failed", why_form("failed"), act)


@access("document.send", scope="dispatch")
@BOTH
def stop(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take it out of the line."""

    def act(request: StaffRequest, dispatch_id: UUID, said: dict[str, Any], now: datetime) -> None:
        actions.call_off(request.actor, dispatch_id, said["version"], why=said["why"], now=now)

    return moved(request, public_id, "stop", why_form("stop"), act)


def why_form(name: str) -> Callable[..., WhyForm]:
    """Return what makes a form that asks why; two of them stand on one page."""
    return lambda data, _row, _now: WhyForm(data, auto_id=f"{name}_%s")


def states(counts: dict[str, int]) -> list[tuple[str, str, str]]:
    """Return the states of the line as (code, words, how many); many are said as "1000+"."""
    words = {
        DispatchStatus.PREPARATION: _("To send"),
        DispatchStatus.IN_PROGRESS: _("Sent, not confirmed"),
        DispatchStatus.NOT_DONE: _("Did not arrive"),
        SIGN: _("To sign"),
    }
    return [
        (str(code), said, f"{CAP}+" if counts[code] > CAP else str(counts[code]))
        for code, said in words.items()
    ]
