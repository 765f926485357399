"""The lock: put it on, and take it off with the password."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from coordination.access import idle
from coordination.access.audit import record
from coordination.access.forms import UnlockForm
from coordination.access.idle import while_locked
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.throttle import client_address, give_back, take_try
from coordination.access.ways import is_ours

AGAIN = "again:"  # before the name of a field that waits to be sent


def way_back(request: HttpRequest) -> str:
    """Return the page of ours to come back to; "/" where none is named."""
    there = request.POST.get("next") or request.GET.get("next") or "/"
    return there if is_ours(there) else "/"


@while_locked
@access()
@require_http_methods(["GET", "POST"])
def locked(request: StaffRequest) -> HttpResponse:
    """Show the lock; a post puts it on."""
    if request.method == "POST":
        if not idle.is_locked(request.session, int(time.time())):
            idle.lock(request, "asked")
        return redirect(idle.address(way_back(request)))
    if not idle.is_locked(request.session, int(time.time())):
        return redirect(way_back(request))
    return idle.draw(request, way_back(request), [])


@while_locked
@access()
@sensitive_post_parameters("password")
@require_POST
def unlock(request: StaffRequest) -> HttpResponse:
    """Judge the password, slowed as signing in is; then go back, or send what waits again."""
    form, there = UnlockForm(request.POST), way_back(request)
    waiting = [
        (name.removeprefix(AGAIN), str(value))
        for name, values in request.POST.lists()
        if name.startswith(AGAIN)
        for value in values
    ]
    sentence = "" if form.is_valid() else _("Enter your password.")
    if not sentence:
        sentence = refusal(request, form.cleaned_data["password"])
    if sentence:
        return idle.draw(request, there, waiting, problem=sentence, status=422)
    idle.unlock(request)
    if not waiting:
        return redirect(there)
    context = {"typed": waiting, "next": there, "theme": request.user.theme}  # type: ignore[union-attr]
    return render(request, "unlocked.html", context)


def refusal(request: StaffRequest, password: str) -> str:
    """Take one try at the password; return why it does not open the lock, or ""."""
    user = request.user
    taken, _wait = take_try(user.get_username(), client_address(request))
    if taken is None:
        record(request.actor, "session.unlock", outcome="throttled")
        return _("Too many tries. Wait a few minutes, fifteen at most, then try again.")
    if not user.check_password(password):
        record(request.actor, "session.unlock", outcome="failed")
        return _("This is not the password. Try again.")
    give_back(taken)
    return ""
