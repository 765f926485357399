"""The acts on a task that need a reason: taken up, opened again, declined, failed, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, forms, queries
from coordination.worklist.models import OPEN_STATUSES, Task
from coordination.worklist.views.acts import both, not_mine, plain
from coordination.worklist.views.answers import Ask, ask


def closed(task: Task) -> bool:
    """Say whether the task has left every list of open work."""
    return task.status not in OPEN_STATUSES


def gone(_request: StaffRequest, task: Task) -> bool:
    """Say whether the row of the task leaves the list it stands on."""
    return closed(task)


def because(act: Any) -> Any:
    """Return an act that needs no more than its reason."""

    def do(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
        said = form.cleaned_data
        return act(  # type: ignore[no-any-return]
            request.actor, task.public_id, said["version"], now, why=said["why"]
        )

    return do


WHY = plain(forms.WhyForm)
END_HOLD = Ask(
    _("Take up again"), _("Take up"), WHY, because(actions.end_hold), _("Task taken up again.")
)
REOPEN = Ask(_("Open again"), _("Open again"), WHY, because(actions.reopen), _("Open again."))
REJECT = Ask(
    _("Decline"), _("Decline"), WHY, because(actions.reject), _("Declined: back to who asked."),
    gone=not_mine, note=_("It goes back to whoever asked, due as before."),
)  # fmt: skip
FAIL = Ask(
    _("Could not be done"), _("Close as not done"), WHY, because(actions.fail),
    _("Closed as not done."), gone=gone,
)  # fmt: skip


@access("task.change", scope="task")
@both
def end_hold(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the task up again before its date."""
    return ask(request, public_id, END_HOLD)


@access("task.change", scope="task")
@both
def reopen(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Open a done task again."""
    return ask(request, public_id, REOPEN)


@access("task.change", scope="task")
@both
def reject(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Decline a task that was handed over."""
    return ask(request, public_id, REJECT)


@access("task.change", scope="task")
@both
def fail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """End a task that could not be done."""
    return ask(request, public_id, FAIL)


def asks_first(actor: Actor, public_id: UUID) -> bool:
    """Say whether a supervisor decides about canceling this open task. 0 or 1 statement."""
    if actor.may("task.cancel_regulatory") or not actor.may("request.ask"):
        return False
    task = queries.open_task(actor, public_id)
    return actions.is_owed(task) and not closed(task)


def _cancel(request: StaffRequest, task: Task, form: Any, now: datetime) -> Task:
    said = form.cleaned_data
    return actions.cancel(
        request.actor, task.public_id, said["version"], now, reason=said["reason"],
        words=said["words"],
    )  # fmt: skip


CANCEL = Ask(
    _("Cancel this task"), _("Cancel the task"), plain(forms.CancelForm), _cancel,
    _("Task cancelled."), gone=gone,
)  # fmt: skip


@access("task.change", scope="task")
@both
def cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Cancel the task, with a reason from the list; who may not is led to who decides."""
    if request.method == "GET" and asks_first(request.actor, public_id):
        return redirect("worklist:ask_to_cancel", public_id)
    return ask(request, public_id, CANCEL)
