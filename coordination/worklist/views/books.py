"""Playbooks: the list, one of them, and starting one by hand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access.actor import Actor
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.clocks.queries import anchor_name
from coordination.worklist import actions, forms, queries
from coordination.worklist.book_forms import BackForm
from coordination.worklist.book_words import told_difference, words_for
from coordination.worklist.models import Playbook
from coordination.worklist.queries import definition_of
from patients.models import Patient
from patients.queries import open_chart, stays_in_scope

STARTING = "playbook-start"  # the name its half-typed form is kept under


@access("playbook.read", scope="")
@require_safe
def playbooks(request: StaffRequest) -> HttpResponse:
    """List the playbooks in force, and what each of one's teams has of them."""
    books = [
        (row, definition, anchor_name(definition.anchor_event))
        for row in queries.book_rows(request.actor)
        for definition in [definition_of(row.book)]
    ]
    return render(request, "worklist/playbooks.html", {"books": books})


@access("playbook.read", scope="playbook")
@require_safe
def playbook(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one version: its steps, their rules and sources, and what differs from the shipped."""
    actor = request.actor
    book = queries.one_book(actor, public_id)
    definition = definition_of(book)
    rules = queries.rules_of(actor.organization_id)
    row = next(iter(queries.book_rows(actor, book.slug)), None)
    if row is None:
        raise Playbook.DoesNotExist
    mine = [one for one in row.teams if book.team_id in (None, one.team.pk)]
    context = {
        "book": book, "definition": definition, "words": words_for(rules, definition),
        "starts": anchor_name(definition.anchor_event), "row": row, "mine": mine,
        "versions": queries.versions_of(actor, book.slug, book.team_id) if book.team_id else [],
        "told": told_difference(definition_of(row.book), definition, rules), "news": [],
        "now": timezone.now(), "zone": actor.zone,
    }  # fmt: skip
    if book.shipped is not None and book.shipped_id != row.book.pk:
        then = definition_of(book.shipped)
        context["news"] = told_difference(then, definition_of(row.book), rules)
    return render(request, "worklist/playbook.html", context)


@access("playbook.change", scope="playbook")
@require_POST
def put_in_force(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Go back to the shipped version, or to one the team has published before."""
    form = BackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for which team."))
        return redirect("worklist:playbook", queries.one_book(request.actor, public_id).public_id)
    said = form.cleaned_data
    book = actions.put_in_force(
        request.actor, public_id, said["team"], said["standing"], timezone.now()
    )
    messages.success(request, _("In force again, from the next start on."))
    return redirect("worklist:playbook", book.public_id)


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
    kept = bring_back(request, request.actor, form, STARTING, public_id)
    context = {"form": form, "patient": patient, "books": books, "kept": kept, "draft": STARTING}
    status = 422 if form.is_bound else 200
    name = "_start" if request.htmx else "start"
    return render(request, f"worklist/{name}.html", context, status=status)


def _start(
    request: StaffRequest, patient: Patient, form: forms.StartForm, now: datetime
) -> HttpResponse:
    said = form.cleaned_data
    definitions = {row.slug: definition for row, definition in queries.playbooks(request.actor)}
    subject = subject_of(request.actor, patient)
    facts = {name: said[name] for name in ("disposition", "urgency", "complexity") if said[name]}
    slug = said["playbook"]
    run = actions.start_playbook(
        request.actor, slug=slug, patient=patient, subject=subject,
        anchor_event=definitions[slug].anchor_event, anchor_at=said["started"], now=now,
        facts=facts,
    )  # fmt: skip
    forget(request.actor, STARTING, patient.public_id, now)
    raised = list(run.tasks.order_by("due_at", "id")) if run else []
    context = {
        "patient": patient, "run": run, "raised": raised, "now": now, "zone": request.actor.zone,
        "title": run.playbook.title if run else definitions[slug].title,
    }  # fmt: skip
    if not request.htmx and raised:
        return redirect("worklist:task", raised[0].public_id)
    name = "_started" if request.htmx else "started"
    return render(request, f"worklist/{name}.html", context)


def subject_of(actor: Actor, patient: Patient) -> tuple[str, int]:
    """Return what a start by hand is about: the patient's last stay, else the patient."""
    stay = stays_in_scope(actor).filter(patient=patient).order_by("-admitted_at").first()
    return ("stay", stay.pk) if stay else ("patient", patient.pk)
