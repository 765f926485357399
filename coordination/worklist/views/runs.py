"""What became of an act on many tasks: how far it is, and a result for each row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, queries
from coordination.worklist.models import BulkRun
from coordination.worklist.views.many import bulk_title
from patients.views.sheet import go

KEY_LENGTH = 4


@access("task.change", trail="list")
@require_safe
def runs(request: StaffRequest) -> HttpResponse:
    """List the latest acts on many tasks: one's own, and for a supervisor the team's."""
    actor = request.actor
    found = [(run, bulk_title(run.verb, rows)) for run, rows in queries.latest_runs(actor)]
    context = {"runs": found, "now": timezone.now(), "zone": actor.zone}
    return render(request, "worklist/runs.html", context)


@access("task.change", scope="bulk_run", trail="list")
@require_safe
def run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one run: how far it is, and what became of each row."""
    actor = request.actor
    found = queries.one_run(actor, public_id)
    only = request.GET.get("show") == "refused"
    after = request.GET.get("after", "")
    is_key = after.isascii() and after.isdigit() and len(after) < KEY_LENGTH
    page = queries.bulk_items(actor, found, int(after) if is_key else -1, only_refused=only)
    more = {"after": page.after, **({"show": "refused"} if only else {})}
    context = {
        **progress(found), "rows": page.rows, "only": only, "now": timezone.now(),
        "zone": actor.zone, "more_url": f"?{urlencode(more)}" if page.after is not None else "",
    }  # fmt: skip
    return render(request, "worklist/run.html", context)


@access("task.change", scope="bulk_run", background=True)
@require_safe
def run_progress(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give how far a run is; nothing while nothing changed. It shows no patient."""
    found = queries.one_run(request.actor, public_id)
    context = progress(found)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    response = render(request, "worklist/_run_progress.html", context)
    if found.ended_at is not None:
        response["HX-Refresh"] = "true"  # the rows now have their results
    return response


@access("task.change", scope="bulk_run")
@require_POST
def stop_run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Stop a run: what is done stays done."""
    actions.stop_bulk(request.actor, public_id, None, timezone.now())
    return go(request, reverse("worklist:run", args=[public_id]))


def progress(run: BulkRun) -> dict[str, Any]:
    """Return what the progress of a run is drawn from. 1 statement."""
    so_far = queries.progress_of(run)
    return {
        "run": run, "so_far": so_far, "title": bulk_title(run.verb, so_far.total),
        "seen": f"{so_far.tried}-{run.status}",
    }  # fmt: skip
