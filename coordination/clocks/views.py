"""Pages of clocks: why a date is what it is, a patient's clocks, the rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coordination.access.half_typed import bring_back_each, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.clocks import actions, queries
from coordination.clocks.forms import LOCAL, ExplainForm, ExtendForm, SignForm, StartForm, StopForm
from coordination.clocks.models import Clock, ClockState
from coordination.forms import VersionedForm
from patients.queries import open_chart


@access("clock.read", scope="clock")
@require_http_methods(["GET"])
def why(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Explain a due date: a drawer for htmx, else a page."""
    return _explain(request, queries.why(request.actor, public_id))


@access("clock.move", scope="clock")
@require_http_methods(["GET", "POST"])
def start(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show what another start would move (GET), or move it (POST)."""
    found = queries.why(request.actor, public_id)
    form = _start_form(request, found)
    if request.method == "GET":
        name = "_moves" if request.htmx else "why"
        return render(request, f"clocks/{name}.html", _context(request, found, form))
    if not form.is_valid():
        return _explain(request, found, form, status=422)
    clock, count = actions.correct_start(
        request.actor, public_id, form.cleaned_data["version"], form.cleaned_data["start"],
        form.cleaned_data["why"], timezone.now(),
    )  # fmt: skip
    forget(request.actor, "clock-start", public_id, timezone.now())
    said = ngettext("%(count)d due date moved.", "%(count)d due dates moved.", count) % {
        "count": count
    }
    return _done(request, clock, said)


@access("clock.explain", scope="clock")
@require_http_methods(["POST"])
def explain(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Explain why a deadline was missed; it stays missed."""
    found = queries.why(request.actor, public_id)
    form = _act("explain", found.clock, request.POST)
    if not form.is_valid():
        return _explain(request, found, bound=("explain", form), status=422)
    typed = form.cleaned_data
    clock = actions.explain(
        request.actor, found.clock, typed["cause"], typed["text"], timezone.now(), typed["version"]
    )
    forget(request.actor, "clock-explain", public_id, timezone.now())
    return _done(request, clock, _("Explained. It stays on the record as late."))


@access("clock.explain", scope="clock")
@require_http_methods(["POST"])
def stop(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that a clock no longer applies, and what made it so."""
    found = queries.why(request.actor, public_id)
    form = _act("stop", found.clock, request.POST)
    if not form.is_valid():
        return _explain(request, found, bound=("stop", form), status=422)
    clock = actions.not_applicable(
        request.actor, found.clock, form.cleaned_data["why"], timezone.now(),
        form.cleaned_data["version"],
    )  # fmt: skip
    forget(request.actor, "clock-stop", public_id, timezone.now())
    return _done(request, clock, _("This clock no longer applies."))


@access("clock.move", scope="clock")
@require_http_methods(["POST"])
def extend(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Grant the more time that the clock's rule allows for what was documented."""
    found = queries.why(request.actor, public_id)
    form = _act("extend", found.clock, request.POST)
    if not form.is_valid():
        return _explain(request, found, bound=("extend", form), status=422)
    clock = actions.extend(
        request.actor, public_id, form.cleaned_data["version"], form.cleaned_data["why"],
        timezone.now(),
    )  # fmt: skip
    forget(request.actor, "clock-extend", public_id, timezone.now())
    return _done(request, clock, _("Extended: the new date stands."))


@access("clock.read", scope="patient", trail="list")
@require_http_methods(["GET"])
def patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show a patient's clocks: a part for htmx, else a page."""
    chart = open_chart(request.actor, public_id)
    name = "_patient_clocks" if request.htmx else "patient"
    return render(
        request,
        f"clocks/{name}.html",
        {
            "patient": chart,
            "clocks": queries.patient_clocks(request.actor, chart.pk),
            "now": timezone.now(),
            "zone": request.actor.zone,
        },
    )


@access()
@require_http_methods(["GET"])
def rule_list(request: StaffRequest) -> HttpResponse:
    """Show every rule, whether it is on here, and who signed it off."""
    return _rules(request)


@access("rules.change")
@require_http_methods(["POST"])
def sign(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Sign a rule off in one's own name."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return _rules(request, rule_id, form, status=422)
    actions.sign_off(request.actor, rule_id, form.cleaned_data["note"], timezone.now())
    messages.success(request, _("Signed off in your name."))
    return redirect("clocks:rules")


def _rules(
    request: StaffRequest, rule_id: int = 0, form: SignForm | None = None, status: int = 200
) -> HttpResponse:
    rows = queries.rule_list(request.actor)
    context = {
        "rows": rows, "form": form, "form_rule": rule_id, "zone": request.actor.zone,
        "off": sum(not row.is_on for row in rows), "how_words": queries.how_words,
    }  # fmt: skip
    return render(request, "clocks/rules.html", context, status=status)


ACTS: dict[str, type[VersionedForm]] = {
    "explain": ExplainForm, "stop": StopForm, "extend": ExtendForm,
}  # fmt: skip


def _act(name: str, clock: Clock, data: Any = None) -> VersionedForm:
    """Return the form of one act on a clock, with ids of its own: several stand on one page."""
    return ACTS[name](data, auto_id=f"{name}_%s", initial={"version": clock.version})


def _acts(
    request: StaffRequest, clock: Clock, bound: tuple[str, VersionedForm] | None
) -> dict[str, VersionedForm]:
    """Return the forms of the acts that this clock and this person allow."""
    is_open = clock.state in {ClockState.RUNNING, ClockState.BREACHED}
    may_explain = request.actor.may("clock.explain")
    allowed = {
        "explain": may_explain and clock.state == ClockState.BREACHED,
        "extend": is_open and actions.may_extend(request.actor, clock),
        "stop": may_explain and is_open,
    }
    forms = {name: _act(name, clock) for name, is_allowed in allowed.items() if is_allowed}
    return forms | ({bound[0]: bound[1]} if bound else {})


def _done(request: StaffRequest, clock: Clock, said: str) -> HttpResponse:
    """Show the clock as it stands after an act."""
    if request.htmx:
        return _explain(request, queries.why(request.actor, clock.public_id), said=said)
    messages.success(request, said)
    return redirect("clocks:why", clock.public_id)


def _blank(found: queries.Why, data: Any = None) -> StartForm:
    """Return the form of a clock's start: bound to what was typed, or as recorded."""
    return StartForm(
        data,
        zone=found.zone,
        anchor_event=found.clock.anchor_event,
        now=timezone.now(),
        initial={
            "version": found.clock.version,
            "start": found.anchor_at.replace(tzinfo=None),
        },
    )


def _start_form(request: StaffRequest, found: queries.Why) -> StartForm:
    """Return the form bound to what was typed, in a post or a preview, or as recorded."""
    if request.method == "POST":
        return _blank(found, request.POST)
    typed = request.GET.get("start")
    if not typed:
        return _blank(found)
    why = request.GET.get("why", "")
    return _blank(found, {"version": found.clock.version, "start": typed, "why": why})


def _context(
    request: StaffRequest,
    found: queries.Why,
    form: StartForm,
    said: str = "",
    bound: tuple[str, VersionedForm] | None = None,
) -> dict[str, object]:
    acts = _acts(request, found.clock, bound)
    named = {f"clock-{name}": act for name, act in acts.items()} | {"clock-start": form}
    kept = bring_back_each(request, request.actor, named, found.clock.public_id)
    form.is_valid()
    new_at = form.cleaned_data.get("start") if form.is_bound else None
    if form.is_bound and request.method == "GET":
        form.errors.pop("why", None)  # a preview needs no reason yet
    moves = (
        actions.preview_anchor(
            request.actor,
            subject=(found.clock.subject_kind, found.clock.subject_id),
            anchor_event=found.clock.anchor_event,
            new_at=new_at,
        )
        if new_at
        else []
    )
    return {
        "why": found, "form": form, "moves": moves, "said": said, "now": timezone.now(),
        "difference_words": queries.difference_words, "local_format": LOCAL,
        "acts": acts, "kept": kept,
        "can_move": request.actor.may("clock.move") and found.movable > 0
        and found.clock.state in {"running", "breached"},
    }  # fmt: skip


def _explain(
    request: StaffRequest,
    found: queries.Why,
    form: StartForm | None = None,
    *,
    said: str = "",
    bound: tuple[str, VersionedForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    name = "_why" if request.htmx else "why"
    shown = form or _blank(found)
    context = _context(request, found, shown, said, bound)
    return render(request, f"clocks/{name}.html", context, status=status)
