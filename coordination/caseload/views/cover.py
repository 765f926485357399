"""Asking a colleague to cover, answering, and reading what happened meanwhile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access import actions
from coordination.access.actions import CoverIn
from coordination.access.actions.cover import covers_in_scope
from coordination.access.actor import person_of
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Team, User
from coordination.caseload import queries
from coordination.caseload.cover_forms import OTHER, CoverForm, likely_window
from coordination.caseload.meanwhile import happened
from coordination.caseload.queries.cover import Candidate, candidates
from coordination.words import moment_words
from patients.actions import write_lines


@access("cover.set", trail="list")
@require_http_methods(["GET", "POST"])
def cover(request: StaffRequest) -> HttpResponse:
    """Ask a colleague to cover: filled in, so that one key sets it; and what stands already."""
    actor, now = request.actor, timezone.now()
    me = User.objects.get(pk=person_of(actor))
    teams = queries.teams_of(me, now)
    team = team_of(request, teams)
    found = candidates(me, team, actor.roles, now) if team else []
    patients = queries.patients_of(actor, me, team)
    with timezone.override(actor.zone):
        form = CoverForm(
            request.POST if request.method == "POST" else None,
            colleagues=found, patients=patients, now=now, zone=actor.zone,
            initial={
                "when": likely_window(now, actor.zone),
                "with_whom": str(found[0].public_id) if found else None,
            },
        )  # fmt: skip
        if team and form.is_bound and form.is_valid():
            return asked(request, form, me, team, found, now)
        context = {
            "form": form, "colleagues": found, "patients": patients, "now": now,
            "kept": bring_back(request, actor, form, "cover"),
            "zone": actor.zone, "other": OTHER, "me": me.pk, "teams": teams, "team": team,
            "covers": list(queries.live_covers(actor, now)[:50]),
            # who came to answer must not ask somebody else by the same key
            "waits": next((one.public_id for one in actor.asked if one.is_asked), None),
        }  # fmt: skip
        status = 422 if form.is_bound else 200
        return render(request, "caseload/cover.html", context, status=status)


def team_of(request: StaffRequest, teams: list[Team]) -> Team | None:
    """Return the team in which a person is covered: the one the form names, else their first."""
    wanted = request.POST.get("team") or request.GET.get("team") or ""
    first = teams[0] if teams else None
    return next((one for one in teams if str(one.public_id) == wanted), first)


def asked(
    request: StaffRequest, form: CoverForm, me: User, team: Team, found: list[Candidate],
    now: datetime,
) -> HttpResponse:  # fmt: skip
    """Set the cover with its lines, and say who was asked."""
    said = form.cleaned_data
    chosen = next(one for one in found if str(one.public_id) == said["with_whom"])
    wanted = CoverIn(
        me, User.objects.get(pk=chosen.pk), team, said["starts_at"], said["ends_at"],
        said["reason"],
    )  # fmt: skip
    made = actions.set_cover(request.actor, wanted, now)
    write_lines(request.actor, made, form.lines(), now)
    forget(request.actor, "cover", None, now)
    words = {
        "who": chosen.name,
        "until": moment_words(made.ends_at, now, request.actor.zone),
    }
    messages.success(request, _("%(who)s is asked to cover until %(until)s.") % words)
    return redirect("caseload:cover")


@access("cover.set", scope="cover")
@require_POST
def accept_cover(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a cover one is asked for."""
    actions.accept_cover(request.actor, public_id, timezone.now())
    messages.success(request, _("You cover. Their patients stand in your list while it lasts."))
    return redirect("caseload:cover")


@access("cover.set", scope="cover")
@require_POST
def end_cover(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Decline a cover, take it back, or end it."""
    actions.end_cover(request.actor, public_id, timezone.now())
    messages.success(request, _("Done. The work is its owner’s alone."))
    return redirect("caseload:cover")


@access("cover.set", scope="cover", trail="list")
@require_safe
def away(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show what happened while somebody was away, patient by patient, each with its hour."""
    actor, now = request.actor, timezone.now()
    found = covers_in_scope(actor).select_related("away", "covering", "team")
    one = found.get(public_id=public_id)
    ends = min(one.ended_at or one.ends_at, now)
    events = queries.events_while_away(actor, one, ends)
    calls = queries.calls_while_away(actor, one, ends)
    context = {
        "cover": one, "ends": ends, "now": now, "zone": actor.zone,
        "by_patient": happened(events, calls, queries.names_of(actor, calls), actor.zone),
        "to_read": one.away_id == person_of(actor) and one.seen_at is None and ends <= now,
    }  # fmt: skip
    return render(request, "caseload/away.html", context)


@access("cover.set", scope="cover")
@require_POST
def read_cover(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Note that the absent person has read it; the line about it goes."""
    actions.read_cover(request.actor, public_id, timezone.now())
    return redirect("/")
