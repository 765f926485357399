"""Patients who came to a unit of one's team: taken over, whole or in part, or turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import User
from coordination.caseload.owner_forms import ReasonForm
from coordination.caseload.views.queue import QUEUE, taken
from coordination.forms import VersionedForm
from coordination.words import due_words
from coordination.worklist import actions
from coordination.worklist.models import OwnerProposal
from coordination.worklist.queries import HandedOver, owner_proposals, to_hand_over
from coordination.worklist.queries.takeovers import named_in
from patients.models import AssignmentKind

TAKEN = gettext_lazy("Taken over, with the open tasks.")


@access("task.assign_pool", scope="owner_proposal")
@require_POST
def take_over(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take over a patient who came to a unit of one's team, with all their open tasks."""
    actor, now = request.actor, timezone.now()
    owner_proposals(actor).get(public_id=public_id)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    done = actions.accept_takeover(actor, public_id, form.cleaned_data["version"], now)
    actor.shown.add(done.patient_id)
    return taken(request, done.patient, now, public_id, str(TAKEN))


class PartForm(VersionedForm):
    """What of a patient a team takes: the patient, and which open tasks. All is ticked at first."""

    patient = forms.BooleanField(
        label=gettext_lazy("The patient: who looks after them"), required=False
    )
    tasks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Open tasks"), coerce=UUID, required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("One of these is not open any more.")},
    )  # fmt: skip

    def __init__(self, *data: Any, found: Sequence[HandedOver], **options: Any) -> None:
        super().__init__(*data, **options)
        field: Any = self.fields["tasks"]
        field.choices = [(str(task.public_id), task.title) for task in found]

    def clean(self) -> dict[str, Any]:
        """Refuse to take nothing."""
        said = super().clean() or self.cleaned_data
        if "tasks" in said and not (said["tasks"] or said.get("patient")):
            self.add_error(
                "patient", _("Choose what you take over: the patient, or at least one task.")
            )
        return said


@access("task.assign_pool", scope="owner_proposal")
@require_http_methods(["GET", "POST"])
def take_part(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show who had what and who would have it; take over what stays ticked."""
    actor, now = request.actor, timezone.now()
    proposal = proposal_of(request, public_id)
    named = named_in(proposal, actor)
    found = to_hand_over(actor, proposal, named)
    form = PartForm(
        request.POST if request.method == "POST" else None, found=found,
        initial={
            "version": proposal.version, "patient": True,
            "tasks": [str(task.public_id) for task in found],
        },
    )  # fmt: skip
    if form.is_valid():
        said = form.cleaned_data
        wanted = actions.Part(said["patient"], frozenset(said["tasks"]))
        actions.accept_takeover(actor, public_id, said["version"], now, part=wanted)
        words = _("Taken over in part.") if is_part(wanted, found) else TAKEN
        return taken(request, proposal.patient, now, public_id, str(words))
    chosen = set(form["tasks"].value() or ())
    context = {
        "form": form, "proposal": proposal, "now": now,
        "rows": [
            (task, due_words(task.due_at, now, actor.zone) if task.due_at else "",
             str(task.public_id) in chosen)
            for task in found
        ],
        "named": named_words(named),
    }  # fmt: skip
    name = "_take_part" if request.htmx else "take_part"
    return render(request, f"caseload/{name}.html", context, status=422 if form.is_bound else 200)


def is_part(wanted: actions.Part, found: Sequence[HandedOver]) -> bool:
    """Say whether something is left with who had it."""
    return not wanted.patient or len(wanted.tasks) < len(found)


def named_words(named: Mapping[str, User | None]) -> list[tuple[str, str]]:
    """Return who would be what: ("Primary", "Erin Walsh")."""
    return [
        (str(AssignmentKind(kind).label), user.display_name)
        for kind, user in named.items()
        if user is not None
    ]


def proposal_of(request: StaffRequest, public_id: UUID) -> OwnerProposal:
    """Return a proposal about a patient in scope, with whom it names. 1 statement.

    Raises OwnerProposal.DoesNotExist.
    """
    rows = owner_proposals(request.actor).select_related(
        "patient", "team", "unit", "primary", "backup", "nurse"
    )
    found = rows.get(public_id=public_id)
    request.actor.shown.add(found.patient_id)
    return found


@access("task.assign_pool", scope="owner_proposal")
@require_http_methods(["GET", "POST"])
def turn_down(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask why, then leave the patient with whoever has them."""
    actor = request.actor
    proposal = proposal_of(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = TurnDownForm(data, initial={"version": proposal.version})
    if form.is_valid():
        said = form.cleaned_data
        actions.decline_takeover(
            actor, public_id, said["version"], timezone.now(), reason=said["reason"]
        )
        forget(actor, "turn-down", public_id, timezone.now())
        return answered(request, public_id, _("Turned down."))
    name = "_turn_down" if request.htmx else "turn_down"
    kept = bring_back(request, actor, form, "turn-down", public_id)
    context = {"form": form, "proposal": proposal, "patient": proposal.patient, "kept": kept}
    status = 422 if form.is_bound else 200
    return render(request, f"caseload/{name}.html", context, status=status)


class TurnDownForm(VersionedForm, ReasonForm):
    """Why a team does not take a patient over."""


@access("task.assign_pool", scope="owner_proposal")
@require_POST
def keep(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Read why another team did not take a patient over; with `again`, ask it once more."""
    actor = request.actor
    proposal_of(request, public_id)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    again = request.POST.get("again") == "1"
    actions.read_refusal(
        actor, public_id, form.cleaned_data["version"], timezone.now(), again=again
    )
    said = _("Asked again.") if again else _("The patient stays with you.")
    return answered(request, public_id, said)


def answered(request: StaffRequest, row: UUID, said: str) -> HttpResponse:
    """Say what became of a row, and let it leave the list."""
    if not request.htmx:
        return redirect(QUEUE)
    response = render(request, "caseload/_logged.html", {"said": said})
    trigger_client_event(response, "tasks-changed", {"task": str(row), "gone": True})
    return response
