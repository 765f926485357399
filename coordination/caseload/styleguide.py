"""The style guide: every component in all its states, drawn by the macros the pages use."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload.assets import ICONS
from coordination.records import Refused


class SampleForm(forms.Form):
    """One field of each kind, so that the guide shows how the renderer draws them."""

    name = forms.CharField(label=_("Name"), help_text=_("As on the insurance card."))
    born = forms.CharField(label=_("Born"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=[("4w", "4 West"), ("5n", "5 North")])
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    outcome = forms.ChoiceField(
        label=_("What happened?"),
        choices=[("reached", _("Reached")), ("voicemail", _("Left voicemail"))],
        widget=forms.RadioSelect,
    )
    urgent = forms.BooleanField(label=_("This cannot wait"), required=False)


@require_GET
@access("")
def styleguide(request: StaffRequest) -> HttpResponse:
    """Show every component. Public to anybody who is signed in; there is no patient on it."""
    now = timezone.now()
    context = {
        "now": now,
        "zone": request.actor.zone,
        "late": now - timedelta(hours=1, minutes=25),
        "soon": now + timedelta(minutes=18),
        "later": now + timedelta(hours=3, minutes=18),
        "next_week": now + timedelta(days=9),
        "empty_form": SampleForm(prefix="a"),
        "bad_form": SampleForm({"b-born": "13/45"}, prefix="b"),
        "icons": sorted(ICONS),
    }
    return render(request, "caseload/styleguide.html", context)


@require_GET
@access("")
def styleguide_drawer(request: StaffRequest) -> HttpResponse:
    """Show the sample drawer: the part for htmx, a page of its own without scripts."""
    part = "caseload/_styleguide_drawer.html" if request.htmx else "caseload/styleguide_drawer.html"
    return render(request, part)


@require_POST
@access("")
def styleguide_save(request: StaffRequest) -> HttpResponse:
    """Take the sample form and keep nothing: 422 with every mistake, or the toast with Undo."""
    form = SampleForm(request.POST, prefix="a")
    if not form.is_valid():
        return render(request, "caseload/_styleguide_form.html", {"form": form}, status=422)
    return render(request, "caseload/_styleguide_saved.html", {"form": SampleForm(prefix="a")})


@require_POST
@access("")
def styleguide_call(request: StaffRequest) -> HttpResponse:
    """Take the sample call and keep nothing: an empty answer closes the drawer."""
    return render(request, "caseload/_styleguide_saved.html", {"form": None})


@require_POST
@access("")
def styleguide_refuse(request: StaffRequest) -> HttpResponse:  # noqa: ARG001
    """Say no, as an action does when the record has moved on."""
    raise Refused(gettext("This is “Done” now, so it cannot become “Waiting”."))
