"""Saved views: keeping the list one looks at, and the list of those one keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.nav import address_with
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.worklist import actions, queries
from coordination.worklist.view_forms import ChangeViewForm, NewViewForm
from patients.views.sheet import go

BOTH = require_http_methods(["GET", "POST"])


@access("view.keep", trail="list")
@require_safe
def views(request: StaffRequest) -> HttpResponse:
    """List one's own views and those one's teams share."""
    found = [
        (view, there, view.user_id == request.actor.user_id)
        for view in queries.views_in_scope(request.actor)
        if (there := address_with(view.page, view.query))
    ]
    return render(request, "worklist/views.html", {"views": found})


@access("view.keep")
@BOTH
def save(request: StaffRequest) -> HttpResponse:
    """Keep the list one came from under a name."""
    actor = request.actor
    sent = request.POST if request.method == "POST" else None
    asked = {name: request.GET.get(name, "") for name in ("page", "query")}
    form = NewViewForm(sent, actor=actor, initial=asked)
    if form.is_valid():
        said = form.cleaned_data
        query = parse_qsl(said["query"], max_num_fields=100)
        try:
            made = actions.save_view(
                actor, said["page"], query, form.said(), timezone.now(), said["create_key"]
            )
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            return go(request, address_with(made.page, made.query))
    return drawn(request, form, "save")


@access("view.keep", scope="saved_view")
@BOTH
def change(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Rename one's own view, or share it."""
    actor = request.actor
    view = queries.own_views(actor).get(public_id=public_id)
    form = ChangeViewForm(
        request.POST if request.method == "POST" else None, actor=actor, team_id=view.team_id,
        initial={"name": view.name, "team": view.team_id, "version": view.version},
    )  # fmt: skip
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_view(actor, public_id, version, form.said(), timezone.now())
        except (NotPermitted, StaleRecord):
            raise
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            return go(request, reverse("worklist:views"))
    return drawn(request, form, "change")


@access("view.keep", scope="saved_view")
@require_POST
def delete(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Delete one's own view."""
    actions.delete_view(request.actor, public_id, None, timezone.now())
    return go(request, reverse("worklist:views"))


def drawn(request: StaffRequest, form: forms.Form, act: str) -> HttpResponse:
    """Draw the form, over the page where there are scripts."""
    context: dict[str, Any] = {"form": form, "act": act}
    name = "_view_form" if request.htmx else "view_form"
    status = 422 if form.is_bound else 200
    return render(request, f"worklist/{name}.html", context, status=status)
