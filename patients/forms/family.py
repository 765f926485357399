"""Forms about contacts, what each may be told, and insurance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, LineField, VersionedForm
from patients.forms.fields import DayField, InstantField, PatientForm, PhoneField
from patients.forms.people import LANGUAGES
from patients.models import ContactKind, PayerClass, Topic

PAYERS = [("", _("Choose")), *PayerClass.choices]


class ContactForm(PatientForm):
    """Somebody to speak with. Being a contact allows nothing by itself."""

    name = LineField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind, initial=ContactKind.FAMILY)
    relation = LineField(
        label=_("Relation or role"), max_length=60, required=False,
        help_text=_("Such as daughter, neighbor, family doctor."),
    )  # fmt: skip
    organization_name = LineField(label=_("Practice or agency"), max_length=120, required=False)
    phone = PhoneField(label=_("Telephone"))
    other_phone = PhoneField(label=_("Other telephone"))
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    best_time = LineField(label=_("Best time"), max_length=120, required=False)
    decision_role = LineField(
        label=_("Decides for the patient as"), max_length=60, required=False,
        help_text=_("Such as health care proxy. Empty: decides nothing."),
    )  # fmt: skip
    rank = forms.IntegerField(label=_("Call in this order"), min_value=1, max_value=99, initial=1)
    note = LineField(label=_("Note"), required=False)
    must_not_be_told = forms.BooleanField(
        label=_("Must not be told anything, at the patient's wish"), required=False
    )

    def clean(self) -> None:
        """Check that the contact can be reached, or that the note says how."""
        super().clean()
        ways = ("phone", "other_phone", "email", "note")
        if not self.errors and not any(self.cleaned_data.get(way) for way in ways):
            self.add_error("phone", _("Enter a number or an e-mail, or note how to reach them."))


class AddContactForm(ContactForm, CreateForm):
    """A new contact."""


class ChangeContactForm(ContactForm, VersionedForm):
    """Changes of a contact."""

    why = LineField(label=_("Why"), required=False)


class PermissionForm(PatientForm, CreateForm):
    """What the patient allows us to tell one contact. In force when all of it is there."""

    topics = forms.MultipleChoiceField(
        label=_("May be told about"), choices=Topic, widget=forms.CheckboxSelectMultiple
    )
    starts_at = InstantField(label=_("From"))
    ends_at = InstantField(label=_("Until"))
    document = LineField(
        label=_("Signed document"),
        help_text=_("Where the signed paper is, such as: release, p. 1."),
    )

    def clean(self) -> None:
        """Check that the end lies after the start."""
        super().clean()
        starts, ends = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("Enter a time after the permission starts."))


class CoverageForm(PatientForm):
    """One insurance. The payer class decides which rules of payers apply."""

    payer = LineField(label=_("Payer"), max_length=160)
    plan = LineField(label=_("Plan"), max_length=160, required=False)
    payer_class = forms.ChoiceField(
        label=_("Payer class"), choices=PAYERS,
        help_text=_("Decides which deadlines apply. Not confirmed: none do."),
    )  # fmt: skip
    member_id = LineField(label=_("Member number"), max_length=80, required=False)
    phone = PhoneField(label=_("Telephone"))
    order = forms.ChoiceField(
        label=_("Order"), choices=[("1", _("Primary")), ("2", _("Secondary")), ("3", _("Third"))]
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    def clean(self) -> None:
        """Check that the end lies after the start."""
        super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("Enter a day after the insurance starts."))

    def values(self) -> dict[str, Any]:
        """Return the fields with the order as a number."""
        values = super().values()
        return {**values, "order": int(values["order"])}


class AddCoverageForm(CoverageForm, CreateForm):
    """A new insurance."""


class ChangeCoverageForm(CoverageForm, VersionedForm):
    """Changes of an insurance, such as confirming its payer class."""

    why = LineField(label=_("Why"), required=False)
