"""How a person wants the pages, and the keys they press."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination import keys as key_map
from coordination.access import actions
from coordination.access.actor import person_of
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import User
from coordination.access.ways import is_ours
from coordination.access.wishes import KeysForm, ProfileForm, keys_initial, keys_said
from coordination.columns import COLUMNS, HIDE
from coordination.frame import frame_part

SAVED = "?saved"


def wishing(request: StaffRequest) -> User:
    """Return who asks. Raises NotPermitted for anybody but a person."""
    person_of(request.actor)
    user: User = request.actor.user  # type: ignore[assignment]
    return user


@access()
@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """Show and keep one's own profile. A wrong field: 422 and the form again."""
    user, actor = wishing(request), request.actor
    initial = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(
        request.POST if request.method == "POST" else None, actor=actor, initial=initial
    )
    if form.is_valid():
        actions.keep_profile(actor, form.cleaned_data, timezone.now())
        return redirect(reverse("access:profile") + SAVED)
    context = {"form": form, "user": user, "saved": "saved" in request.GET}
    return render(request, "access/profile.html", context, status=422 if form.is_bound else 200)


@access()
@require_safe
def keys_part(request: StaffRequest) -> HttpResponse:
    """Answer with the list of shortcuts, for the page that wants it opened; drawn once a look."""
    wishing(request)
    return HttpResponse(frame_part("_keys.html", request, get_token(request)))


@access()
@require_http_methods(["GET", "POST"])
def own_keys(request: StaffRequest) -> HttpResponse:
    """Show every shortcut as this person presses it, and keep another map."""
    user = wishing(request)
    form = KeysForm(request.POST if request.method == "POST" else None, initial=keys_initial(user))
    if form.is_valid():
        actions.keep_profile(request.actor, keys_said(form, user), timezone.now())
        return redirect(reverse("access:own_keys") + SAVED)
    context = {
        "form": form, "groups": key_map.GROUPS, "saved": "saved" in request.GET,
        "keys_on": user.keys_on, "path": request.path,
    }  # fmt: skip
    return render(request, "access/keys.html", context, status=422 if form.is_bound else 200)


@access()
@require_POST
def columns(request: StaffRequest) -> HttpResponse:
    """Keep which columns of one list this person wants drawn, and go back to the list."""
    user, page = wishing(request), request.POST.get("page", "")
    back = request.POST.get("next", "")
    if not is_ours(back):
        back = "/"
    if page in COLUMNS:
        wanted = set(request.POST.getlist("column"))
        gone = [f"{page}:{name}" for name in COLUMNS[page] if name not in wanted]
        others = [one for one in user.hidden_columns if not one.startswith(f"{page}:")]
        wishes = {"hidden_columns": [*others, *gone]}
        actions.keep_profile(request.actor, wishes, timezone.now())
    return HttpResponseRedirect(without_hide(back))


def without_hide(url: str) -> str:
    """Return an address without the columns a view left out: the person has just chosen anew."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != HIDE]
    return urlunsplit(parts._replace(query=urlencode(query)))
