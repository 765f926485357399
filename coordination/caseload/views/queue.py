"""The queue of one's pools: what nobody owns, taken in one key."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Team
from coordination.caseload import queries
from coordination.caseload.queries import QueueNumbers
from coordination.caseload.queries.queue import PoolRow, QueueKey
from coordination.caseload.queue_lines import back_lines, bare_lines, moved_lines, pool_lines
from coordination.caseload.rules import Day, day_of
from coordination.caseload.views.day import capped
from coordination.forms import VersionedForm
from coordination.words import age_words, late_words, today_words
from coordination.worklist import actions
from coordination.worklist.models import Task
from coordination.worklist.queries import open_task
from coordination.worklist.views.answers import changed
from patients.models import Patient
from patients.queries import open_chart

PARTS = ("moved", "patients", "tasks", "late")
QUEUE = "caseload:queue"


@access("task.read", trail="list")
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """Show what waits for somebody of one's teams, the oldest first."""
    actor, now = request.actor, timezone.now()
    today = day_of(now, actor.zone)
    lane, after = request.GET.get("lane", ""), key_of(request.GET.get("after", ""))
    lane = lane if lane in PARTS else ""
    tasks: list[PoolRow] = []
    next_key: QueueKey | None = None
    if lane in {"", "tasks", "late"}:
        tasks, next_key = queries.unowned_tasks(actor, now, late=lane == "late", after=after)
    context: dict[str, Any] = {
        "tasks": pool_lines(tasks, today),
        "more_url": more_url(lane, next_key),
        "now": now, "zone": actor.zone,
    }  # fmt: skip
    if request.htmx and after:
        return render(request, "caseload/_queue_tasks.html", context)
    numbers = queries.queue_numbers(actor, now)
    moved = queries.to_take_over(actor, now) if lane in {"", "moved"} and not after else []
    back = queries.turned_down(actor, now) if lane in {"", "moved"} and not after else []
    bare = queries.without_anyone(actor, now) if lane in {"", "patients"} and not after else []
    context |= {
        "moved": moved_lines(moved, today), "back": back_lines(back, today),
        "bare": bare_lines(bare, today), "lane": lane, "numbers": numbers,
        "lanes": lanes(numbers, lane, today), "today": today_words(now, actor.zone),
    }  # fmt: skip
    name = "_queue" if request.htmx and request.htmx.target == "worklist" else "queue"
    return render(request, f"caseload/{name}.html", context)


def more_url(lane: str, key: QueueKey | None) -> str:
    """Return the address of the next page of tasks, or "" on the last."""
    if key is None:
        return ""
    return "?" + urlencode({"lane": lane, "after": f"{key[0].isoformat()}~{key[1]}"})


def key_of(text: str) -> QueueKey | None:
    """Read the key of a page of tasks; what is no key starts at the top."""
    at, _sep, pk = text.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not 0 < int(pk) < 2**63:
            return None
    except ValueError:
        return None
    return instant, int(pk)


def lanes(numbers: QueueNumbers, lane: str, today: Day) -> list[dict[str, Any]]:
    """Return the four counters, each a link that shows its part alone."""
    since = numbers.bare_since
    table = (
        ("moved", "wait", numbers.moved + numbers.back, _("To take over"), _("Take over"),
         _("%(n)s turned down, with you") % {"n": numbers.back} if numbers.back
         else _("came to a unit of yours")),
        ("patients", "soon", numbers.bare, _("Patients without anyone"), _("Patients"),
         _("oldest %(age)s") % {"age": age_words(since, today.now)} if since else _("nobody")),
        ("tasks", "", numbers.tasks, _("Work nobody owns"), _("Work"), _("in your pools")),
        ("late", "late", numbers.late, _("Of it late"), _("Late"),
         late_words(numbers.late_since, today.now) if numbers.late_since else _("nothing")),
    )  # fmt: skip
    return [
        {
            "code": code, "tone": tone if count else "", "count": capped(count), "label": label,
            "short": short, "second": second, "current": lane == code,
            "url": "/queue/" if lane == code else f"?lane={code}",
        }
        for code, tone, count, label, short, second in table
    ]  # fmt: skip


@access("task.change", scope="task")
@require_POST
def take_task(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take an unowned task: it is on one's own list from now on."""
    task = open_task(request.actor, public_id)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    version = form.cleaned_data["version"]
    taken: Task = actions.assign(
        request.actor, public_id, version, timezone.now(), team=task.team,
        assignee=request.actor.user,
    )  # fmt: skip
    if not request.htmx:
        return redirect(QUEUE)
    return changed(request, taken, _("Yours now."), gone=True)


class TeamForm(forms.Form):
    """For which of one's teams."""

    team = forms.UUIDField()


@access("task.assign_pool", scope="patient")
@require_POST
def take_patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a patient nobody looks after, with the team's unowned work about them."""
    actor, now = request.actor, timezone.now()
    open_chart(actor, public_id)
    form = TeamForm(request.POST)
    if not form.is_valid():
        return render(request, "worklist/_broken.html", status=422)
    teams = Team.objects.filter(pk__in=actor.team_ids)
    team = teams.get(public_id=form.cleaned_data["team"])
    patient = actions.take_patient(actor, public_id, team, now)
    return taken(request, patient, now, public_id, _("Your patient now, with the open work."))


def taken(
    request: StaffRequest, patient: Patient, now: datetime, row: UUID, said: str
) -> HttpResponse:
    """Say what was taken, with Undo, and let its row leave the list."""
    if not request.htmx:
        return redirect(QUEUE)
    context = {"sentence": said, "token": actions.owners_token(patient, now)}
    response = render(request, "caseload/_taken.html", context)
    trigger_client_event(response, "tasks-changed", {"task": str(row), "gone": True})
    return response


@access("task.assign_pool")
@require_POST
def undo_owners(request: StaffRequest) -> HttpResponse:
    """Take back who looks after a patient, within ten seconds."""
    token = request.POST.get("token", "")[:120]
    patient = actions.undo_owners(request.actor, token, timezone.now())
    request.actor.shown.add(patient.pk)
    if not request.htmx:
        return redirect(QUEUE)
    context = {"sentence": _("Taken back."), "token": ""}
    response = render(request, "caseload/_taken.html", context)
    trigger_client_event(response, "list-stale")
    return response
