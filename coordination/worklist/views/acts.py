"""One view for each act on a task."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from coordination.access.half_typed import forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.forms import VersionedForm
from coordination.worklist import actions, forms, queries
from coordination.worklist.models import Task
from coordination.worklist.views.answers import Ask, ask, changed, draft_name, drawer, sent
from coordination.worklist.views.owners import chosen_owner, owner_choices

both = require_http_methods(["GET", "POST"])


def plain(form: Any) -> Any:
    """Return what makes a form that needs no more than the task and the time."""

    def make(request: StaffRequest, task: Task, data: Any, now: datetime) -> Form:
        return form(  # type: ignore[no-any-return]
            data, initial={"version": task.version}, now=now, zone=request.actor.zone
        )

    return make


def not_mine(request: StaffRequest, task: Task) -> bool:
    """Say whether the task has left the actor's own list, which holds whom they cover for."""
    return not request.actor.owns_for(task.assignee_id, task.patient_id)


@access("task.change", scope="task")
@both
def done(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Close at once where the proof exists or a word suffices; else ask for the one thing missing.

    A press on D posts the version alone.
    """
    now = timezone.now()
    if request.method == "POST" and "outcome" not in request.POST:
        return _at_a_press(request, public_id, now)
    task = queries.open_task(request.actor, public_id)
    form = done_form(request, task, request.POST if request.method == "POST" else None, now)
    request.sent = sent(request, form, DONE, now)
    if form.is_bound and form.is_valid():
        closed_task = finish(request, task, form, now)
        forget(request.actor, draft_name(request), public_id, now)
        return changed(request, closed_task, str(DONE.said), gone=True)
    return drawer(request, task, form, DONE)


def _at_a_press(request: StaffRequest, public_id: UUID, now: datetime) -> HttpResponse:
    """Close the task; the form is only made when something is missing. The hottest act there is."""
    try:
        version = int(request.POST.get("version", ""))
    except ValueError:
        version = 0
    try:
        closed_task = actions.complete(request.actor, public_id, version, now)
    except actions.ProofMissing:
        task = queries.open_task(request.actor, public_id)
        response = drawer(request, task, done_form(request, task, None, now), DONE, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
        return response
    return changed(request, closed_task, str(DONE.said), gone=True)


def done_form(request: StaffRequest, task: Task, data: Any, now: datetime) -> forms.DoneForm:
    """Return the form that closes a task."""
    return forms.DoneForm(
        data, initial={"version": task.version}, now=now, zone=request.actor.zone, task=task,
        results=queries.results_of(task),
    )  # fmt: skip


def finish(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    """Close the task with what was typed."""
    said = form.cleaned_data
    code, fields = form.answer()
    return actions.complete(
        request.actor, task.public_id, said["version"], now, evidence=form.evidence(),
        outcome=said["outcome"], result_code=code, result_fields=fields, minutes=said["minutes"],
    )  # fmt: skip


DONE = Ask(_("Done"), _("Close this task"), done_form, finish, _("Task closed."))


def _move_form(request: StaffRequest, task: Task, data: Any, now: datetime) -> Form:
    return forms.MoveForm(
        data, initial={"version": task.version}, now=now, zone=request.actor.zone,
        may_undate=task.clock_id is None,
    )  # fmt: skip


def _move(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    said = form.cleaned_data
    return actions.move_due(
        request.actor, task.public_id, said["version"], now, due_at=said["due_at"],
        due_event=said["due_event"], why=said["why"],
    )  # fmt: skip


MOVE = Ask(
    _("Move due time"), _("Move"), _move_form, _move, _("Due time moved."),
    note=_("The screen will say: set by a person. A deadline behind the task does not move."),
)  # fmt: skip


@access("task.change", scope="task")
@both
def move(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Set another due time."""
    return ask(request, public_id, MOVE)


def _assign_form(request: StaffRequest, task: Task, data: Any, now: datetime) -> Form:
    return forms.AssignForm(
        data, initial={"version": task.version}, now=now, zone=request.actor.zone,
        owners=owner_choices(request.actor, task.team, now),
    )  # fmt: skip


def _assign(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    said = form.cleaned_data
    team, user = chosen_owner(request.actor, task.team, said["to"])
    return actions.assign(
        request.actor, task.public_id, said["version"], now, team=team, assignee=user,
        why=said["why"],
    )  # fmt: skip


ASSIGN = Ask(
    _("Assign"), _("Assign"), _assign_form, _assign, _("Task has another owner."), gone=not_mine,
    note=_("A person it is handed to is asked first; until they accept, they may decline."),
)  # fmt: skip


@access("task.change", scope="task")
@both
def assign(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give the task another owner."""
    return ask(request, public_id, ASSIGN)


def _escalate(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    said = form.cleaned_data
    actions.escalate(request.actor, task.public_id, said["version"], now, note=said["note"])
    return task


ESCALATE = Ask(
    _("Escalate now"), _("Tell them"), plain(forms.NoteForm), _escalate,
    _("The next person up was told."), kind="confirm",
    note=_("The next person of the team’s ladder is told at once. The task stays with its owner."),
)  # fmt: skip


@access("task.escalate", scope="task")
@both
def escalate(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Tell the next rung now."""
    return ask(request, public_id, ESCALATE)


def _hold(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    said = form.cleaned_data
    return actions.hold(
        request.actor, task.public_id, said["version"], now, until=said["until"], why=said["why"]
    )


HOLD = Ask(
    _("Set aside"), _("Set aside"), plain(forms.HoldForm), _hold, _("Task set aside."),
    note=_("It comes back by itself, within 120 days. A deadline behind it runs on."),
)  # fmt: skip


@access("task.change", scope="task")
@both
def hold(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Set the task aside until a date."""
    return ask(request, public_id, HOLD)


def _wait_form(request: StaffRequest, task: Task, data: Any, now: datetime) -> Form:
    stands = {
        "version": task.version, "kind": task.waiting_on_kind, "person": task.waiting_on_person,
        "role": task.waiting_on_role, "phone": task.waiting_on_phone,
    }  # fmt: skip
    return forms.WaitForm(data, initial=stands, now=now, zone=request.actor.zone)


def _wait(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    waiting, version = form.waiting(), form.cleaned_data["version"]
    if waiting is None:
        return actions.stop_waiting(request.actor, task.public_id, version, now)
    return actions.wait_on(request.actor, task.public_id, version, now, waiting=waiting)


WAIT = Ask(
    _("Waiting on"), _("Save"), _wait_form, _wait, _("Saved whom this waits for."),
    note=_("The task stays with its owner and is due as before."),
)  # fmt: skip


@access("task.change", scope="task")
@both
def wait(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Note whom outside the team the task waits for."""
    return ask(request, public_id, WAIT)


@access("task.change", scope="task")
@require_http_methods(["POST"])
def start(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Begin the task."""
    return _at_once(request, public_id, actions.start, _("Begun."))


@access("task.change", scope="task")
@require_http_methods(["POST"])
def accept(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a task that was handed over."""
    return _at_once(request, public_id, actions.accept, _("Accepted."))


def _at_once(request: StaffRequest, public_id: UUID, act: Any, said: Any) -> HttpResponse:
    task = queries.open_task(request.actor, public_id)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    done_task = act(request.actor, task.public_id, form.cleaned_data["version"], timezone.now())
    return changed(request, done_task, str(said), gone=False, undoes=False)
