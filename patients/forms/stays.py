"""Forms about a stay, from admission to leaving, and about visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.access.models import Unit
from coordination.forms import CreateForm, LineField, VersionedForm
from patients.forms.fields import InstantField, PatientForm, PhoneField
from patients.models import Disposition, IllnessSeverity, SegmentClass, Visit, VisitStatus

WHERE_TO = [("", _("Choose")), *Disposition.choices]


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One ward of the actor's organization, by name and house."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.facility.name}"

    def offer(self, organization_id: int) -> None:
        """Offer the wards of one organization. 1 statement when drawn."""
        units = Unit.objects.filter(organization_id=organization_id).select_related("facility")
        self.queryset = units.order_by("facility__name", "name")


class InUnits(PatientForm):
    """A form that names a ward and a bed."""

    unit = UnitField(label=_("Unit"))
    bed = LineField(label=_("Bed"), max_length=16, required=False)

    def __init__(self, *args: Any, organization_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["unit"]
        field.offer(organization_id)


class AdmitForm(InUnits, CreateForm):
    """A stay begins."""

    at = InstantField(label=_("Admitted"), past=True)
    segment_class = forms.ChoiceField(
        label=_("Status of the stay"), choices=SegmentClass, initial=SegmentClass.INPATIENT
    )
    reason = LineField(label=_("Reason"), required=False)
    admit_source = LineField(label=_("Came from"), max_length=60, required=False)
    told_by = LineField(label=_("Order or source"), max_length=120, required=False)


class MoveForm(InUnits, VersionedForm):
    """The patient lies in another bed."""

    at = InstantField(label=_("Moved"), past=True)
    why = LineField(label=_("Why"), required=False)


class CorrectPlaceForm(InUnits, VersionedForm):
    """Mends where the patient lay, or since when."""

    at = InstantField(label=_("From"), past=True)
    why = LineField(label=_("Why this is corrected"))


class SeverityForm(PatientForm, VersionedForm):
    """How sick the patient is."""

    severity = forms.ChoiceField(
        label=_("Illness severity"), choices=IllnessSeverity, widget=forms.RadioSelect
    )
    why = LineField(label=_("Why"), required=False)


class SegmentForm(PatientForm, VersionedForm):
    """The stay is in another status from an instant on."""

    segment_class = forms.ChoiceField(label=_("Status of the stay"), choices=SegmentClass)
    starts_at = InstantField(label=_("From"), past=True)
    told_by = LineField(label=_("Order or source"), max_length=120, required=False)


class ExpectedForm(PatientForm, VersionedForm):
    """When the patient is expected to leave; empty when it is no longer known."""

    expected_at = InstantField(label=_("Expected to leave"), required=False)
    why = LineField(label=_("Why it moved"), required=False)


class PlanForm(PatientForm, VersionedForm):
    """Where the patient goes from here."""

    disposition = forms.ChoiceField(label=_("Leaving to"), choices=WHERE_TO)
    expected_at = InstantField(label=_("Expected to leave"), required=False)


class DepartForm(PatientForm, VersionedForm):
    """The patient left the building."""

    disposition = forms.ChoiceField(label=_("Left to"), choices=WHERE_TO)
    departed_at = InstantField(label=_("Left"), past=True)


class CorrectStayForm(PatientForm, VersionedForm):
    """Mends what was recorded of a stay. Clocks move with a corrected start or end."""

    admitted_at = InstantField(label=_("Admitted"), past=True)
    departed_at = InstantField(label=_("Left"), past=True, required=False)
    disposition = forms.ChoiceField(label=_("Left to"), choices=WHERE_TO, required=False)
    reason = LineField(label=_("Reason for the stay"), required=False)
    admit_source = LineField(label=_("Came from"), max_length=60, required=False)
    code_status = LineField(label=_("Code status"), max_length=60, required=False)
    code_status_source = LineField(label=_("Code status told by"), max_length=120, required=False)
    why = LineField(label=_("Why this is corrected"))

    def __init__(self, *args: Any, has_left: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_left:
            del self.fields["departed_at"], self.fields["disposition"]
        else:
            self.fields["departed_at"].required = self.fields["disposition"].required = True

    def clean(self) -> None:
        """Leaving lies after coming."""
        super().clean()
        came, left = self.cleaned_data.get("admitted_at"), self.cleaned_data.get("departed_at")
        if came and left and left < came:
            self.add_error("departed_at", _("The patient cannot leave before they came."))


class VisitForm(PatientForm):
    """An appointment."""

    with_whom = LineField(label=_("With"), max_length=160)
    starts_at = InstantField(label=_("Begins"))
    ends_at = InstantField(label=_("Ends"), required=False)
    place = LineField(label=_("Where"), max_length=160, required=False)
    phone = PhoneField(label=_("Telephone"))
    reason = LineField(label=_("For"), required=False)

    def clean(self) -> None:
        """Check that the end lies after the beginning."""
        super().clean()
        begins, ends = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("Enter a time after the visit begins."))


class BookForm(VisitForm, CreateForm):
    """A new appointment."""


class ChangeVisitForm(VisitForm, VersionedForm):
    """Moves an appointment, or says what became of it."""

    status = forms.ChoiceField(label=_("How it stands"), choices=VisitStatus)
    outcome_source = LineField(
        label=_("Who told you"), max_length=24, required=False,
        help_text=_("Needed for kept and missed: the practice, the patient, the record."),
    )  # fmt: skip
    why = LineField(label=_("Why"), required=False)

    def __init__(self, *args: Any, status: str, **options: Any) -> None:
        super().__init__(*args, **options)
        after = {status, *Visit.MOVES[VisitStatus(status)]}
        field: Any = self.fields["status"]
        field.choices = [choice for choice in VisitStatus.choices if choice[0] in after]
        self.fields["starts_at"].required = status == VisitStatus.BOOKED

    def clean(self) -> None:
        """Kept and missed name who says so."""
        super().clean()
        is_told = self.cleaned_data.get("status") in {VisitStatus.FULFILLED, VisitStatus.NO_SHOW}
        if is_told and not self.cleaned_data.get("outcome_source"):
            self.add_error("outcome_source", _("Say who told you."))
