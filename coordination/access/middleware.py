"""The Guard: makes the Actor, refuses, writes the read row (trust.md D2, D8)."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, user_actor
from coordination.access.audit import record, record_read
from coordination.access.markers import Access
from coordination.access.models import User
from coordination.access.outside import outside
from coordination.records import NotPermitted, Refused, StaleRecord

log = logging.getLogger(__name__)


class StaffRequest(HttpRequest):
    """A request that came through the Guard: it has an actor."""

    actor: Actor
    htmx: Any


class SignInRequired(LoginRequiredMiddleware):
    """Default deny. An htmx request is told in place, so that nothing typed is lost."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.headers.get("HX-Request") != "true":
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


class Guard:
    """Stands between every request and every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: StaffRequest) -> HttpResponseBase:
        request.actor = self.actor(request)
        response = self.get_response(request)
        mark: Access | None = getattr(request, "mark", None)
        if mark and (request.actor.shown or request.actor.detail):
            try:
                record_read(request.actor, mark.trail)
            except DatabaseError:
                log.exception("audit_unavailable")
                response.close()
                return render(request, "unavailable.html", status=503)
        response["X-Request-Id"] = request.actor.request_id
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    def actor(self, request: HttpRequest) -> Actor:
        """Make the actor of this request from the session's user."""
        request_id = uuid.uuid4().hex
        address = request.META.get("REMOTE_ADDR") or None
        user = request.user
        if not (
            user.is_authenticated
            and isinstance(user._wrapped if hasattr(user, "_wrapped") else user, User)
        ):
            return Actor(
                kind="anonymous", organization=None, request_id=request_id, address=address
            )
        key = request.session.session_key or ""
        return user_actor(
            user,
            request_id=request_id,
            address=address,  # type: ignore[arg-type]
            session_hash=hashlib.sha256(key.encode()).hexdigest() if key else "",
            purpose="treatment",
        )

    def process_view(
        self, request: StaffRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        mark = access_of(view)
        match = request.resolver_match
        request.actor.view = (match.view_name if match else "") or view.__module__
        if mark is None:
            log.error("view_without_access_mark")
            return self.refuse(request, NotPermitted(_("This page is not open to anybody yet.")))
        request.mark = mark  # type: ignore[attr-defined]
        if mark.public:
            return None
        if mark.permission and not request.actor.may(mark.permission):
            return self.refuse(
                request, NotPermitted(_("Your role does not include this. Ask your supervisor."))
            )
        return None

    def process_exception(
        self, request: StaffRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if isinstance(exception, Refused):
            return self.refuse(request, exception)
        if isinstance(exception, ObjectDoesNotExist):
            exception = Http404()
        if isinstance(exception, Http404):
            if request.user.is_authenticated:
                record(request.actor, "refusal", outcome="not-found")
            return render(request, "404.html", status=404)
        return None

    def refuse(self, request: StaffRequest, refusal: Refused) -> HttpResponse:
        """Answer with the sentence, what stands now, and everything that was typed."""
        request.actor.shown.clear()
        request.actor.detail.clear()
        record(request.actor, "refusal", outcome=str(refusal.status))
        name = "_refused.html" if request.headers.get("HX-Request") == "true" else "refused.html"
        typed = [
            (k, v) for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken", "version"}
        ]
        context = {
            "refusal": refusal,
            "typed": typed,
            "theirs": refusal.record if isinstance(refusal, StaleRecord) else None,
        }
        return render(request, name, context, status=refusal.status)
