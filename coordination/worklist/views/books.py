"""Playbooks: the list, one of them, and starting one by hand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.clocks.queries import anchor_name
from coordination.worklist import actions, forms, queries
from coordination.worklist.models import Playbook
from coordination.worklist.queries import definition_of
from patients.models import Patient
from patients.queries import open_chart, stays_in_scope


@access("playbook.read", scope="")
@require_safe
def playbooks(request: StaffRequest) -> HttpResponse:
    """List the playbooks in force."""
    books = [
        (book, definition, anchor_name(definition.anchor_event))
        for book, definition in queries.playbooks(request.actor)
    ]
    return render(request, "worklist/playbooks.html", {"books": books})


@access("playbook.read", scope="playbook")
@require_safe
def playbook(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one playbook: its steps, their rules and sources."""
    book = next(
        (
            row
            for row, _definition in queries.playbooks(request.actor)
            if row.public_id == public_id
        ),
        None,
    )
    if book is None:
        raise Playbook.DoesNotExist
    definition = definition_of(book)
    starts = anchor_name(definition.anchor_event)
    context = {"book": book, "definition": definition, "starts": starts}
    return render(request, "worklist/playbook.html", context)


@access("playbook.start", scope="patient")
@require_http_methods(["GET", "POST"])
def start_playbook(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Start a playbook by hand, from a typed instant."""
    now = timezone.now()
    patient = open_chart(request.actor, public_id)
    books = queries.playbooks(request.actor)
    form = forms.StartForm(
        request.POST or None,
        initial={
            "create_key": uuid4(),
            "started": f"{now.astimezone(request.actor.zone):%Y-%m-%d %H:%M}",
        },
        books=[(row.slug, row.title) for row, _definition in books],
        zone=request.actor.zone,
    )
    if form.is_bound and form.is_valid():
        if form.cleaned_data["started"] > now:
            form.add_error("started", _("This time is still to come. Enter when it happened."))
        else:
            return _start(request, patient, form, now)
    context = {"form": form, "patient": patient, "books": books}
    status = 422 if form.is_bound else 200
    name = "_start" if request.htmx else "start"
    return render(request, f"worklist/{name}.html", context, status=status)


def _start(
    request: StaffRequest, patient: Patient, form: forms.StartForm, now: datetime
) -> HttpResponse:
    said = form.cleaned_data
    definitions = {row.slug: definition for row, definition in queries.playbooks(request.actor)}
    stay = stays_in_scope(request.actor).filter(patient=patient).order_by("-admitted_at").first()
    subject = ("stay", stay.pk) if stay else ("patient", patient.pk)
    facts = {name: said[name] for name in ("disposition", "urgency", "complexity") if said[name]}
    slug = said["playbook"]
    run = actions.start_playbook(
        request.actor, slug=slug, patient=patient, subject=subject,
        anchor_event=definitions[slug].anchor_event, anchor_at=said["started"], now=now,
        facts=facts,
    )  # fmt: skip
    raised = list(run.tasks.order_by("due_at", "id")) if run else []
    context = {
        "patient": patient, "run": run, "raised": raised, "now": now, "zone": request.actor.zone,
        "title": definitions[slug].title,
    }  # fmt: skip
    if not request.htmx and raised:
        return redirect("worklist:task", raised[0].public_id)
    name = "_started" if request.htmx else "started"
    return render(request, f"worklist/{name}.html", context)
