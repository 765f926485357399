"""Making a task: one line, read back before it is saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coordination.access.actor import Actor
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Team, User
from coordination.worklist import actions, forms, queries
from coordination.worklist.models import DueEvent, Jot, TaskKind
from coordination.worklist.rules import ParsedTask, parse_line
from coordination.worklist.views.answers import tell_list
from patients.models import Patient
from patients.queries import open_chart, scope
from patients.rules import identifier_norm

DRAFT = "task-new"


def problem_words(code: str, word: str) -> str:
    """Return the sentence for what could not be read in a line."""
    return {
        "unknown-name": _("Nobody and no team here is called “%(word)s”."),
        "several-names": _("“%(word)s” is the name of several: write more of it."),
        "unknown-mark": _("“%(word)s” is no mark; !urgent, !asap and !stat are."),
        "no-title": _("Say what is to be done."),
        "too-long": _("This line is too long; 300 characters are the most."),
    }[code] % {"word": word}


def find_patient(actor: Actor, mrn: str) -> Patient | None:
    """Return the patient in scope with this MRN, or None."""
    return (
        scope(actor)
        .filter(identifiers__value_norm=identifier_norm(mrn), identifiers__is_mrn=True)
        .first()
    )


def read_line(
    actor: Actor, patient: Patient, line: str, now: datetime
) -> tuple[ParsedTask, dict[str, Any]]:
    """Read a line for one patient: what it said, and the same in words."""
    teams, people = queries.names_after_at(actor, patient.pk, now)
    heard = parse_line(line, now, actor.zone, teams, people)
    team = next((one.names[0] for one in teams if one.key == heard.team), "")
    person = next((one.names[0] for one in people if one.key == heard.person), "")
    words = {
        "heard": heard, "team": team, "person": person, "now": now, "zone": actor.zone,
        "kind": TaskKind(heard.kind).label,
        "event": DueEvent(heard.due_event).label if heard.due_event else "",
        "problems": [
            problem_words(code, word)
            for code, word in heard.problems
            if line.strip() or code != "no-title"
        ],
    }  # fmt: skip
    return heard, words


@access("task.create", scope="")
@require_POST
def line(request: StaffRequest) -> HttpResponse:
    """Read a line back as it would be saved."""
    patient = find_patient(request.actor, request.POST.get("mrn", "")[:100])
    if patient is None:
        return render(request, "worklist/_heard.html", {"heard": None})
    request.actor.shown.add(patient.pk)
    _heard, words = read_line(
        request.actor, patient, request.POST.get("line", "")[:400], timezone.now()
    )
    return render(request, "worklist/_heard.html", words)


@access("task.create", scope="")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Make a task of one typed line, for one patient."""
    now = timezone.now()
    start = _start(request)
    form = forms.NewTaskForm(request.POST or None, initial=start)
    form.fields["line" if start["mrn"] else "mrn"].widget.attrs["autofocus"] = True
    if form.is_bound and form.is_valid():
        patient = find_patient(request.actor, form.cleaned_data["mrn"])
        if patient is None:
            form.add_error("mrn", _("No patient of yours has this number."))
        else:
            request.actor.shown.add(patient.pk)
            heard, words = read_line(request.actor, patient, form.cleaned_data["line"], now)
            for sentence in words["problems"]:
                form.add_error("line", sentence)
            if form.is_valid():
                made = _make(request, patient, heard, form.cleaned_data["create_key"], now)
                forget(request.actor, DRAFT, start["about"], now)
                return made
    draft = "" if _jot(request) else DRAFT  # a jot's line is kept already
    kept = bring_back(request, request.actor, form, draft, start["about"]) if draft else None
    context = {
        "form": form, "action": request.get_full_path(), "about": start["about"], "kept": kept,
        "draft": draft,
    }  # fmt: skip
    name = "_new" if request.htmx else "new"
    status = 422 if form.is_bound else 200
    return render(request, f"worklist/{name}.html", context, status=status)


def _start(request: StaffRequest) -> dict[str, Any]:
    """Return what the form starts with: the patient the page was opened from, the key, the jot."""
    wanted = request.GET.get("patient", "")
    try:
        patient = open_chart(request.actor, UUID(wanted)) if wanted else None
    except (ValueError, Patient.DoesNotExist):
        patient = None
    jot = _jot(request)
    return {
        "mrn": patient.mrn if patient else "", "line": jot.text if jot else "",
        "create_key": uuid4(), "about": patient.public_id if patient else None,
    }  # fmt: skip


def _jot(request: StaffRequest) -> Jot | None:
    """Return the actor's own jot that the page was opened for."""
    wanted = request.GET.get("jot", "")
    try:
        return queries.my_jot(request.actor, UUID(wanted)) if wanted else None
    except (ValueError, Jot.DoesNotExist):
        return None


def _make(
    request: StaffRequest, patient: Patient, heard: ParsedTask, key: UUID, now: datetime
) -> HttpResponse:
    actor = request.actor
    person = User.objects.filter(pk=heard.person).first() if heard.person else None
    team = _team(actor, patient, heard, person)
    jot = _jot(request)
    promise: dict[str, Any] = {
        "title": heard.title[:160], "kind": heard.kind, "team": team, "due_at": heard.due_at,
        "assignee": person or (actor.user if heard.team is None else None), "create_key": key,
        "due_event": heard.due_event, "priority": heard.priority,
    }  # fmt: skip
    if jot is not None:
        made = actions.make_task_of_jot(actor, jot.public_id, patient=patient, now=now, **promise)
    else:
        made = actions.raise_task(actor, patient=patient, now=now, **promise)
    if not request.htmx:
        return redirect("worklist:task", made.public_id)
    response = render(request, "worklist/_done.html", {"sentence": _("Task saved."), "token": ""})
    tell_list(response, [made.public_id], gone=False)
    return response


def _team(actor: Actor, patient: Patient, heard: ParsedTask, person: User | None) -> Team:
    """Return the team a task goes to: the one named, else the owner's own, of the patient's."""
    looked_after = Team.objects.filter(
        assignment__patient=patient, assignment__ends_at__isnull=True
    ).distinct()
    if heard.team is not None:
        return looked_after.get(pk=heard.team)
    owner = person or actor.user
    own = looked_after.filter(memberships__user=owner).order_by("pk").first()
    return own or looked_after.order_by("pk")[0]
