"""What is asked of supervisors: to decide, asked by oneself, decided; and one request whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import queries
from coordination.worklist.queries.asking import Key
from coordination.worklist.request_lines import request_line
from coordination.worklist.rules import UNDONE

WAITING, MINE, DECIDED = "waiting", "mine", "decided"
PAGES = {
    WAITING: queries.waiting_requests, MINE: queries.my_requests,
    DECIDED: queries.decided_requests,
}  # fmt: skip


@access("request.read", trail="list")
@require_safe
def requests(request: StaffRequest) -> HttpResponse:
    """List what waits for one's decision, what one asked, or what was decided."""
    actor, now = request.actor, timezone.now()
    parts = parts_of(actor)
    view = request.GET.get("view", "")
    view = view if view in parts else next(iter(parts))
    page = PAGES[view](actor, key_of(request.GET.get("after", "")))
    said = queries.said_about(page.rows)
    context: dict[str, Any] = {
        "lines": [request_line(actor, row, now, said.get(row.pk, [])) for row in page.rows],
        "view": view, "parts": parts, "more_url": more_url(view, page.next),
        "now": now, "zone": actor.zone,
    }  # fmt: skip
    name = "requests"
    if request.htmx:
        name = {"worklist": "_requests", "more-rows": "_request_rows"}.get(
            request.htmx.target or "", "requests"
        )
    return render(request, f"worklist/{name}.html", context)


def parts_of(actor: Actor) -> dict[str, str]:
    """Return the lists this actor has, by name: who decides begins with what waits for them."""
    parts = {}
    if queries.decidable(actor):
        parts[WAITING] = _("To decide")
    elif actor.may("scope.organization"):
        parts[WAITING] = _("Waiting")
    if actor.may("request.ask"):
        parts[MINE] = _("Asked by me")
    return parts | {DECIDED: _("Decided")}


def more_url(view: str, key: Key | None) -> str:
    """Return the address of the next page, or "" on the last."""
    if key is None:
        return ""
    return "?" + urlencode({"view": view, "after": f"{key[0].isoformat()}~{key[1]}"})


def key_of(text: str) -> Key | None:
    """Read the key of a page; what is no key starts at the top."""
    at, _sep, pk = text.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not 0 < int(pk) < 2**63:
            return None
    except ValueError:
        return None
    return instant, int(pk)


@access("request.read", scope="request")
@require_safe
def one(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one request: what is asked, what stands in the way, and everything said about it."""
    actor, now = request.actor, timezone.now()
    found = queries.one_request(actor, public_id)
    said = queries.said_about([found]).get(found.pk, [])
    context = {
        "line": request_line(actor, found, now, said), "r": found, "said": said,
        "act": queries.acts().get(found.act), "now": now, "zone": actor.zone,
        "undone": UNDONE,
    }  # fmt: skip
    return render(request, f"worklist/{'_request' if request.htmx else 'request'}.html", context)
