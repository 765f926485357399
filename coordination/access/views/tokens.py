"""One's own tokens of the API: which there are, a new one, and the end of one."""

from __future__ import annotations

from uuid import UUID, uuid4

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access import actions, queries
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.scopes import SCOPES, offered
from coordination.access.token_forms import TokenForm

LIST = "access:tokens"


@access()
@require_safe
def tokens(request: StaffRequest) -> HttpResponse:
    """List one's own tokens, never their text. 3 statements."""
    actor, now = request.actor, timezone.now()
    context = {
        "tokens": queries.own_tokens(actor), "words": SCOPES, "now": now, "zone": actor.zone,
        "ended": "ended" in request.GET, "may": bool(offered(actor)),
    }  # fmt: skip
    return render(request, "access/tokens.html", context)


@access()
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def new_token(request: StaffRequest) -> HttpResponse:
    """Make a token and show its text, this once. A wrong field: 422 and the form again."""
    actor, now = request.actor, timezone.now()
    form = TokenForm(
        request.POST if request.method == "POST" else None, actor=actor,
        today=now.astimezone(actor.zone).date(), initial={"create_key": uuid4()},
    )  # fmt: skip
    if form.is_valid():
        said = form.cleaned_data
        token, text = actions.make_own_token(
            actor, name=said["name"], scopes=said["scopes"], expires_at=form.ends(actor.zone),
            now=now, create_key=said["create_key"],
        )  # fmt: skip
        context = {"kept": token, "text": text, "words": SCOPES, "zone": actor.zone, "now": now}
        return render(request, "access/token_made.html", context)
    context = {"form": form, "most": settings.API_TOKEN_DAYS, "may": bool(offered(actor))}
    return render(request, "access/token_new.html", context, status=422 if form.is_bound else 200)


@access()
@require_http_methods(["GET", "POST"])
def end_token(request: StaffRequest, token: UUID) -> HttpResponse:
    """Ask whether to end one of one's own tokens, and end it: its next request is refused."""
    actor, now = request.actor, timezone.now()
    found = queries.own_token(actor, token)
    if request.method == "POST":
        actions.end_token(actor, found.public_id, now)
        return redirect(f"{reverse(LIST)}?ended")
    context = {"kept": found, "words": SCOPES, "now": now, "zone": actor.zone}
    return render(request, "access/token_end.html", context)
