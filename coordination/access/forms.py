"""Forms of access."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from coordination.access.models import Theme
from coordination.forms import check_text

MOST_BYTES = 64 * 1024
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "subject_id"})


class DraftForm(forms.Form):
    """What a half-typed form sends: any fields at all, bounded, and what it is about."""

    subject_id = forms.UUIDField(required=False)

    def __init__(self, sent: dict[str, list[str]], **options: Any) -> None:
        self.sent = sent
        super().__init__({"subject_id": (sent.get("subject_id") or [""])[0]}, **options)

    def clean(self) -> dict[str, Any]:
        """Add `fields`, or say why the draft cannot be kept."""
        found = super().clean() or self.cleaned_data
        fields = {
            name: texts
            for name, texts in self.sent.items()
            if name not in NOT_TYPED and "password" not in name
        }
        if len(json.dumps(fields, ensure_ascii=False).encode(errors="replace")) > MOST_BYTES:
            raise ValidationError(_("This is too long to keep as a draft."))
        for name, texts in fields.items():
            for text in (name, *texts):
                check_text(text, breaks=True)
        return {**found, "fields": fields}

    @property
    def sentence(self) -> str:
        """Return the first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])


def draft_form(request: HttpRequest) -> DraftForm:
    """Read a draft sent as form fields or as JSON {"subject_id": ..., "fields": {name: text}}.

    JSON that is none of that is an empty draft about nothing readable: the form says so.
    """
    if request.content_type != "application/json":
        return DraftForm(
            {name: list(map(str, request.POST.getlist(name))) for name in request.POST}
        )
    return DraftForm(from_json(request.body))


def from_json(body: bytes) -> dict[str, list[str]]:
    """Return the texts by field name; what is no such object is a subject nobody can read."""
    unreadable = {"subject_id": ["unreadable"]}
    try:
        found = json.loads(body)
        sent = dict(found["fields"])
        subject = found.get("subject_id")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return unreadable
    values = {name: value if isinstance(value, list) else [value] for name, value in sent.items()}
    if not all(isinstance(text, str) for texts in values.values() for text in texts):
        return unreadable
    return {**values, "subject_id": [str(subject)] if subject else []}


class ThemeForm(forms.Form):
    """How a person wants the page colored."""

    theme = forms.ChoiceField(choices=Theme.choices)
