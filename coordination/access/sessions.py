"""Sessions end on the server: twelve hours after sign-in, at sign-out, when somebody is disabled.

A bumped `session_epoch` or a new password ends a session through Django's session hash
(`User.get_session_auth_hash`), and a disabled user is not found by the backend: both within one
request.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from coordination.access.actor import user_actor
from coordination.access.audit import record

BEGAN = "began_at"


class SessionLimits:
    """Ends a session past its absolute limit, and tidies the browser when one ends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_in = request.user.is_authenticated
        if was_in and self.is_over(request):
            record(user_actor(request.user), "sign-out", outcome="expired")  # type: ignore[arg-type]
            logout(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            request.session.setdefault(BEGAN, int(time.time()))
        elif was_in:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def is_over(self, request: HttpRequest) -> bool:
        """Say whether the session began longer ago than the absolute limit."""
        began = request.session.get(BEGAN)
        return began is not None and time.time() - began >= settings.SESSION_ABSOLUTE_SECONDS
