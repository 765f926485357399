"""Taking a file in, and filing one that waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Team
from coordination.paperwork import actions, queries
from coordination.paperwork.forms import FileItForm, PileForm, UploadForm
from coordination.paperwork.lines import name_of
from coordination.paperwork.models import Document, DocumentStatus
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.worklist.queries import tasks_in_scope
from patients import queries as people
from patients.models import Patient
from patients.views.sheet import go

BOTH = require_http_methods(["GET", "POST"])
MOST = 50
MOST_TYPED = 200


def choices(request: StaffRequest, patient: Patient) -> dict[str, Any]:
    """Return what a document may prove and replace on a chart. 2 statements."""
    tasks = tasks_in_scope(request.actor).filter(patient=patient, is_open=True)
    older = Document.objects.filter(patient=patient, status=DocumentStatus.CURRENT)
    today = timezone.now().astimezone(request.actor.zone).date()
    return {
        "tasks": list(tasks.order_by("due_at", "pk")[:MOST]),
        "older": list(older.order_by("-entered_at", "-pk")[:MOST]),
        "today": today,
    }


@access("document.file", scope="patient")
@BOTH
def upload(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put a file on a patient's chart."""
    actor, now = request.actor, timezone.now()
    patient = people.open_chart(actor, public_id)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"task": request.GET.get("task", "")}
    form = UploadForm(data, files, initial=initial, **choices(request, patient))
    if form.is_valid():
        try:
            made = actions.receive_document(
                actor, form.cleaned_data["file"], patient=patient, filed=form.filed(), now=now,
                create_key=form.cleaned_data["create_key"],
            )  # fmt: skip
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:  # the same file, no room, a proof that is missing: stay here
            form.add_error("task" if "task" in form.changed_data else None, refused.sentence)
        else:
            forget(actor, "document", patient.public_id, now)
            return go(request, reverse("paperwork:document", args=[made.public_id]))
    kept = bring_back(request, actor, form, "document", patient.public_id)
    context = {"form": form, "patient": patient, "kept": kept, "now": now, "zone": actor.zone}
    status = 422 if form.is_bound else 200
    return render(request, "paperwork/upload.html", context, status=status)


@access("document.file")
@BOTH
def put_on_pile(request: StaffRequest) -> HttpResponse:
    """Take a file in whose patient nobody has looked up yet."""
    actor, now = request.actor, timezone.now()
    teams = Team.objects.filter(pk__in=actor.team_ids).order_by("name")
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PileForm(data, files, teams=teams)
    if form.is_valid():
        said = form.cleaned_data
        actions.receive_document(
            actor, said["file"], team=said["team"], sender=said["sender"],
            came_by=said["came_by"], create_key=said["create_key"], now=now,
        )  # fmt: skip
        forget(actor, "pile", None, now)
        return go(request, reverse("paperwork:pile"))
    kept = bring_back(request, actor, form, "pile")
    status = 422 if form.is_bound else 200
    context = {"form": form, "kept": kept}
    return render(request, "paperwork/put_on_pile.html", context, status=status)


@access("document.file", scope="paper", trail="search")
@BOTH
def file_it(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Find whose a waiting document is, say what it is, and put it on that chart."""
    actor, now = request.actor, timezone.now()
    document = queries.waiting_in_scope(actor).get(public_id=public_id)
    to = chosen(request)
    if to is None:
        return choose(request, document)
    data = request.POST if request.method == "POST" else None
    initial = {
        "version": document.version, "to": to.public_id, "sender": document.sender,
        "came_by": document.came_by, "pages": document.pages,
    }  # fmt: skip
    form = FileItForm(data, initial=initial, **choices(request, to))
    if form.is_valid():
        try:
            actions.file_document(
                actor, public_id, form.cleaned_data["version"], patient=to, filed=form.filed(),
                now=now,
            )  # fmt: skip
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return go(request, reverse("paperwork:pile"))
    context = {
        "form": form, "document": document, "name": name_of(document), "patient": to, "now": now,
        "zone": actor.zone, "head": people.chart_head(actor, to, now),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "paperwork/file_it.html", context, status=status)


def chosen(request: StaffRequest) -> Patient | None:
    """Return the patient the address or the form names, None while it names nobody.

    Raises Patient.DoesNotExist for one out of scope.
    """
    try:
        public_id = UUID(request.POST.get("to") or request.GET.get("to") or "")
    except ValueError:
        return None
    return people.open_chart(request.actor, public_id)


def choose(request: StaffRequest, document: Document) -> HttpResponse:
    """Offer the find box of everywhere."""
    actor, now = request.actor, timezone.now()
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    today = now.astimezone(actor.zone).date()
    hits = people.find(actor, text, today).rows if text else []
    context = {
        "document": document, "name": name_of(document), "hits": hits, "text": text, "now": now,
        "zone": actor.zone, "actor": actor,
    }  # fmt: skip
    return render(request, "paperwork/choose.html", context)
