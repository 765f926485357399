"""What is asked of paper that goes out, and of what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.forms import CreateForm, LineField, VersionedForm
from coordination.paperwork.actions import SendIn
from coordination.paperwork.lines import name_of
from coordination.paperwork.models import CameBy, Document
from coordination.worklist.models import Task
from patients.forms.fields import InstantField


def need_address(form: forms.Form, said: dict[str, Any]) -> None:
    """Ask for the number or address where the channel needs one."""
    if said.get("channel") in {CameBy.FAX, CameBy.MAIL} and not said.get("to_address"):
        form.add_error("to_address", gettext("A fax needs its number, a letter its address."))


class SendForm(CreateForm):
    """Which documents go to whom, how, and what for."""

    documents = forms.MultipleChoiceField(
        label=_("Documents"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one document.")},
    )  # fmt: skip
    to_name = LineField(label=_("To"), max_length=120, help_text=_("A person and where they work."))
    channel = forms.ChoiceField(label=_("By"), choices=CameBy.choices)
    to_address = LineField(label=_("Fax number, address or portal"), max_length=200, required=False)
    purpose = LineField(
        label=_("What they need it for"), max_length=200,
        help_text=_("Only what is needed for this goes along."),
    )  # fmt: skip
    task = forms.ChoiceField(label=_("For the task"), required=False)

    def __init__(
        self, *args: Any, tasks: Sequence[Task], documents: Sequence[Document], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        every: Any = self.fields["documents"]
        every.choices = [(str(one.public_id), name_of(one)) for one in documents]
        if tasks:
            field: Any = self.fields["task"]
            field.choices = [("", _("None"))] + [(str(one.public_id), one.title) for one in tasks]
        else:
            del self.fields["task"]

    def clean(self) -> dict[str, Any]:
        """Ask for the number or address where the channel needs one."""
        said: dict[str, Any] = super().clean() or {}
        need_address(self, said)
        return said

    def what(self) -> SendIn:
        """Return what the action takes."""
        said = self.cleaned_data
        return SendIn(
            to_name=said["to_name"], channel=said["channel"], purpose=said["purpose"],
            to_address=said["to_address"], documents=tuple(map(UUID, said["documents"])),
            task=UUID(said["task"]) if said.get("task") else None,
        )  # fmt: skip


class TimedForm(VersionedForm):
    """Base of the forms that say when something happened. now: of the request."""

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, InstantField):
                field.now = now


class SentForm(TimedForm):
    """When it left."""

    sent_at = InstantField(label=_("Sent at"), past=True)


class ArrivedForm(TimedForm):
    """By what one knows that it arrived. closes: only where it was sent for an open task."""

    receipt = LineField(
        label=_("How we know"), max_length=160,
        help_text=_("The number of the receipt, or who confirmed it."),
    )  # fmt: skip
    arrived_at = InstantField(label=_("Arrived at"), past=True)
    closes = forms.BooleanField(label=_("The task is done by it"), required=False)

    def __init__(self, *args: Any, has_task: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_task:
            del self.fields["closes"]


class WhyForm(VersionedForm):
    """Why it did not arrive, or is called off."""

    why = LineField(label=_("Why"))
