"""What an export asks first."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """Why patient data leaves the screen; the code stands in the audit trail."""

    reason = forms.ChoiceField(
        label=_("What is it for?"),
        choices=[
            ("", _("Choose a reason")),
            ("team-meeting", _("Team meeting")),
            ("moving-work", _("Moving work between people")),
            ("quality-review", _("Quality review")),
            ("complaint", _("Answering a complaint")),
        ],
        error_messages={"required": _("Choose what the list is for; it is kept with the export.")},
    )
