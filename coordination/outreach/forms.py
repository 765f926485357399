"""The filters of /outgoing/, a person's word on a message, and the switch."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms import TextField
from coordination.outreach.models import DeliveryState

LONGEST_ADDRESS = 254


class OutgoingForm(forms.Form):
    """The filters of /outgoing/, as the URL holds them. What is not known is ignored."""

    show = forms.ChoiceField(choices=[("next", "")], required=False)
    state = forms.ChoiceField(choices=DeliveryState.choices, required=False)
    after = forms.CharField(required=False, max_length=120)

    def place(self) -> tuple[datetime, UUID] | None:
        """Return (due_at, id) of the last row shown, or None for the first page."""
        at, _found, key = str(self.cleaned_data.get("after", "")).partition("_")
        try:
            place = datetime.fromisoformat(at), UUID(key)
        except ValueError:
            return None
        return place if place[0].tzinfo is not None else None


class SettleForm(forms.Form):
    """A person's word on a message that may have gone out."""

    state = forms.ChoiceField(choices=[("sent", ""), ("cancelled", "")])


class SwitchForm(forms.Form):
    """Whether messages leave, and to whom."""

    is_on = forms.BooleanField(label=gettext_lazy("Messages leave the building"), required=False)
    test_recipients = TextField(
        label=gettext_lazy("Only to these addresses and numbers"),
        help_text=gettext_lazy("One a line. Empty: to everybody."),
        required=False,
    )

    def clean_test_recipients(self) -> list[str]:
        """Return the lines, each short enough for an address."""
        lines = [line.strip() for line in str(self.cleaned_data["test_recipients"]).splitlines()]
        found = [line for line in lines if line]
        if any(len(line) > LONGEST_ADDRESS for line in found):
            raise ValidationError(_("One of these lines is too long for an address."))
        return found
