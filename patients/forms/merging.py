"""What merging two charts asks: of each field that differs, whose; and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.forms import LineField, TextField, VersionedForm
from patients.actions import CHOSEN, is_filled_by
from patients.models import Patient

STAYS, GOES, TOGETHER = "stays", "goes", "together"


class MergeForm(forms.Form):
    """Whose value is right where two charts differ. An empty field never wins by itself."""

    stays_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    goes_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stays: Patient, goes: Patient, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stays, self.goes = stays, goes
        self.initial.update(stays_version=stays.version, goes_version=goes.version)
        for name in CHOSEN:
            mine, theirs = getattr(stays, name), getattr(goes, name)
            if mine != theirs:
                self.fields[name] = self.choice(name, mine, theirs)
        if "about_me" in self.fields:
            self.fields["about_both"] = TextField(
                label=_("Both texts in one"), required=False, max_length=1000,
                initial=f"{stays.about_me}\n{goes.about_me}".strip(),
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
        self.fields["why"] = LineField(
            label=_("Why"), help_text=_("Such as: registered twice, the second time at night.")
        )

    def choice(self, name: str, mine: Any, theirs: Any) -> forms.ChoiceField:
        """Return the question about one field. What is filled beats what is empty."""
        both = name == "about_me" and mine and theirs
        options = [(STAYS, _("this one")), (GOES, _("this one"))]
        options += [(TOGETHER, _("both, as below"))] if both else []
        first = TOGETHER if both else GOES if is_filled_by(name, mine, theirs) else STAYS
        return forms.ChoiceField(choices=options, initial=first, widget=forms.RadioSelect)

    def choices(self) -> dict[str, Any]:
        """Return what `merge_charts` takes besides the two charts."""
        said = self.cleaned_data
        together = said.get("about_me") == TOGETHER
        return {
            "chosen": [name for name in CHOSEN if said.get(name) == GOES],
            "about_me": said["about_both"] if together else None,
            "why": said["why"],
            "versions": {
                self.stays.public_id: said["stays_version"],
                self.goes.public_id: said["goes_version"],
            },
        }


class UnmergeForm(VersionedForm):
    """Why two charts were no one person's."""

    why = LineField(label=_("Why"), help_text=_("Kept with the merge, and on both charts."))
