"""The overdue report, in the browser and as CSV."""

from __future__ import annotations

from dataclasses import replace

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access import audit
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.settings_of import missing_settings
from coordination.columns import columns_for
from coordination.csv_out import csv_response
from coordination.reports import page, queries
from coordination.reports.drill import drill_from
from coordination.reports.forms import ExportForm
from coordination.worklist.actions import MOST_IN_RUN

EXPORT_ROWS = 5000


@access("report.own", trail="list")
@require_safe
def overdue(request: StaffRequest) -> HttpResponse:
    """Show what is late: how much, how old, whose, why; each number opens to its rows."""
    now, drill = timezone.now(), drill_from(request.GET)
    context = page.overdue(request.actor, now, drill, request.GET)
    context |= columns_for("overdue", request)
    name = "_rows" if request.htmx and drill.after else "overdue"
    return render(request, f"reports/{name}.html", context)


@access("task.change", trail="list")
@require_safe
def chosen(request: StaffRequest) -> HttpResponse:
    """Give every late row the drill-down matches, as a bulk act takes them: 500 at most."""
    actor, now = request.actor, timezone.now()
    cuts = page.cuts(actor, now, page.days_before(actor, now))
    drill = replace(drill_from(request.GET), after=None)
    rows, _is_cut = queries.rows(actor, now, cuts, drill, MOST_IN_RUN)
    return JsonResponse({"tasks": [f"{row.public_id}:{row.version}" for row in rows]})


@access("report.team", background=True)
@require_safe
def unsettled(request: StaffRequest) -> HttpResponse:
    """Say what the hospital has not settled, and what does not happen for it. Shows no patient."""
    organization = request.actor.organization
    missing = missing_settings(organization) if organization else []
    name = "_unsettled" if request.htmx else "unsettled"
    return render(request, f"reports/{name}.html", {"missing": missing})


@access("export.team", trail="export")
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask why, then give the rows as CSV. The audit row is written before the first byte."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "query": request.GET.urlencode()}
        return render(request, "reports/export.html", context, status=status)
    actor, now = request.actor, timezone.now()
    cuts = page.cuts(actor, now, page.days_before(actor, now))
    rows, is_cut = queries.rows(actor, now, cuts, drill_from(request.GET), EXPORT_ROWS)
    pks = {row.patient_pk for row in rows}
    actor.shown.clear()
    audit.record_export(actor, "overdue", pks, rows=len(rows))
    actor.detail["reason"] = form.cleaned_data["reason"]
    watermark = _("%(who)s, %(at)s, %(rows)s rows%(cut)s") % {
        "who": actor.user.username if actor.user else "",
        "at": now.astimezone(actor.zone).isoformat(timespec="minutes"),
        "rows": len(rows),
        "cut": _(", cut at the limit") if is_cut else "",
    }
    return csv_response(
        "overdue", page.CSV_HEAD, page.csv_rows(rows, now, actor.zone), watermark=watermark
    )
