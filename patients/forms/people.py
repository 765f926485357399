"""Forms about who the patient is, and how they want to be reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.access.models import Team
from coordination.forms import CreateForm, LineField, TextField, VersionedForm
from patients.forms.fields import BirthDateField, InstantField, PatientForm, PhoneField
from patients.models import Channel, Interpreter, Sex
from patients.rules import identifier_norm

INTERPRETER = [(choice.value, choice.label) for choice in Interpreter]
LANGUAGES = [
    ("", _("Not asked")), ("en", _("English")), ("es", _("Spanish")), ("zh", _("Chinese")),
    ("vi", _("Vietnamese")), ("tl", _("Tagalog")), ("ar", _("Arabic")), ("ko", _("Korean")),
    ("ru", _("Russian")), ("uk", _("Ukrainian")), ("fr", _("French")), ("ht", _("Haitian Creole")),
    ("pt", _("Portuguese")), ("hi", _("Hindi")), ("ne", _("Nepali")), ("so", _("Somali")),
    ("ig", _("Igbo")), ("pl", _("Polish")), ("de", _("German")), ("it", _("Italian")),
    ("ja", _("Japanese")), ("fa", _("Persian")), ("ur", _("Urdu")), ("bn", _("Bengali")),
    ("my", _("Burmese")), ("sw", _("Swahili")), ("ase", _("American Sign Language")),
]  # fmt: skip


class PersonForm(PatientForm):
    """Who somebody is. Only the family name is needed."""

    family = LineField(label=_("Family name"), max_length=80)
    given = LineField(label=_("Given name"), max_length=80, required=False)
    birth_date = BirthDateField(
        label=_("Birth date"), required=False, help_text=_("Such as 3/14/1948 or 14 Mar 1948.")
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex, initial=Sex.UNKNOWN)
    mrn = LineField(label=_("MRN"), max_length=32, required=False)
    phone = PhoneField(label=_("Telephone"))
    language = forms.ChoiceField(label=_("Language at home"), choices=LANGUAGES, required=False)
    interpreter = forms.ChoiceField(label=_("Interpreter"), choices=INTERPRETER, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    street = LineField(label=_("Street"), max_length=160, required=False)
    city = LineField(label=_("City"), max_length=80, required=False)
    state = LineField(label=_("State"), max_length=2, required=False, help_text=_("Such as NY."))
    zip_code = LineField(label=_("ZIP code"), max_length=10, required=False)
    about_me = TextField(
        label=_("What matters to them"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = self.initial.get("language", "")
        if known and known not in dict(LANGUAGES):
            field = self.fields["language"]
            field.choices = [*LANGUAGES, (known, known)]  # type: ignore[attr-defined]

    def clean_state(self) -> str:
        """Keep states in capitals, as addresses write them."""
        return str(self.cleaned_data["state"]).upper()

    def clean_mrn(self) -> str:
        """Check that there is something to find it by."""
        mrn = str(self.cleaned_data["mrn"])
        if mrn and not identifier_norm(mrn).isalnum():
            raise forms.ValidationError(
                _("An MRN has letters and digits only, such as 004 118 27.")
            )
        return mrn


class RegisterForm(PersonForm, CreateForm):
    """A new patient, and the own team that will look after them."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none())
    is_unlisted = forms.BooleanField(
        label=_("Unlisted: tell nobody that this patient is here"), required=False
    )

    def __init__(self, *args: Any, team_ids: tuple[int, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        teams = Team.objects.filter(pk__in=team_ids).order_by("name")
        field: Any = self.fields["team"]
        field.queryset = teams
        field.label_from_instance = lambda team: team.name
        field.empty_label = None
        self.initial.setdefault("team", teams.first())


class CorrectForm(PersonForm, VersionedForm):
    """Corrections of who the patient is. What stood there before is kept."""

    why = LineField(
        label=_("Why"), required=False, help_text=_("Kept with what stood there before.")
    )


class DeathForm(PatientForm, VersionedForm):
    """When the patient died, and who said so."""

    died_at = InstantField(label=_("Died"), past=True)
    told_by = LineField(label=_("Told by"), help_text=_("Such as: told by wife Nora."))


class WhyForm(PatientForm, VersionedForm):
    """One reason, for an act that needs nothing else."""

    why = LineField(label=_("Why"))


class UnlistForm(PatientForm, VersionedForm):
    """That the patient wishes to be unlisted, or no longer does, and who said so."""

    why = LineField(label=_("Why, and who said so"), help_text=_("Such as: told by the patient."))


class WishForm(PatientForm):
    """How the patient wants to be reached by one channel; stopping it is here too."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel)
    is_out = forms.BooleanField(
        label=_("Wants no more of it: stop what is planned"), required=False
    )
    is_preferred = forms.BooleanField(label=_("Prefers this channel"), required=False)
    ok_voicemail = forms.BooleanField(label=_("A voicemail may be left"), required=False)
    hours = LineField(
        label=_("Hours"), max_length=60, required=False, help_text=_("Such as 17:00-20:00.")
    )
    told_by = LineField(label=_("Told by"), required=False)
