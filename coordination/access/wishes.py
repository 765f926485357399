"""Forms of the profile: how a person wants pages, and which keys they press.

What is chosen here changes what one person sees and is theirs alone, so it carries no version: the
last choice of the same person holds.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination import keys
from coordination.access.actor import Actor
from coordination.access.forms import PHONE
from coordination.access.models import Density, Digest, Hours, KeyMap, Theme, User
from coordination.forms import LineField
from coordination.nav import pages_for

OFF = "off"


class ProfileForm(forms.Form):
    """How a person is named and reached, and how pages look to them."""

    first_name = LineField(
        label=gettext_lazy("Given name shown"), max_length=150,
        help_text=gettext_lazy("As colleagues call you. An administrator keeps the family name."),
    )  # fmt: skip
    phone = LineField(
        label=gettext_lazy("Phone"), required=False, max_length=32, validators=[PHONE],
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("Offered when a shift begins; on duty, it is called from now on."),
    )  # fmt: skip
    start_page = forms.ChoiceField(label=gettext_lazy("First page"), required=False)
    theme = forms.ChoiceField(
        label=gettext_lazy("Colors"), choices=Theme.choices, widget=forms.RadioSelect
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("Time of day"), choices=Hours.choices, coerce=int,
        widget=forms.RadioSelect,
    )  # fmt: skip
    density = forms.ChoiceField(
        label=gettext_lazy("Lists"), choices=Density.choices, widget=forms.RadioSelect
    )
    digest = forms.ChoiceField(
        label=gettext_lazy("Mail about late work"), choices=Digest.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Counts only, never a patient. What climbs to you comes in the morning even if you"
            " choose never. Inside Throughline you always see it."
        ),
    )  # fmt: skip

    def __init__(self, *data: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*data, **options)
        self.actor = actor
        self.fields["start_page"].choices = [("", _("By my role")), *pages_for(actor)]  # type: ignore[attr-defined]

    def clean_first_name(self) -> str:
        """Refuse a name by which two colleagues could be taken for one another. 1 statement."""
        name: str = self.cleaned_data["first_name"].strip()
        user = self.actor.user
        assert user is not None, "the view takes a person"  # noqa: S101
        if name == user.first_name:
            return name
        same = User.objects.alias(first=Lower("first_name"), last=Lower("last_name")).filter(
            organization=user.organization, is_active=True, first=name.lower(),
            last=user.last_name.lower(),
        )  # fmt: skip
        if same.exclude(pk=user.pk).exists():
            raise ValidationError(
                _("A colleague is called %(name)s here. Add a second name or an initial.")
                % {"name": f"{name} {user.last_name}"}
            )
        return name


class KeysForm(forms.Form):
    """Which keys a person presses: how, and for each shortcut that moves, its letter."""

    how = forms.ChoiceField(
        label=gettext_lazy("Shortcuts"),
        choices=[
            *KeyMap.choices,
            (OFF, gettext_lazy("Off; Ctrl K, Ctrl Enter and Esc still work")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "For who dictates, uses a screen reader or strikes keys unmeant: with Alt and Shift, or"
            " off. They never work while you type in a field."
        ),
    )

    def __init__(self, *data: Any, **options: Any) -> None:
        super().__init__(*data, **options)
        for key in keys.MOVABLE:
            self.fields[key.code] = forms.CharField(
                label=str(key.what), max_length=1, strip=True,
                widget=forms.TextInput(attrs={"autocapitalize": "characters", "size": 2}),
                error_messages={"required": _("Give it a letter; its own is %s.") % key.code},
            )  # fmt: skip

    def letters(self) -> list[forms.BoundField]:
        """Return the fields of the shortcuts."""
        return [self[key.code] for key in keys.MOVABLE]

    def clean(self) -> dict[str, Any]:
        """Add `own`, or say of each letter that is no letter or is taken what stands against it."""
        found = super().clean() or self.cleaned_data
        letters = {k.code: found[k.code].upper() for k in keys.MOVABLE if k.code in found}
        for code, letter in list(letters.items()):
            if not ("A" <= letter <= "Z"):
                self.add_error(code, _("Choose a letter from A to Z."))
                del letters[code]
        chords = found.get("how") == KeyMap.CHORDS
        for code, holder in keys.taken(letters, chords=chords).items():
            said = {"letter": letters[code], "what": holder.what}
            self.add_error(code, _("%(letter)s is “%(what)s” already. Choose another.") % said)
        return {**found, "own": keys.kept(letters.items())}


def keys_said(form: KeysForm, user: User) -> dict[str, Any]:
    """Return the wishes of a form that holds. user: keeps the way of pressing while it is off."""
    how = form.cleaned_data["how"]
    return {
        "keys_on": how != OFF,
        "keys_map": user.keys_map if how == OFF else how,
        "keys_own": form.cleaned_data["own"],
    }


def keys_initial(user: User) -> dict[str, Any]:
    """Return what the form of the keys starts with."""
    held = keys.keys_of(user.keys_map, tuple(user.keys_own))
    own = dict(held.own)
    letters = {key.code: own.get(key.code, key.code) for key in keys.MOVABLE}
    return {"how": user.keys_map if user.keys_on else OFF, **letters}
