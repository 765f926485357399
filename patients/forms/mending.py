"""What mending a record asks: why, and where it belongs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.forms import LineField, VersionedForm


class VoidForm(VersionedForm):
    """Why a record was entered in error."""

    why = LineField(
        label=_("Why"), help_text=_("Kept with the record, such as: logged twice."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class MoveForm(VersionedForm):
    """Which chart a record is about, and why it stood on another. A room adds its own choices."""

    to = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"] = LineField(
            label=_("Why"),
            help_text=_("Kept on the right chart only, such as: I had the other chart open."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
