"""What is typed when somebody asks a supervisor, and when they answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, TextField, VersionedForm
from coordination.worklist.actions.requesting import LONGEST_WHY
from coordination.worklist.rules import Act

SHORT = forms.Textarea(attrs={"rows": 3})


class AskForm(CreateForm):
    """What is asked for and why; the choice is the act's own, if it has one."""

    choice = forms.ChoiceField(error_messages={"required": _("Choose what comes closest.")})
    why = TextField(
        label=_("Why, for the supervisor"), max_length=LONGEST_WHY, widget=SHORT,
        error_messages={"required": _("Say why: it is what the supervisor decides by.")},
    )  # fmt: skip

    def __init__(self, *data: Any, act: Act, **options: Any) -> None:
        super().__init__(*data, **options)
        if act.reason:
            self.fields["choice"].label = act.reason
            self.fields["choice"].choices = [("", _("Choose")), *act.choices()]  # type: ignore[attr-defined]
        else:
            del self.fields["choice"]


class AnswerForm(VersionedForm):
    """The words of an answer; needed unless it says yes or lets go."""

    words = TextField(
        max_length=LONGEST_WHY, widget=SHORT,
        error_messages={"required": _("Say why, in a few words.")},
    )  # fmt: skip

    def __init__(self, *data: Any, label: Any, needed: bool, **options: Any) -> None:
        super().__init__(*data, **options)
        self.fields["words"].label = label
        self.fields["words"].required = needed
