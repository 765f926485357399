"""The forms of cover: who, when, and one line a patient; and who takes whom in a sick call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.rules import tonight, weekend
from coordination.caseload.queries.cover import Candidate, OwnedPatient
from coordination.forms import LineField
from patients.forms.fields import InstantField

TONIGHT, WEEKEND, OTHER = "tonight", "weekend", "other"
THURSDAY, SUNDAY = 3, 6


def likely_window(now: datetime, zone: ZoneInfo) -> str:
    """Return which window is filled in: the weekend from Thursday on, tonight before."""
    return WEEKEND if THURSDAY <= now.astimezone(zone).weekday() < SUNDAY else TONIGHT


class WindowForm(forms.Form):
    """From when until when: tonight, the weekend, or two times. zone: the facility's."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (TONIGHT, gettext_lazy("Tonight")),
            (WEEKEND, gettext_lazy("Next weekend")),
            (OTHER, gettext_lazy("Another time")),
        ],
        widget=forms.RadioSelect,
    )
    starts_at = InstantField(label=gettext_lazy("From"), required=False)
    ends_at = InstantField(label=gettext_lazy("Until"), required=False)
    reason = LineField(label=gettext_lazy("Why"), required=False, max_length=200)

    def __init__(self, *data: Any, now: datetime, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*data, **options)
        self.now = now
        self.windows: dict[str, tuple[datetime, datetime]] = {
            TONIGHT: tonight(now, zone), WEEKEND: weekend(now, zone),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Put the window that was chosen into its two instants."""
        found = super().clean() or self.cleaned_data
        if found.get("when") in self.windows:
            begins, ends = self.windows[found["when"]]
            return {**found, "starts_at": begins, "ends_at": ends}
        for name in ("starts_at", "ends_at"):
            if name in found and found[name] is None:
                self.add_error(name, _("Enter a day and a time."))
        since, until = found.get("starts_at"), found.get("ends_at")
        if since and until and (until <= since or until <= self.now):
            self.add_error("ends_at", _("Enter an end after the start, and still to come."))
        return found


class CoverForm(WindowForm):
    """Who covers for me and when, with one line for each patient that matters."""

    with_whom = forms.ChoiceField(
        label=gettext_lazy("Who covers for you"),
        error_messages={"required": gettext_lazy("Choose who covers: press a number.")},
    )

    def __init__(
        self, *data: Any, colleagues: Sequence[Candidate], patients: Sequence[OwnedPatient],
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*data, **options)
        self.patients = patients
        self.fields["with_whom"].choices = [(str(c.public_id), c.name) for c in colleagues]  # type: ignore[attr-defined]
        for patient in patients:
            self.fields[self.name_of(patient)] = LineField(
                label=f"{patient.given} {patient.family}", required=False, initial=patient.line
            )

    @staticmethod
    def name_of(patient: OwnedPatient) -> str:
        """Return the name of the field that holds the line about a patient."""
        return f"line-{patient.public_id}"

    def line_fields(self) -> list[tuple[OwnedPatient, BoundField]]:
        """Return each patient with the field of their line."""
        return [(patient, self[self.name_of(patient)]) for patient in self.patients]

    def lines(self) -> dict[int, str]:
        """Return what was written, by patient pk."""
        return {p.pk: self.cleaned_data[self.name_of(p)] for p in self.patients}


def least(split: Mapping[int, int]) -> int:
    """Return the colleague with the fewest of the patients, the last of several; 0 for none."""
    given = list(split.values())
    return min(reversed(list(dict.fromkeys(given))), key=given.count, default=0)


class SickForm(forms.Form):
    """Who takes which of an absent colleague's patients, from now until when."""

    ends_at = InstantField(label=gettext_lazy("Until"))
    reason = LineField(label=gettext_lazy("Why"), required=False, max_length=200)
    rest = forms.ChoiceField(
        label=gettext_lazy("Who takes what comes meanwhile"),
        error_messages={"required": gettext_lazy("Choose who takes whoever comes meanwhile.")},
    )

    def __init__(
        self, *data: Any, colleagues: Sequence[Candidate], patients: Sequence[OwnedPatient],
        split: Mapping[int, int], now: datetime, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*data, **options)
        self.now = now
        self.patients = patients
        self.by_id = {str(one.public_id): one for one in colleagues}
        by_pk = {one.pk: str(one.public_id) for one in colleagues}
        choices = [("", _("Nobody yet")), *((key, one.name) for key, one in self.by_id.items())]
        rest: Any = self.fields["rest"]
        rest.choices = choices
        rest.initial = by_pk.get(least(split))
        for patient in patients:
            self.fields[self.name_of(patient)] = forms.ChoiceField(
                label=patient.family, choices=choices, initial=by_pk.get(split.get(patient.pk, 0)),
                error_messages={"required": gettext_lazy("Choose who takes this patient.")},
            )  # fmt: skip

    @staticmethod
    def name_of(patient: OwnedPatient) -> str:
        """Return the name of the field that holds who takes a patient."""
        return f"to-{patient.public_id}"

    def rows(self) -> list[tuple[OwnedPatient, BoundField]]:
        """Return each patient with the choice of who takes them."""
        return [(patient, self[self.name_of(patient)]) for patient in self.patients]

    def clean(self) -> dict[str, Any]:
        """Refuse an end that has passed, and a list to which somebody came meanwhile."""
        found = super().clean() or self.cleaned_data
        if found.get("ends_at") and found["ends_at"] <= self.now:
            self.add_error("ends_at", _("Enter an end that is still to come."))
        if any(self.name_of(patient) not in self.data for patient in self.patients):
            raise ValidationError(_("A patient came onto this list meanwhile. Look it over."))
        return found

    def parts(self) -> dict[int, tuple[int, ...]]:
        """Return the patients of each colleague but the one who takes the rest."""
        taken: dict[int, list[int]] = {}
        for patient in self.patients:
            one = self.by_id[self.cleaned_data[self.name_of(patient)]]
            taken.setdefault(one.pk, []).append(patient.pk)
        return {pk: tuple(found) for pk, found in taken.items() if pk != self.rest_pk()}

    def rest_pk(self) -> int:
        """Return the pk of who takes all that the others do not, and whoever comes meanwhile."""
        return self.by_id[self.cleaned_data["rest"]].pk
