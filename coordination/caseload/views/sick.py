"""A sick call: a supervisor gives a colleague's patients to those who are here, in a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coordination.access import actions
from coordination.access.actions import CoverIn
from coordination.access.duty import end_of_today
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Membership, Team, User
from coordination.access.rules import shares
from coordination.caseload import queries
from coordination.caseload.cover_forms import SickForm
from coordination.caseload.queries.cover import Candidate, OwnedPatient, candidates

MOST_SHARE = 3
DRAFT = "sick"  # the name a half-typed form is kept under


@access("cover.start", trail="list")
@require_http_methods(["GET", "POST"])
def sick(request: StaffRequest) -> HttpResponse:
    """Ask who is sick; then fill in who takes which patient. ?who= names the colleague."""
    now, who = timezone.now(), request.GET.get("who", "")
    people = in_my_teams(request, now)
    chosen = next((m for m in people if key_of(m) == who or str(m.user.public_id) == who), None)
    if chosen is None or chosen.team is None:
        listed = [(key_of(one), one) for one in people]
        return render(request, "caseload/sick_who.html", {"people": listed})
    return split(request, chosen.user, chosen.team, now)


def in_my_teams(request: StaffRequest, now: datetime) -> list[Membership]:
    """List who works in the teams one may start cover in, by name; in two teams, twice.

    1 statement.
    """
    found = (
        Membership.objects.filter(
            team__in=request.actor.team_ids, user__is_active=True, starts_at__lte=now
        )
        .exclude(ends_at__lte=now)
        .exclude(user=request.actor.user_id)
        .select_related("user", "team")
        .order_by("user__last_name", "user__first_name", "user_id", "team_id")
    )
    return list({(one.user_id, one.team_id): one for one in found}.values())


def key_of(one: Membership) -> str:
    """Return how the address names a person in one of their teams."""
    return f"{one.user.public_id}~{one.team.public_id}" if one.team else str(one.user.public_id)


def split(request: StaffRequest, who: User, team: Team, now: datetime) -> HttpResponse:
    """Show the list split among those on duty, or all to one (?all=); save starts the cover."""
    actor = request.actor
    patients = queries.patients_of(actor, who, team)
    roles = list(who.memberships.filter(team=team).values_list("role_id", flat=True))
    found = candidates(who, team, roles, now, whole_facility=True)
    with timezone.override(actor.zone):
        form = SickForm(
            request.POST if request.method == "POST" else None,
            colleagues=found, patients=patients, split=first_split(request, patients, found),
            now=now,
            initial={"reason": _("Sick"), "ends_at": end_of_today(who.pk, now, actor.zone)},
        )  # fmt: skip
        if form.is_bound and form.is_valid():
            return started(request, form, who, team, now)
        # to whom all go was asked for just now, whatever was typed before
        is_anew = "all" in request.GET
        kept = None if is_anew else bring_back(request, actor, form, DRAFT, who.public_id)
        return render(
            request, "caseload/sick.html", context_of(form, who, team, found, now) | {"kept": kept},
            status=422 if form.is_bound else 200,
        )  # fmt: skip


def first_split(
    request: StaffRequest, patients: list[OwnedPatient], found: list[Candidate]
) -> dict[int, int]:
    """Return who is filled in for each patient: colleagues alike on duty, or the one of ?all=.

    Of the team where there are two; else up to three of the facility.
    """
    pks = [patient.pk for patient in patients]
    alone = [one.pk for one in found if str(one.public_id) == request.GET.get("all")]
    here = [one for one in found if one.until is not None and one.alike]
    near = [one for one in here if one.near]
    chosen = near if len(near) > 1 else here or found[:1]
    return shares(pks, alone or [one.pk for one in chosen[:MOST_SHARE]])


def context_of(
    form: SickForm, who: User, team: Team, found: list[Candidate], now: datetime
) -> dict[str, Any]:
    """Return what the page shows."""
    values = [field.value() for _patient, field in form.rows()]
    return {
        "form": form,
        "who": who,
        "team": team,
        "key": f"{who.public_id}~{team.public_id}",
        "now": now,
        "rows": form.rows(),
        "colleagues": [(one, values.count(str(one.public_id))) for one in found[:9]],
    }


def started(
    request: StaffRequest, form: SickForm, who: User, team: Team, now: datetime
) -> HttpResponse:
    """Start the covers, and say so."""
    said, parts, rest = form.cleaned_data, form.parts(), form.rest_pk()
    people = User.objects.in_bulk([*parts, rest])
    others = tuple(sorted(pk for patients in parts.values() for pk in patients))
    until, why = said["ends_at"], said["reason"]
    wanted = [CoverIn(who, people[rest], team, now, until, why, (), others)]
    wanted += [
        CoverIn(who, people[pk], team, now, until, why, patients) for pk, patients in parts.items()
    ]
    made = actions.start_covers(request.actor, wanted, now)
    forget(request.actor, DRAFT, who.public_id, now)
    words = ngettext(
        "%(n)d colleague covers for %(who)s now.", "%(n)d colleagues cover for %(who)s now.",
        len(made),
    )  # fmt: skip
    messages.success(request, words % {"n": len(made), "who": who.display_name})
    return redirect("caseload:cover")
