"""The filters of /outgoing/, a person's word on a message, and the switch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms import TextField
from coordination.outreach.actions import PartyIn
from coordination.outreach.models import Call, DeliveryState
from coordination.outreach.queries import Party
from coordination.worklist.models import Task
from patients.forms.mending import MoveForm
from patients.rules import name_norm

LONGEST_ADDRESS = 254


class OutgoingForm(forms.Form):
    """The filters of /outgoing/, as the URL holds them. What is not known is ignored."""

    show = forms.ChoiceField(choices=[("next", "")], required=False)
    state = forms.ChoiceField(choices=DeliveryState.choices, required=False)
    after = forms.CharField(required=False, max_length=120)

    def place(self) -> tuple[datetime, UUID] | None:
        """Return (due_at, id) of the last row shown, or None for the first page."""
        at, _found, key = str(self.cleaned_data.get("after", "")).partition("_")
        try:
            place = datetime.fromisoformat(at), UUID(key)
        except ValueError:
            return None
        return place if place[0].tzinfo is not None else None


class SettleForm(forms.Form):
    """A person's word on a message that may have gone out."""

    state = forms.ChoiceField(choices=[("sent", ""), ("cancelled", "")])


class SwitchForm(forms.Form):
    """Whether messages leave, and to whom."""

    is_on = forms.BooleanField(label=gettext_lazy("Messages leave the building"), required=False)
    test_recipients = TextField(
        label=gettext_lazy("Only to these addresses and numbers"),
        help_text=gettext_lazy("One a line. Empty: to everybody."),
        required=False,
    )

    def clean_test_recipients(self) -> list[str]:
        """Return the lines, each short enough for an address."""
        lines = [line.strip() for line in str(self.cleaned_data["test_recipients"]).splitlines()]
        found = [line for line in lines if line]
        if any(len(line) > LONGEST_ADDRESS for line in found):
            raise ValidationError(_("One of these lines is too long for an address."))
        return found


AS_WRITTEN = "as-written"


class MoveCallForm(MoveForm):
    """Where a call belongs: who took part by the right chart, and which task it serves there."""

    def __init__(
        self,
        *args: Any,
        call: Call,
        people: Sequence[Party],
        tasks: Sequence[Task],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.people = {party.key: party for party in people}
        self.places = []
        own = [(party.key, party.name or party.organization_name) for party in people]
        asked: dict[str, forms.Field] = {}
        for old in call.parties.select_related("contact").order_by("place"):
            name = f"who_{old.place}"
            self.places.append(old.place)
            written = old.contact.name if old.contact else (old.name or old.organization_name)
            kept = [(AS_WRITTEN, written)] if written else []
            asked[name] = forms.ChoiceField(
                label=_("Who it was"), choices=[*own, *kept],
                initial=self.likeliest(old.kind, written),
            )  # fmt: skip
        if tasks:
            asked |= self.for_task(tasks)
        self.fields = {**asked, **self.fields}

    def for_task(self, tasks: Sequence[Task]) -> dict[str, forms.Field]:
        """Return the fields that say which task the call serves on the right chart."""
        every = [(str(one.public_id), one.title) for one in tasks]
        return {
            "task": forms.ChoiceField(
                label=_("For"), required=False, choices=[("", _("No task")), *every]
            ),
            "closes": forms.BooleanField(label=_("It closes this task"), required=False),
        }

    def likeliest(self, kind: str, written: str) -> str:
        """Return the one of the right chart who has the name that was written."""
        for key, party in self.people.items():
            if kind == "patient" == key or (written and _like(party.name) == _like(written)):
                return key
        return AS_WRITTEN if written else "patient"

    def choices(self) -> dict[str, Any]:
        """Return what `move_call` takes besides why."""
        said = self.cleaned_data
        parties = {
            place: self.party(said[f"who_{place}"])
            for place in self.places
            if said[f"who_{place}"] != AS_WRITTEN
        }
        task = UUID(said["task"]) if said.get("task") else None
        return {"parties": parties, "task": task, "closes": bool(task and said["closes"])}

    def party(self, key: str) -> PartyIn:
        """Return one of the right chart's people, as an action takes them."""
        party = self.people[key]
        return PartyIn(
            kind=party.kind, contact=party.contact_public_id, name=party.name, role=party.role,
            organization_name=party.organization_name, phone=party.phone,
        )  # fmt: skip


def _like(name: str) -> str:
    return name_norm(name, "")
