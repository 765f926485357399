"""Who looks after a patient: the form, its history, and giving several patients at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from coordination.access.actor import Actor
from coordination.access.duty import on_duty
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Team, User
from coordination.caseload import queries
from coordination.caseload.owner_forms import KINDS, GiveManyForm, OwnersForm
from coordination.caseload.views.patient import opened
from coordination.events import rehearse
from coordination.records import Refused
from coordination.worklist.actions import give_patient
from coordination.worklist.queries import colleagues
from patients.actions import standing_of
from patients.models import AssignmentKind, Patient
from patients.queries import open_chart, scope

MOST_AT_ONCE = 50
OWNERS = "owners"  # the name a half-typed form is kept under
PRIMARY, BACKUP = AssignmentKind.PRIMARY, AssignmentKind.BACKUP


@access("patient.read", scope="patient")
@require_safe
def owners(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show who looks after the patient, and everybody who did, with who decided it and why."""
    chart, context = opened(request, public_id, "")
    context["rows"] = queries.owner_history(chart)
    context["teams"] = queries.own_teams_of(request.actor, chart)
    return render(request, "caseload/owners.html", context)


@access("task.assign_pool", scope="patient")
@require_http_methods(["GET", "POST"])
def change_owners(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say who of one team is primary, backup and nurse of the patient."""
    actor, now = request.actor, timezone.now()
    patient = open_chart(actor, public_id)
    teams = queries.own_teams_of(actor, patient)
    wanted = request.POST.get("team") or request.GET.get("team") or ""
    team = next((one for one in teams if str(one.public_id) == wanted), teams[0] if teams else None)
    if team is None:
        raise Team.DoesNotExist
    standing = {kind: row.user for kind, row in standing_of(patient, team).items()}
    form = OwnersForm(
        request.POST if request.method == "POST" else None,
        people=people_of(actor, team, now), standing=standing,
        initial={"with_tasks": True},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        found = users_named(actor, form.named())
        give_patient(
            actor, public_id, team, form.wanted(found), now=now, was=form.was(found),
            reason=form.cleaned_data["reason"], with_tasks=form.cleaned_data["with_tasks"],
        )  # fmt: skip
        forget(actor, OWNERS, public_id, now)
        return gone_back(request, public_id)
    context = {
        "form": form, "patient": patient, "team": team, "teams": teams, "now": now,
        "kept": bring_back(request, actor, form, OWNERS, public_id), "draft": OWNERS,
        "kinds": [form[kind.value] for kind in KINDS],
    }  # fmt: skip
    name = "_change_owners" if request.htmx else "change_owners"
    return render(request, f"caseload/{name}.html", context, status=422 if form.is_bound else 200)


def gone_back(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Go to the patient's page, or stay on the queue where the form was opened there."""
    if request.htmx and (request.htmx.current_url_abs_path or "").startswith("/queue/"):
        response = render(request, "caseload/_logged.html", {"said": _("Given.")})
        response["HX-Trigger"] = "list-stale"
        return response
    if request.htmx:
        there: HttpResponse = HttpResponseClientRedirect(f"/patients/{public_id}/")
        return there
    return redirect("caseload:patient", public_id)


def people_of(actor: Actor, team: Team, now: datetime) -> list[tuple[str, str]]:
    """List whom the actor may choose, with their load: all of the team, or only themselves.

    2 statements.
    """
    own = {str(actor.user.public_id)} if actor.user else set()
    found = {
        str(one.public_id): ngettext("%(name)s · %(n)d open", "%(name)s · %(n)d open",
                                     one.open_tasks) % {"name": one.name, "n": one.open_tasks}
        for one in colleagues(team, now)
    }  # fmt: skip
    for shift in on_duty(team.organization_id, now, team_id=team.pk):
        floats = _("%(name)s · on duty here") % {"name": shift.user.display_name}
        found.setdefault(str(shift.user.public_id), floats)
    if not actor.may("task.assign"):
        found = {key: words for key, words in found.items() if key in own}
    return list(found.items())


def users_named(actor: Actor, public_ids: Iterable[str]) -> dict[str, User]:
    """Return the people of the organization by public id. 1 statement."""
    rows = User.objects.filter(
        organization_id=actor.organization_id, public_id__in=list(public_ids)
    )
    return {str(user.public_id): user for user in rows}


@dataclass(frozen=True, slots=True)
class Given:
    """What happens, or happened, to one patient. said: why not, empty when it goes."""

    patient: Patient
    before: str
    after: str
    backup: str
    tasks: int
    said: str = ""


@access("patient.assign", trail="list")
@require_http_methods(["GET", "POST"])
def give_many(request: StaffRequest) -> HttpResponse:
    """Give chosen patients to one person: first what would change, then, confirmed, the result."""
    actor, now = request.actor, timezone.now()
    patients = chosen(actor, request.POST if request.method == "POST" else request.GET)
    form = GiveManyForm(
        request.POST if request.method == "POST" else None, people=people_by_team(actor, now)
    )
    context: dict[str, Any] = {"patients": patients, "form": form}
    if not patients or not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return render(request, "caseload/give_many.html", context, status=status)
    context["is_done"] = request.POST.get("confirm") == "1"
    context["rows"] = [
        give_one(actor, patient, form, now, is_rehearsed=not context["is_done"])
        for patient in patients
    ]
    return render(request, "caseload/given_many.html", context)


def chosen(actor: Actor, asked: QueryDict) -> Sequence[Patient]:
    """Return the chosen patients in scope, by name; what cannot be read is left out. 1 statement.

    Fifty at most.
    """
    ids = []
    for text in asked.getlist("patient")[:MOST_AT_ONCE]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    found = list(scope(actor).filter(public_id__in=ids).order_by("name_norm", "pk"))
    actor.shown.update(patient.pk for patient in found)
    return found


def people_by_team(actor: Actor, now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """List everybody of the actor's teams under the team's name, "team:person" as value."""
    teams = Team.objects.filter(pk__in=actor.team_ids).order_by("name", "pk")
    return [
        (
            team.name,
            [(f"{team.public_id}:{key}", words) for key, words in people_of(actor, team, now)],
        )
        for team in teams
    ]  # fmt: skip


def give_one(
    actor: Actor, patient: Patient, form: GiveManyForm, now: datetime, *, is_rehearsed: bool
) -> Given:
    """Give one patient, or rehearse it; a refusal of one stops no other."""
    said = form.cleaned_data
    team_id, _colon, person = said["primary"].partition(":")
    team = Team.objects.get(pk__in=actor.team_ids, public_id=team_id)
    found = users_named(actor, {person, said["backup"].partition(":")[2]} - {""})
    wanted: dict[str, User | None] = {PRIMARY: found[person]}
    if said["backup"]:
        wanted[BACKUP] = found[said["backup"].partition(":")[2]]
    standing = standing_of(patient, team)
    before = standing[PRIMARY].user if PRIMARY in standing else None
    sentence, tasks = "", 0

    def act() -> None:
        give_patient(
            actor, patient.public_id, team, wanted, now=now, reason=said["reason"],
            with_tasks=said["with_tasks"],
        )  # fmt: skip

    try:
        if is_rehearsed:
            tasks = sum(event.kind == "task.assigned" for event in rehearse(act))
        else:
            with transaction.atomic():
                act()
    except Refused as refusal:
        sentence = refusal.sentence
    backup = wanted.get(BACKUP)
    return Given(
        patient, before.display_name if before else "", found[person].display_name,
        backup.display_name if backup else "", tasks, sentence,
    )  # fmt: skip
