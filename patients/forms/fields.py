"""Fields that read what people type about people, and say what is expected when they cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coordination.forms import LineField
from coordination.words import day_words
from patients.phones import spoken
from patients.rules import readings


class PhoneField(LineField):
    """A telephone number, kept in one spelling."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=32, required=options.pop("required", False), **options)

    def clean(self, value: Any) -> str:
        """Return the number as we write it. Raises ValidationError when it is none."""
        text = str(super().clean(value))
        if not text:
            return ""
        number = spoken(text)
        if number is None:
            raise ValidationError(
                _("Enter ten digits, such as (555) 010-7730, or + and the country code.")
            )
        return number


class BirthDateField(LineField):
    """A birth date in any usual spelling, between today and 120 years ago."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.today = date.max

    def prepare_value(self, value: Any) -> Any:
        """Show a date as we say it; what was typed stays as typed."""
        return day_words(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        """Return the date. Raises ValidationError when none, or more than one, can be read."""
        text = str(super().clean(value))
        if not text:
            return None
        days = readings(text, self.today).birth_dates
        if len(days) == 1:
            return days[0]
        if days:
            raise ValidationError(
                _("This can be read in two ways. Write it like 14 Mar 1948, with the full year.")
            )
        raise ValidationError(
            _("Enter a day that has been, like 3/14/1948 or 14 Mar 1948, with the full year.")
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown with what was typed."""
        return super().has_changed(self.prepare_value(initial), data)


class InstantField(forms.DateTimeField):
    """A day and time, read in the zone that the view has made current. past: not ahead of now."""

    def __init__(self, *, past: bool = False, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)
        self.past = past
        self.now: datetime | None = None

    def clean(self, value: Any) -> datetime | None:
        """Return the instant. Raises ValidationError when it is none, or still to come."""
        at: datetime | None = super().clean(value)
        try:
            at and at.astimezone(UTC)
        except OverflowError:  # the first or last night of the calendar
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if at is not None and self.past and self.now is not None and at > self.now:
            raise ValidationError(_("This is still to come. Enter when it really happened."))
        return at


class DayField(forms.DateField):
    """A date without an hour."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, required=options.pop("required", False), **options)


class PatientForm(forms.Form):
    """Base of the forms of this room: tells its fields what time it is.

    now, today: of the request, in the zone the view has made current.
    """

    def __init__(self, *args: Any, now: datetime, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, InstantField):
                field.now = now
            elif isinstance(field, BirthDateField):
                field.today = today

    def values(self) -> dict[str, Any]:
        """Return the cleaned fields an action takes: without the form's own hidden ones."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"version", "create_key", "why", "team"}
        }
