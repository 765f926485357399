"""What is asked of somebody who looks for help, enters an entry, or checks one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, LineField, TextField, VersionedForm
from patients.forms.fields import InstantField, PhoneField
from patients.forms.people import LANGUAGES
from patients.models import PayerClass
from referrals.actions import CapacityIn, CheckIn, EntryIn, ProgramIn
from referrals.models import (
    CheckMethod,
    CheckOutcome,
    MeetingForm,
    Meets,
    Need,
    NeedGroup,
    ProviderKind,
    Service,
)
from referrals.rules.needs import GROUPS

MILES = (5, 10, 25, 50, 100)
WAITS = (0, 2, 7, 14, 30)
OLDEST = 120
LONGEST_WAIT = 365
NEED_CHOICES = [
    (str(NeedGroup(group).label), [(code, Need(code).label) for code in codes])
    for group, codes in GROUPS.items()
]
SPOKEN = [(code, name) for code, name in LANGUAGES if code]
CLASSES = [(code, label) for code, label in PayerClass.choices if code != PayerClass.UNCONFIRMED]
KNOWN = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}


class FindForm(forms.Form):
    """Whom one looks for, as the address of the page holds it. payers: the patient's own first."""

    need = forms.ChoiceField(label=_("Need"), choices=NEED_CHOICES, initial=Need.HOME_NURSING)
    within = forms.TypedChoiceField(
        label=_("Distance"), coerce=int, empty_value=None, required=False, initial=25,
        choices=[(n, _("%(n)d miles") % {"n": n}) for n in MILES],
    )  # fmt: skip
    zip_code = LineField(label=_("From ZIP code"), max_length=10, required=False)
    payer = forms.ChoiceField(label=_("Payer"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Any")), *SPOKEN]
    )
    accepting = forms.ChoiceField(
        label=_("Accepting"), required=False, initial="maybe",
        choices=[("maybe", _("Yes or not known")), ("yes", _("Yes")), ("any", _("Any"))],
    )  # fmt: skip
    wait = forms.TypedChoiceField(
        label=_("Wait"), coerce=int, empty_value=None, required=False,
        choices=[("", _("Any")), (0, _("None")),
                 *((n, _("%(n)d days at most") % {"n": n}) for n in WAITS if n)],
    )  # fmt: skip
    name = LineField(label=_("Name"), max_length=80, required=False)

    def __init__(self, *args: Any, payers: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["payer"]
        field.choices = [("", gettext("Any")), *payers, *((f"{c}:", str(n)) for c, n in CLASSES)]

    def clean_zip_code(self) -> str:
        """Take five digits, with or without the four after them."""
        text: str = self.cleaned_data["zip_code"]
        digits = text.partition("-")[0].strip()
        if text and not (digits.isascii() and digits.isdigit() and len(digits) == 5):  # noqa: PLR2004
            raise forms.ValidationError(gettext("A ZIP code has five digits, such as 14620."))
        return digits

    def clean_accepting(self) -> str:
        """Nothing chosen is what stands first."""
        return self.cleaned_data["accepting"] or "maybe"


class EntryFields(forms.Form):
    """Who they are, where, and how to reach them. What is not known stays empty."""

    name = LineField(label=_("Name"), max_length=160)
    needs = forms.MultipleChoiceField(
        label=_("Serves"), choices=NEED_CHOICES, widget=forms.SelectMultiple(attrs={"size": 8}),
        error_messages={"required": _("Choose at least one need that they serve.")},
    )  # fmt: skip
    phone = PhoneField(label=_("Telephone"))
    fax = PhoneField(label=_("Fax"))
    website = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    street = LineField(label=_("Street"), max_length=200, required=False)
    city = LineField(label=_("City"), max_length=80, required=False)
    state = LineField(label=_("State"), max_length=2, required=False, help_text=_("Such as NY."))
    zip_code = forms.RegexField(
        r"^[0-9]{5}$", label=_("ZIP code"), required=False,
        error_messages={"invalid": _("A ZIP code has five digits, such as 14620.")},
    )  # fmt: skip
    hours = LineField(label=_("Hours"), max_length=120, required=False)
    access_words = LineField(
        label=_("Access"), max_length=160, required=False,
        help_text=_("Such as: ramp, lift, comes to the home."),
    )  # fmt: skip
    age_from = forms.IntegerField(
        label=_("From age"), min_value=0, max_value=OLDEST, required=False
    )
    age_to = forms.IntegerField(label=_("To age"), min_value=0, max_value=OLDEST, required=False)
    npi = forms.RegexField(
        r"^[0-9]{10}$", label=_("NPI"), required=False,
        error_messages={"invalid": _("An NPI has ten digits.")},
    )  # fmt: skip
    note = TextField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse ages the wrong way round."""
        said: dict[str, Any] = super().clean() or {}
        youngest, oldest = said.get("age_from"), said.get("age_to")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("age_to", gettext("This is below the youngest age."))
        return said

    def entry(self) -> EntryIn:
        """Return what the action takes."""
        said = self.cleaned_data
        return EntryIn(**{name: said[name] for name in EntryIn.__dataclass_fields__})


class NewEntryForm(EntryFields, CreateForm):
    """An entry that no file brought."""

    kind = forms.ChoiceField(label=_("What it is"), choices=ProviderKind.choices)
    field_order = ("kind", "name", "needs")


class CorrectForm(EntryFields, VersionedForm):
    """An entry as it should stand."""


class CheckForm(VersionedForm):
    """What somebody heard when they checked an entry.

    services: what the entry offers; spoken, takes: what is known now. A service has three fields of
    its own, a payer class one.
    """

    outcome = forms.ChoiceField(
        label=_("What did they say?"), choices=CheckOutcome.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )  # fmt: skip
    method = forms.ChoiceField(label=_("How"), choices=CheckMethod.choices)
    spoke_with = LineField(label=_("Spoke with"), max_length=120, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=SPOKEN, required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip
    note = TextField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, services: Sequence[Service], takes: Mapping[str, bool], **options: Any
    ) -> None:
        self.services = services
        initial = {**(options.pop("initial", None) or {})}
        for one in services:
            initial |= {
                f"accepting-{one.pk}": {True: "yes", False: "no", None: ""}[one.accepting],
                f"wait-{one.pk}": one.wait_days, f"capacity-{one.pk}": one.capacity,
            }  # fmt: skip
        for code, _label in CLASSES:
            initial[f"takes-{code}"] = {True: "yes", False: "no", None: ""}[takes.get(code)]
        super().__init__(*args, initial=initial, **options)
        self.fields |= dict(self._more())

    def _more(self) -> Iterator[tuple[str, forms.Field]]:
        for one in self.services:
            yield (
                f"accepting-{one.pk}",
                forms.ChoiceField(label=_("Takes new people"), choices=KNOWN, required=False),
            )
            yield (
                f"wait-{one.pk}",
                forms.IntegerField(
                    label=_("Wait in days"), min_value=0, max_value=LONGEST_WAIT, required=False
                ),
            )
            yield (
                f"capacity-{one.pk}",
                LineField(label=_("Capacity in their words"), max_length=60, required=False),
            )
        for code, label in CLASSES:
            yield f"takes-{code}", forms.ChoiceField(label=label, choices=KNOWN, required=False)

    def by_service(self) -> list[tuple[Service, list[BoundField]]]:
        """Return each service with its three fields."""
        names = ("accepting", "wait", "capacity")
        return [(one, [self[f"{name}-{one.pk}"] for name in names]) for one in self.services]

    def payers(self) -> list[BoundField]:
        """Return the fields of the payer classes."""
        return [self[f"takes-{code}"] for code, _label in CLASSES]

    def check(self) -> CheckIn:
        """Return what the action takes."""
        said = self.cleaned_data
        capacity = {
            one.pk: CapacityIn(
                accepting=YES_NO[said[f"accepting-{one.pk}"]], wait_days=said[f"wait-{one.pk}"],
                capacity=said[f"capacity-{one.pk}"],
            )
            for one in self.services
        }  # fmt: skip
        return CheckIn(
            method=said["method"], outcome=said["outcome"], spoke_with=said["spoke_with"],
            note=said["note"], services=capacity, languages=said["languages"],
            takes={code: YES_NO[said[f"takes-{code}"]] for code, _label in CLASSES},
        )  # fmt: skip


class ProgramForm(VersionedForm):
    """What a program or a group is about, and how and when people meet."""

    topic = LineField(label=_("About"), max_length=120)
    form = forms.ChoiceField(label=_("How they meet"), choices=MeetingForm.choices)
    meets = forms.ChoiceField(label=_("How often"), choices=Meets.choices)
    next_at = InstantField(label=_("Next meeting"), required=False)
    places = forms.IntegerField(label=_("Places"), min_value=0, max_value=9999, required=False)
    is_private = forms.BooleanField(
        label=_("Private: not shown on what a relative reads"), required=False
    )

    def program(self, host_id: int | None) -> ProgramIn:
        """Return what the action takes. host_id: who runs it, which is not asked here."""
        said = self.cleaned_data
        names = ("topic", "form", "meets", "next_at", "places", "is_private")
        return ProgramIn(**{name: said[name] for name in names}, host_id=host_id)
