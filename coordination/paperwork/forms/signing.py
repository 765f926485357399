"""What is asked when a signature is needed, and when it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, LineField
from coordination.paperwork.actions import SignIn
from coordination.paperwork.forms.sending import TimedForm, need_address
from coordination.paperwork.lines import name_of
from coordination.paperwork.models import CameBy, Document, SignedHow, SignerRole
from patients.forms.fields import InstantField


class AskSignatureForm(CreateForm):
    """Whose signature is needed, and how they get the paper."""

    signer = LineField(label=_("Who signs"), max_length=120)
    role = forms.ChoiceField(label=_("Signs as"), choices=[("", _("Choose")), *SignerRole.choices])
    is_inside = forms.BooleanField(label=_("Works in our house"), required=False)
    phone = LineField(
        label=_("Phone"), max_length=32, required=False,
        help_text=_("Where to ask again when it does not come."),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("They get it by"), required=False,
        choices=[("", _("They have it already")), *CameBy.choices],
    )  # fmt: skip
    to_address = LineField(label=_("Fax number, address or portal"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the number or address where the channel needs one."""
        said: dict[str, Any] = super().clean() or {}
        need_address(self, said)
        return said

    def what(self) -> SignIn:
        """Return what the action takes."""
        said = self.cleaned_data
        names = ("signer", "role", "is_inside", "phone", "channel", "to_address")
        return SignIn(**{name: said[name] for name in names})


class SignedForm(TimedForm):
    """When it was signed, and by what one knows."""

    how = forms.ChoiceField(
        label=_("How we know"), widget=forms.RadioSelect, choices=SignedHow.choices
    )
    signed_at = InstantField(label=_("Signed at"), past=True)
    signed_copy = forms.ChoiceField(
        label=_("The signed paper"), required=False,
        help_text=_("Of this chart. File it first, if it is not here yet."),
    )  # fmt: skip
    witness = LineField(
        label=_("Witness"), max_length=120, required=False,
        help_text=_("Who listened, when it was agreed by phone."),
    )  # fmt: skip

    def __init__(self, *args: Any, copies: Sequence[Document], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["signed_copy"]
        rest = [(str(one.public_id), name_of(one)) for one in copies]
        field.choices = [("", _("None")), *rest]

    def clean(self) -> dict[str, Any]:
        """Ask for the paper that came back, or the witness of a call."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("how") == SignedHow.PAPER and not said.get("signed_copy"):
            self.add_error("signed_copy", gettext("Choose the paper that came back."))
        if said.get("how") == SignedHow.PHONE and not said.get("witness"):
            self.add_error("witness", gettext("A signature by phone needs a witness."))
        return said
