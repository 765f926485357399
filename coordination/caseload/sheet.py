"""The form of a unit's assignment sheet: one choice of nurse for each bed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.actor import Actor
from coordination.access.models import User
from coordination.caseload.queries.unit import BedRow
from patients.actions import BedFor


class SheetForm(forms.Form):
    """One choice a bed, and whom the bed had when the sheet was opened.

    beds: the stays of the unit. choices: (public id, name) of the nurses on duty.
    """

    def __init__(
        self, *data: Any, beds: Sequence[BedRow], choices: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*data, **options)
        self.rows = beds
        for bed in beds:
            self.fields[self.name_of(bed)] = forms.ChoiceField(
                label=bed.bed, required=False, choices=[("", _("No nurse yet")), *choices],
                error_messages={
                    "invalid_choice": gettext_lazy("This nurse is not on duty here any more.")
                },
            )  # fmt: skip
            self.fields[self.was_of(bed)] = forms.IntegerField(
                required=False, min_value=0, widget=forms.HiddenInput, initial=bed.nurse_id or 0
            )

    @staticmethod
    def name_of(bed: BedRow) -> str:
        """Return the name of the field that holds who takes a bed."""
        return f"bed-{bed.public_id}"

    @staticmethod
    def was_of(bed: BedRow) -> str:
        """Return the name of the field that holds who had a bed when the sheet was opened."""
        return f"was-{bed.public_id}"

    def field_of(self, bed: BedRow) -> BoundField:
        """Return the choice of a bed."""
        return self[self.name_of(bed)]

    def hidden_of(self, bed: BedRow) -> BoundField:
        """Return who had the bed."""
        return self[self.was_of(bed)]

    def clean(self) -> dict[str, Any]:
        """Refuse a sheet opened before somebody came or went: a bed is missing in what was sent."""
        found = super().clean() or self.cleaned_data
        if any(self.name_of(bed) not in self.data for bed in self.rows):
            raise ValidationError(_("A patient came to the unit meanwhile. Look the sheet over."))
        return found

    def beds(self, actor: Actor) -> list[BedFor]:
        """Return what the action takes. 2 statements, for the people named."""
        people = User.objects.filter(organization_id=actor.organization_id)
        chosen = {value for value in self.cleaned_data.values() if isinstance(value, str) and value}
        by_id = {str(user.public_id): user for user in people.filter(public_id__in=chosen)}
        had = (self.cleaned_data.get(self.was_of(bed)) for bed in self.rows)
        before = [pk for pk in had if pk]
        by_pk = {user.pk: user for user in people.filter(pk__in=before)}
        return [
            BedFor(
                bed.patient_pk,
                by_pk.get(self.cleaned_data.get(self.was_of(bed)) or 0),
                by_id.get(self.cleaned_data[self.name_of(bed)]),
            )
            for bed in self.rows
        ]
