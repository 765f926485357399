"""The idle lock: after fifteen quiet minutes every request gets the lock, not the page (D11).

The server decides. What a page does by itself (`background` views) never counts as somebody being
there; a press does, and is written down at most once a minute, with the session. Nobody is signed
out by it: what was typed is kept, and the password brings one back to where one was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.audit import record
from coordination.access.middleware import access_of, typed_again
from coordination.access.problems import is_api, problem
from coordination.access.queries import unfinished
from coordination.access.tokens import has_token

SEEN, LOCKED = "seen_at", "locked_at"
WRITTEN_EVERY = 60  # seconds

View = TypeVar("View", bound=Callable[..., Any])


def while_locked(view: View) -> View:
    """Mark a view that answers a locked session too: the lock itself, and what keeps typing."""
    view.while_locked = True  # type: ignore[attr-defined]
    return view


def is_locked(session: SessionBase, now: int) -> bool:
    """Say whether the session is locked, or has been quiet for so long that it is from now on."""
    quiet = now - session.get(SEEN, now)
    return LOCKED in session or quiet >= settings.IDLE_SECONDS


def lock(request: HttpRequest, outcome: str) -> None:
    """Lock the session, on record. outcome: "idle" or "asked"."""
    request.session[LOCKED] = int(time.time())
    record(request.actor, "session.lock", outcome=outcome)  # type: ignore[attr-defined]


def unlock(request: HttpRequest) -> None:
    """Open the session again, on record, under a new id."""
    request.session.pop(LOCKED, None)
    request.session[SEEN] = int(time.time())
    request.session.cycle_key()
    record(request.actor, "session.unlock")  # type: ignore[attr-defined]


class IdleLock:
    """Stands before the Guard's own judgment: a locked session is asked nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        mark = access_of(view)
        if not request.user.is_authenticated or (is_api(request) and has_token(request)):
            return None
        if mark is None or mark.public or getattr(view, "while_locked", False):
            return None
        now = int(time.time())
        if is_locked(request.session, now):
            if LOCKED not in request.session:
                lock(request, "idle")
            return answer(request)
        if not mark.background and now - request.session.get(SEEN, 0) >= WRITTEN_EVERY:
            request.session[SEEN] = now
        return None


def answer(request: HttpRequest) -> HttpResponse:
    """Send the browser to the lock; a form that was sent meanwhile waits in it."""
    if is_api(request):
        return problem(401, _("This session is locked. Give the password in the browser first."))
    if request.headers.get("HX-Request") == "true":
        there = urlsplit(request.headers.get("HX-Current-URL", "/"))
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address(f"{there.path}{'?' if there.query else ''}{there.query}")
        return response
    if request.method == "POST":
        return draw(request, request.get_full_path(), typed_again(request), status=401)
    return redirect(address(request.get_full_path()))


def address(path: str) -> str:
    """Return the address of the lock. path: of our own page, to come back to."""
    return f"{reverse('access:locked')}?{urlencode({'next': path})}"


def draw(
    request: HttpRequest,
    path: str,
    typed: list[tuple[str, str]],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the lock over nothing. typed: of a form that was sent to a locked session."""
    actor = request.actor  # type: ignore[attr-defined]
    drafts = unfinished(actor) if actor.may("draft.keep") else []
    context = {
        "actor": actor, "next": path, "typed": typed, "problem": problem,
        "draft": drafts[0] if drafts else None, "zone": actor.zone,
        "minutes": settings.IDLE_SECONDS // 60, "theme": request.user.theme,  # type: ignore[union-attr]
    }  # fmt: skip
    return render(request, "locked.html", context, status=status)
