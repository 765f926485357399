"""An expired form token, drafts, and how a person wants the page."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coordination.access import actions
from coordination.access.audit import record_refusal
from coordination.access.forms import ThemeForm, draft_form
from coordination.access.idle import while_locked
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest, typed_again
from coordination.access.problems import is_api, problem
from coordination.access.ways import is_ours


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token does not hold: nothing was done, nothing typed is lost.

    From our own page (a token that ran out): the typing comes back with a fresh token; htmx gets it
    in the HX-Trigger event `token-renewed` and a sentence in #said. From anywhere else: no form to
    send again, whatever the request holds.
    """
    actor = request.actor  # type: ignore[attr-defined]
    record_refusal(actor, "csrf")
    if is_api(request):
        return problem(403, _("Send the token of the session in X-CSRFToken, or sign in by token."))
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if ours and request.headers.get("HX-Request") == "true":
        response = render(request, "_csrf.html", status=403)
        response["HX-Retarget"] = "#said"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Trigger"] = json.dumps({"token-renewed": {"token": get_token(request)}})
        return response
    ours = ours and request.user.is_authenticated
    context = {"typed": typed_again(request) if ours else [], "is_ours": ours}
    return render(request, "403_csrf.html", context, status=403)


@while_locked  # what is typed as the lock falls is kept all the same
@access("draft.keep")
@require_POST
def draft(request: StaffRequest, form: str) -> HttpResponse:
    """Keep what is being typed. 422 and a sentence when it cannot be kept."""
    sent, now = draft_form(request), timezone.now()
    if sent.is_valid():
        found = sent.cleaned_data
        actions.keep_draft(request.actor, form, found["subject_id"], found["fields"], now)
    context = {"form": sent, "now": now, "zone": request.actor.zone}
    return render(request, "access/_draft.html", context, status=200 if sent.is_valid() else 422)


@access("draft.keep")
@require_POST
def drop_draft(request: StaffRequest, form: str) -> HttpResponse:
    """Forget a draft somebody gave up."""
    sent = draft_form(request)
    if sent.is_valid():
        actions.drop_draft(request.actor, form, sent.cleaned_data["subject_id"], timezone.now())
    context = {"form": sent, "now": None, "zone": request.actor.zone}
    return render(request, "access/_draft.html", context, status=200 if sent.is_valid() else 422)


@access()
@require_POST
def theme(request: StaffRequest) -> HttpResponse:
    """Keep how this person wants the page colored; htmx gets the button and `theme-set`."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        actions.set_theme(request.actor, form.cleaned_data["theme"], timezone.now())
    if request.htmx:
        chosen = request.user.theme  # type: ignore[union-attr]
        context = {"theme": chosen, "path": request.POST.get("next", "")}
        status = 200 if form.is_valid() else 422
        response = render(request, "_theme.html", context, status=status)
        response["HX-Trigger"] = json.dumps({"theme-set": {"theme": chosen}})
        return response
    back = request.POST.get("next", "")
    return redirect(back if is_ours(back) else "/")


@access()
@require_POST
def keys(request: StaffRequest) -> HttpResponse:
    """Switch one-letter shortcuts on or off (WCAG 2.1.4); htmx gets the switch and `keys-set`."""
    actions.set_keys(request.actor, is_on=request.POST.get("keys") == "on", now=timezone.now())
    if request.htmx:
        is_on = request.user.keys_on  # type: ignore[union-attr]
        context = {"keys_on": is_on, "path": request.POST.get("next", "")}
        response = render(request, "_keys_switch.html", context)
        response["HX-Trigger"] = json.dumps({"keys-set": {"keys": request.POST.get("keys", "")}})
        return response
    back = request.POST.get("next", "")
    return redirect(back if is_ours(back) else "/")
