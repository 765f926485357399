"""What is asked of a list that is kept under a name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.forms import CreateForm, LineField, VersionedForm
from coordination.worklist.actions import ViewIn
from coordination.worklist.rules import PAGES


class ViewFields(forms.Form):
    """Its name, and who sees it besides oneself."""

    name = LineField(label=_("Name"), max_length=60)
    team = forms.ModelChoiceField(
        label=_("Seen by"), queryset=Team.objects.none(), required=False, empty_label=_("Only me")
    )

    def __init__(
        self, *data: Any, actor: Actor, team_id: int | None = None, **options: Any
    ) -> None:
        super().__init__(*data, **options)
        shares = list(actor.team_ids) if actor.may("view.share") else []
        mine = Team.objects.filter(pk__in=[*shares, *([team_id] if team_id else [])])
        field: Any = self.fields["team"]
        field.queryset = mine.order_by("name")
        field.label_from_instance = lambda team: (
            gettext("Everybody in %(team)s") % {"team": team.name}
        )
        if not shares and not team_id:
            del self.fields["team"]

    def said(self) -> ViewIn:
        """Return what the action takes."""
        return ViewIn(name=self.cleaned_data["name"], team=self.cleaned_data.get("team"))


class NewViewForm(ViewFields, CreateForm):
    """A list to be kept. page: the name of its address; query: its filters."""

    page = forms.ChoiceField(choices=[(name, name) for name in PAGES], widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class ChangeViewForm(ViewFields, VersionedForm):
    """A view to be renamed or shared."""
