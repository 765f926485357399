"""What comes in as JSON: text, instants and references, and bodies made of the pages' own forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as Wrong
from django.utils.translation import gettext as _
from rest_framework import serializers

from coordination.forms import TextField, check_length, check_text
from patients.forms.fields import BirthDateField, DayField, InstantField
from patients.forms.stays import UnitField

HIDDEN = {"version", "create_key", "team"}
LONGEST_UNIT = 70


def is_clean(text: str) -> bool:
    """Say whether a text could be stored and read: no NUL, no control, no lone surrogate."""
    try:
        check_text(text, breaks=True)
    except Wrong:
        return False
    return True


class Line(serializers.CharField):
    """One line of text, checked as the pages check it."""

    breaks = False

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        super().__init__(**options)
        self.validators = []  # ours say what to do

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data).replace("\r\n", "\n")
        try:
            check_length(text, self.max_length or 0)
            check_text(text, breaks=self.breaks)
        except Wrong as wrong:
            raise serializers.ValidationError(wrong.messages) from wrong
        return text


class Lines(Line):
    """Several lines of text."""

    breaks = True


class Instant(serializers.DateTimeField):
    """A day and time with its offset from UTC: without it nobody knows when that is."""

    def to_internal_value(self, value: Any) -> datetime:
        at = super().to_internal_value(value)
        if not isinstance(value, str) or not value.rstrip()[10:].strip("Tt 0123456789:.,"):
            raise serializers.ValidationError(
                _("Give the offset too, such as 2026-11-24T14:30:00-05:00.")
            )
        return at


class Body(serializers.Serializer[Any]):
    """A JSON object. A name nobody asked for is refused: it would be ignored without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"": [_("Send one JSON object.")]})
        wrong = {
            name if is_clean(str(name)) else "": [_("This field is not known here.")]
            for name in data
            if name not in self.fields
        }
        for name, value in data.items():
            if isinstance(value, str) and not is_clean(value):
                wrong.setdefault(
                    name if is_clean(name) else "",
                    [_("This holds a character that cannot be read. Please type it again.")],
                )
        if wrong:
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def body_of(
    name: str,
    form: type[forms.Form],
    leave: Iterable[str] = (),
    **more: serializers.Field[Any, Any, Any, Any],
) -> type[Body]:
    """Return the body that fills a page's form. leave: its fields it has not; more: of its own."""
    fields = {
        field_name: json_field(field)
        for field_name, field in form.base_fields.items()
        if field_name not in HIDDEN and field_name not in set(leave)
    }
    return type(name, (Body,), {"__doc__": form.__doc__, **fields, **more})


def json_field(field: Any) -> serializers.Field[Any, Any, Any, Any]:  # noqa: PLR0911  one line a kind
    """Return the JSON field for a form's field. What has an initial value may be left out."""
    needed = field.required and field.initial is None
    about: dict[str, Any] = {"required": needed, "help_text": str(field.label or "")}
    blank: dict[str, Any] = {"allow_blank": not field.required}
    most, choices = getattr(field, "max_length", None), getattr(field, "choices", ())
    match field:
        case forms.BooleanField():
            return serializers.BooleanField(**about)
        case forms.IntegerField():
            return serializers.IntegerField(
                **about,
                **{name: getattr(field, name) for name in ("min_value", "max_value")},
            )
        case UnitField():
            about["help_text"] = str(_("Unit: code of the facility, a slash, code of the unit"))
            return Line(max_length=LONGEST_UNIT, **about)
        case forms.ChoiceField():
            offered = [choice for choice in choices if choice[0] != ""]
            return serializers.ChoiceField(choices=offered, **about, **blank)
        case InstantField():
            return Instant(allow_null=not field.required, **about)
        case BirthDateField() | DayField():
            return serializers.DateField(allow_null=not field.required, **about)
        case TextField():
            return Lines(max_length=most, **about, **blank)
        case forms.CharField():
            return Line(max_length=most or 254, **about, **blank)
    raise TypeError(f"No JSON for {type(field).__name__}")


def checked(form: forms.Form) -> dict[str, Any]:
    """Return a form's cleaned fields. Raises ValidationError with the page's own sentences."""
    if form.is_valid():
        return form.cleaned_data
    raise serializers.ValidationError(
        {
            ("" if name == "__all__" else name): [str(one) for one in said]
            for name, said in form.errors.items()
        }
    )


def filled(form: type[forms.Form], sent: Mapping[str, Any], **options: Any) -> forms.Form:
    """Return a page's form filled with what was sent, and with its initial values for the rest."""
    initial: Mapping[str, Any] = options.get("initial", {})
    known = {
        name: initial.get(name, field.initial)
        for name, field in form.base_fields.items()
        if name not in HIDDEN
    }
    bound = form({**known, **sent}, **options)
    for name in HIDDEN & set(bound.fields):
        del bound.fields[name]
    return bound
