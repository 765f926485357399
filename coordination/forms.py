"""The form fields and form bases every room builds on (trust.md 7: text).

A sentence goes into a LineField, a note into a TextField. Both refuse what the database or a reader
could not hold: NUL and other controls, lone surrogates, bytes that were no UTF-8, and a megabyte
where a sentence belongs. The refusal is a sentence at the field.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

BASE = "base:"  # before the name of a field: what stood in it when its form was opened
LINE_LENGTH = 200
TEXT_LENGTH = 4000
BREAKS = frozenset("\n\r\t")
CONTROLS = frozenset(map(chr, [*range(32), *range(127, 160)])) - BREAKS
REPLACEMENT = "\ufffd"  # what Django puts where the bytes were no UTF-8
FIRST_SURROGATE, LAST_SURROGATE = "\ud800", "\udfff"


def check_text(text: str, *, breaks: bool = False) -> None:
    """Raise ValidationError if the text holds a character that nobody could store or read.

    breaks: whether line breaks and tabs may be in it.
    """
    if not breaks and not BREAKS.isdisjoint(text):
        raise ValidationError(_("Please write this on one line."), code="breaks")
    if not CONTROLS.isdisjoint(text):
        raise ValidationError(
            _("This holds an invisible control character. Please type it again."), code="control"
        )
    if REPLACEMENT in text or any(FIRST_SURROGATE <= char <= LAST_SURROGATE for char in text):
        raise ValidationError(
            _("This holds a character that cannot be read. Please type it again."),
            code="unreadable",
        )


def check_length(text: str, most: int) -> None:
    """Raise ValidationError if the text is longer than it may be, and say by how much."""
    over = len(text) - most
    if over > 0:
        raise ValidationError(
            ngettext(
                "This is %(over)d character too long; the most is %(most)d.",
                "This is %(over)d characters too long; the most is %(most)d.",
                over,
            )
            % {"over": over, "most": most},
            code="max_length",
        )


class LineField(forms.CharField):
    """One line of text: a name, a reason, a phone number as typed. Stripped of outer blanks."""

    breaks = False

    def __init__(self, *, max_length: int = LINE_LENGTH, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        # Ours say what to do; Django's own two (length, NUL) would say the same thing twice.
        self.validators = list(options.get("validators", ()))

    def validate(self, value: Any) -> None:
        """Check the length before the characters, so that a megabyte costs nothing."""
        super().validate(value)
        check_length(value, self.max_length or LINE_LENGTH)
        check_text(value, breaks=self.breaks)


class TextField(LineField):
    """Several lines of plain text: a note. Line breaks come out as newline."""

    breaks = True
    widget = forms.Textarea

    def __init__(self, *, max_length: int = TEXT_LENGTH, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with the browser's CRLF as newline, as its own length count sees it."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class VersionedForm(forms.Form):
    """A form that changes a record: carries the version it was opened with (trust.md D27).

    Beside each field goes what stood in it then: whoever finds that somebody changed the record
    meanwhile is asked only about what both changed (access/conflict.py).
    """

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.opened_with = dict(self.initial)

    def base_pairs(self) -> list[tuple[str, str]]:
        """Return what stood in each field when the form was opened, as hidden inputs carry it."""
        if self.is_bound:
            keys = [key for key in self.data if key.startswith(BASE)]
            return [(key, value) for key in keys for value in self.data.getlist(key)]  # type: ignore[attr-defined]
        pairs = []
        for bound in self.visible_fields():
            value = self.opened_with.get(bound.name, bound.field.initial)
            value = value() if callable(value) else value
            pairs += [(BASE + bound.html_name, text) for text in as_posted(bound, value) or [""]]
        return pairs


UNSAID: Any = object()


def as_posted(bound: forms.BoundField, value: Any = UNSAID) -> list[str]:
    """Return what a field would post if nobody touched it.

    value: of the field; by default the one its form starts with.
    """
    value = bound.field.prepare_value(bound.initial if value is UNSAID else value)
    widget: Any = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return [] if value in (None, False, "", "False") else ["on"]
    if isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        return [str(one) for one in value or ()]
    text = value if isinstance(widget, forms.widgets.ChoiceWidget) else widget.format_value(value)
    return [] if text in (None, "") else [str(text)]


class CreateForm(forms.Form):
    """A form that makes a record: carries a key, so that five posts make one (trust.md D28)."""

    create_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
