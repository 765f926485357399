"""What a person says of a token of the API they make for themselves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.actor import Actor
from coordination.access.scopes import offered
from coordination.forms import CreateForm, LineField

USUAL_DAYS = 90
LAST_SECOND = time(23, 59, 59)


class TokenForm(CreateForm):
    """What the token is for, what it may do, and its last day, read in the actor's zone."""

    name = LineField(
        label=gettext_lazy("What it is for"), max_length=80,
        help_text=gettext_lazy("Such as: bed board. So that you know later which one to end."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one: else it opens nothing.")},
        help_text=gettext_lazy("Only what you may do yourself, and only as long as you may."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *data: Any, actor: Actor, today: date, **options: Any) -> None:
        super().__init__(*data, **options)
        self.today, self.last = today, today + timedelta(days=settings.API_TOKEN_DAYS)
        self.fields["scopes"].choices = offered(actor)  # type: ignore[attr-defined]
        until = self.fields["until"]
        until.initial = min(today + timedelta(days=USUAL_DAYS), self.last)
        until.widget.attrs |= {"min": today.isoformat(), "max": self.last.isoformat()}
        until.help_text = _("At most %(days)s days from now.") % {"days": settings.API_TOKEN_DAYS}

    def clean_until(self) -> date:
        """Refuse a day that is over or too far away."""
        day: date = self.cleaned_data["until"]
        if day < self.today:
            raise ValidationError(_("This day is over. Choose today or a later one."))
        if day > self.last:
            raise ValidationError(
                _("Choose a day within %(days)s days.") % {"days": settings.API_TOKEN_DAYS}
            )
        return day

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return the last second of the last day."""
        return datetime.combine(self.cleaned_data["until"], LAST_SECOND, zone)
