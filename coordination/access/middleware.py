"""The Guard: makes the Actor, refuses, writes the read row (trust.md D2, D8)."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, user_actor
from coordination.access.audit import record_read, record_refusal
from coordination.access.conflict import FLAG, Sent, conflict, settle
from coordination.access.markers import Access
from coordination.access.outside import outside
from coordination.access.problems import is_api, not_signed_in, not_there, problem
from coordination.access.throttle import client_address
from coordination.access.tokens import has_token, token_actor
from coordination.forms import BASE
from coordination.keys import USUAL, hints_of, keys_of
from coordination.nav import home_of
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.words import WHOLE_DAY, told_in

log = logging.getLogger(__name__)
HOME = "/"


class StaffRequest(HttpRequest):
    """A request that came through the Guard: it has an actor."""

    actor: Actor
    htmx: Any
    mark: Access
    refused: bool
    sent: Sent


class SignInRequired(LoginRequiredMiddleware):
    """Default deny. An htmx request is told in place, so that nothing typed is lost."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> Any:
        """Judge the API by the actor the Guard made: a token may stand for it, or none may."""
        if is_api(request):
            is_in = request.actor.kind in {"user", "client"}  # type: ignore[attr-defined]
            return None if is_in else not_signed_in()
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.headers.get("HX-Request") != "true":
            if request.path == HOME:  # not everybody has a caseload to come back to
                return redirect("account_login")
            return super().handle_no_permission(request, view_func)
        response = render(request, "_signed_out.html", status=401)
        response["HX-Retarget"] = "#said"
        response["HX-Reswap"] = "innerHTML"
        return response


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the mark of a view, or what is listed for the app it comes from; None: refuse."""
    mark = getattr(view, "access", None) or getattr(
        getattr(view, "view_class", None), "access", None
    )
    return mark or outside(view.__module__)


@contextmanager
def told_as_wished(actor: Actor) -> Iterator[None]:
    """Say times by the clock, and keys by the map, of the person who asks."""
    user = actor.user
    hours = user.hours if user else WHOLE_DAY
    keys = keys_of(user.keys_map, tuple(user.keys_own)) if user else USUAL
    with told_in(hours), hints_of(keys):
        yield


def moved_charts() -> Callable[[Actor, Any], Any]:
    """Return what says where a merged chart went; this room knows a patient as an id only."""
    found: Callable[[Actor, Any], Any] = import_string(settings.MOVED_CHARTS)
    return found


class MovedTo(HttpResponseRedirect):
    """The way to another address; a program also reads why, since it may not follow by itself."""

    def __init__(self, url: str, *, says: HttpResponse | None) -> None:
        super().__init__(url)
        if says is not None:
            self.content, self["Content-Type"] = says.content, says["Content-Type"]


class Guard:
    """Stands between every request and every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: StaffRequest) -> HttpResponseBase:
        try:
            request.actor = self.actor(request)
            with told_as_wished(request.actor):
                response = self.record(request, self.get_response(request))
        except DatabaseError:
            # Nothing leaves that the trail does not hold (trust.md P4).
            log.exception("audit_unavailable")
            if is_api(request):
                return problem(503, _("This does not work at the moment. Try again soon."))
            return render(request, "unavailable.html", status=503)
        response["X-Request-Id"] = request.actor.request_id
        return response

    def actor(self, request: HttpRequest) -> Actor:
        """Make the actor of this request from the session's user, or from a token of the API.

        A browser adds no token by itself, so a request that brings one needs no proof against
        forgery; its session, if it has one, does not count.
        """
        context: dict[str, Any] = {
            "request_id": uuid.uuid4().hex,
            "address": client_address(request),
        }
        if is_api(request) and has_token(request):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own name
            found = token_actor(request, context)
            return found or Actor(kind="anonymous", organization=None, **context)
        if not request.user.is_authenticated:
            return Actor(kind="anonymous", organization=None, **context)
        key = request.session.session_key or ""
        return user_actor(
            request.user,
            session_hash=hashlib.sha256(key.encode()).hexdigest() if key else "",
            purpose="treatment",
            **context,
        )

    def record(self, request: StaffRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write what this answer shows, before it leaves. Raises DatabaseError."""
        actor, mark = request.actor, getattr(request, "mark", None)
        status = response.status_code
        if status == HTTPStatus.NOT_FOUND and not hasattr(request, "refused"):
            if actor.user:
                record_refusal(actor, "not-found")
            return not_there() if is_api(request) else response
        if mark and status < HTTPStatus.INTERNAL_SERVER_ERROR and (actor.shown or actor.detail):
            record_read(actor, mark.trail)
            if response.streaming:
                chunks = iter(response)
                response.streaming_content = streamed(  # type: ignore[attr-defined]
                    actor, mark.trail, chunks
                )
        return response

    def process_view(
        self, request: StaffRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        mark = access_of(view)
        match = request.resolver_match
        request.actor.view = (match.view_name if match else "") or view.__module__
        if mark is None:
            log.error("view_without_access_mark")
            return self.refuse(request, NotPermitted(_("This page is not open to anybody yet.")))
        request.mark = mark
        if request.method == "POST" and FLAG in request.POST:
            settle(request)
        if mark.public:
            return None
        if mark.permission and not request.actor.may(mark.permission):
            if request.path == HOME and request.method == "GET":
                place = home_of(request.actor)  # not everybody has a caseload
                if place != HOME:
                    return redirect(place)
            return self.refuse(
                request, NotPermitted(_("Your role does not include this. Ask your supervisor."))
            )
        return None

    def process_exception(
        self, request: StaffRequest, exception: Exception
    ) -> HttpResponseBase | None:
        match exception:
            case Refused():
                return self.refuse(request, exception)
            case ObjectDoesNotExist() | Http404():
                return self.moved(request) or self.not_found(request)
            case _:
                return None

    def moved(self, request: StaffRequest) -> HttpResponse | None:
        """Lead to the chart that the one of this address became part of; None where there is none.

        A post to it is refused with what was typed: its form was about another chart.
        """
        mark, match = getattr(request, "mark", None), request.resolver_match
        public_id = match.kwargs.get("public_id") if match else None
        if mark is None or mark.scope != "patient" or public_id is None:
            return None
        there = moved_charts()(request.actor, public_id)
        if there is None:
            return None
        url = request.get_full_path().replace(str(public_id), str(there))
        request.actor.shown.clear()
        if request.method in {"GET", "HEAD"}:
            sentence = _("This chart became part of another one; its address is in Location.")
            return MovedTo(url, says=problem(302, sentence) if is_api(request) else None)
        return self.refuse(
            request, Refused(_("This chart became part of another one. Open that one instead."))
        )

    def not_found(self, request: StaffRequest) -> HttpResponse:
        """Answer "not there", which is also what "not yours" looks like (trust.md D6)."""
        request.refused = True
        request.actor.shown.clear()
        request.actor.detail.clear()
        if request.actor.user:
            record_refusal(request.actor, "not-found")
        return not_there() if is_api(request) else render(request, "404.html", status=404)

    def refuse(self, request: StaffRequest, refusal: Refused) -> HttpResponse:
        """Answer with the sentence, what stands now, and everything that was typed."""
        request.refused = True
        request.actor.shown.clear()
        request.actor.detail.clear()
        theirs = refusal.record if isinstance(refusal, StaleRecord) else None
        record_refusal(request.actor, str(refusal.status), theirs)
        if is_api(request):
            return problem(refusal.status, refusal.sentence)
        name = "_refused.html" if request.headers.get("HX-Request") == "true" else "refused.html"
        context = {"refusal": refusal, "typed": typed(request), "theirs": theirs}
        if theirs is not None:
            context["conflict"] = conflict(request.actor, request, theirs)
        return render(request, name, context, status=refusal.status)


def typed_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Return every field of this request's form but its token and secrets, to be sent again."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a person had typed into the form of this request, to give it back to them."""
    hidden = {"version", "create_key"}
    return [
        (name, value)
        for name, value in typed_again(request)
        if name not in hidden and not name.startswith(BASE)
    ]


def streamed(actor: Actor, trail: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass a streamed answer on, each chunk after whom it shows is on record."""
    done = set(actor.shown)
    for chunk in chunks:
        if new := actor.shown - done:
            record_read(actor, trail, new)
            done |= new
        yield chunk
