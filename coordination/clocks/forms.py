"""What is typed on the pages of clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.clocks import rules
from coordination.clocks.models import Cause
from coordination.forms import LineField, TextField, VersionedForm

LOCAL = "%Y-%m-%dT%H:%M"
STATED = {"stay.admitted", "stay.departed", "stay.discharged"}  # have happened, or are no start


class StartForm(VersionedForm):
    """Another start for a clock, and why. `moment` is the typed local time as an instant."""

    start = forms.DateTimeField(
        label=gettext_lazy("Starts at"),
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d %b %Y %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "in"}, format=LOCAL),
        error_messages={
            "invalid": gettext_lazy("Type a day and a time, such as 2026-11-24 14:30.")
        },
    )
    why = LineField(
        label=gettext_lazy("Reason"),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Nothing moves without a reason.")},
    )

    def __init__(
        self, *args: Any, zone: ZoneInfo, anchor_event: str, now: datetime, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.zone, self.anchor_event, self.now = zone, anchor_event, now

    def clean_start(self) -> datetime:
        """Return the instant the typed time stands for in the clock's own zone."""
        typed: datetime = self.cleaned_data["start"]
        try:
            at = rules.local_instant(typed.date(), typed.time(), self.zone)
        except OverflowError:  # the last night of the year 9999
            raise ValidationError(self.fields["start"].error_messages["invalid"]) from None
        if self.anchor_event in STATED and at > self.now:
            raise ValidationError(_("This lies ahead. Type when it happened."), code="ahead")
        return at


class SignForm(forms.Form):
    """What somebody read to confirm a rule."""

    note = LineField(
        label=gettext_lazy("What you read"),
        required=False,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )


class ExplainForm(VersionedForm):
    """Why a deadline was missed: a cause from the list, and words."""

    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"),
        choices=[("", gettext_lazy("Choose")), *Cause.choices],
        error_messages={"required": gettext_lazy("Choose what came closest.")},
    )
    text = TextField(
        label=gettext_lazy("In words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say what happened and what you changed.")},
    )


class StopForm(VersionedForm):
    """The fact that makes a clock no longer apply."""

    why = LineField(
        label=gettext_lazy("What happened"),
        error_messages={
            "required": gettext_lazy("Say what happened: a clock stops for a fact only.")
        },
    )


class ExtendForm(VersionedForm):
    """What was documented that gives more time."""

    why = LineField(
        label=gettext_lazy("What was documented"),
        error_messages={
            "required": gettext_lazy("Name the letter or the call: nothing moves without it.")
        },
    )
