"""What is typed of a call, and the filters of /outgoing/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.clocks.rules.instants import local_instant
from coordination.forms import CreateForm, LineField, TextField
from coordination.outreach.actions import AGAIN, DONE, NOTHING, NextIn, PartyIn, StopIn
from coordination.outreach.models import (
    CallChannel,
    CallPurpose,
    DeliveryState,
    Direction,
    Outcome,
    PartyKind,
)
from coordination.outreach.queries import Party
from patients.models import Channel

OTHER = "other"
PICK = "pick"
MOST_MINUTES = 600
LONGEST_ADDRESS = 254
LOCAL = "%Y-%m-%dT%H:%M"
FORMATS = [LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
DIRECTION_OF = {CallChannel.VOICEMAIL_HEARD: Direction.IN}


class LocalInstantField(forms.DateTimeField):
    """A typed local day and time. The form turns it into an instant with `instant`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=FORMATS,
            widget=forms.DateTimeInput(
                attrs={"type": "datetime-local", "class": "in"}, format=LOCAL
            ),
            error_messages={
                "invalid": gettext_lazy("Type a day and a time, such as 2026-11-24 14:30.")
            },
            **options,
        )


class CallArguments(TypedDict):
    """What `log_call` takes from the form."""

    party: Sequence[PartyIn]
    direction: str
    channel: str
    purpose: str
    outcome: str
    note: str
    minutes: int | None
    occurred_at: datetime
    what_next: NextIn
    stop: StopIn
    task: UUID | None
    task_version: int | None
    create_key: UUID


class CallForm(CreateForm):
    """One call. Built with the parties one may call; what it asks for follows the outcome.

    parties: from `queries.parties`. now, zone: to read typed times. next_choices: (value, label) of
    the proposed next attempts; a value is an ISO instant.
    """

    task = forms.UUIDField(required=False, widget=forms.HiddenInput)
    task_version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    party = forms.ChoiceField(
        label=gettext_lazy("Whom"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whom you spoke with.")},
    )
    other_name = LineField(label=gettext_lazy("Name"), required=False, max_length=120)
    other_role = LineField(label=gettext_lazy("Role"), required=False, max_length=80)
    other_organization = LineField(
        label=gettext_lazy("Organization"), required=False, max_length=120
    )
    other_phone = LineField(label=gettext_lazy("Phone"), required=False, max_length=32)
    also_there = forms.MultipleChoiceField(
        label=gettext_lazy("Also there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Who began"), choices=Direction.choices, required=False
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How"), choices=CallChannel.choices, required=False
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("About"), choices=CallPurpose.choices, required=False
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what came of the call.")},
    )
    note = TextField(label=gettext_lazy("Note"), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        error_messages={
            "invalid": gettext_lazy("Type the minutes as a number."),
            "max_value": gettext_lazy("A call lasts 600 minutes at most."),
            "min_value": gettext_lazy("Minutes cannot be negative."),
        },
    )
    occurred_at = LocalInstantField(
        label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: just now.")
    )
    next = forms.CharField(label=gettext_lazy("What next"), required=False, max_length=40)
    next_at = LocalInstantField(label=gettext_lazy("Next attempt"), required=False)
    died_at = LocalInstantField(
        label=gettext_lazy("When they died, as far as known"), required=False
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Yes, record the death. Everything planned for this patient stops."),
        required=False,
    )
    stop_channels = forms.MultipleChoiceField(
        label=gettext_lazy("No more of these"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        parties: Sequence[Party],
        now: datetime,
        zone: ZoneInfo,
        next_choices: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.parties = {party.key: party for party in parties}
        self.now, self.zone, self.next_choices = now, zone, next_choices
        choices = [(party.key, party.name or party.organization_name) for party in parties]
        self.choices_of("party", [*choices, (OTHER, _("Somebody else"))])
        self.choices_of("also_there", choices)

    def choices_of(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what one field offers."""
        field: Any = self.fields[name]
        field.choices = choices

    def instant(self, name: str) -> datetime | None:
        """Return the instant a typed local time stands for."""
        typed = self.cleaned_data.get(name)
        if typed is None:
            return None
        return local_instant(typed.date(), typed.time(), self.zone)

    def clean_next(self) -> str:
        """Read what follows: done, nothing, pick, or the ISO instant of a proposal."""
        chosen = str(self.cleaned_data["next"] or NOTHING)
        if chosen in {DONE, NOTHING, PICK}:
            return chosen
        try:
            at = datetime.fromisoformat(chosen)
        except ValueError as error:
            raise ValidationError(_("Choose what happens next."), code="invalid") from error
        if at.tzinfo is None:
            raise ValidationError(_("Choose what happens next."), code="invalid")
        return chosen

    def clean(self) -> dict[str, Any]:
        """Check what depends on two fields, each with a sentence at the field to mend."""
        found = super().clean() or self.cleaned_data
        if found.get("party") == OTHER and not (
            found.get("other_name") or found.get("other_organization")
        ):
            self.add_error("other_name", _("Say whom you spoke with."))
        occurred_at = self.instant("occurred_at")
        if occurred_at is not None and occurred_at > self.now:
            self.add_error("occurred_at", _("A call cannot be logged before it took place."))
        self.check_next(found)
        self.check_stop(found)
        return found

    def check_next(self, found: dict[str, Any]) -> None:
        """Ask for a time that is still to come where one is to be picked."""
        if found.get("next") != PICK:
            return
        at = self.instant("next_at")
        if at is None:
            if "next_at" not in self.errors:
                self.add_error("next_at", _("Choose a time for the next attempt."))
        elif at <= self.now:
            self.add_error("next_at", _("Choose a time that is still to come."))

    def check_stop(self, found: dict[str, Any]) -> None:
        """Ask to confirm a death, and which channels an opt-out is about."""
        if found.get("outcome") == Outcome.DECEASED:
            died_at = self.instant("died_at")
            if not found.get("confirmed"):
                self.add_error("confirmed", _("Tick the box: everything planned stops."))
            if died_at is not None and died_at > self.now:
                self.add_error("died_at", _("This time is still to come."))
        if found.get("outcome") == Outcome.OPTED_OUT and not found.get("stop_channels"):
            self.add_error("stop_channels", _("Say what they want no more of."))

    def what_next(self) -> NextIn:
        """Return what follows."""
        chosen = self.cleaned_data["next"]
        if chosen in {DONE, NOTHING}:
            return NextIn(kind=chosen)
        if chosen == PICK:
            return NextIn(kind=AGAIN, at=self.instant("next_at"))
        return NextIn(kind=AGAIN, at=datetime.fromisoformat(chosen))

    def who(self) -> list[PartyIn]:
        """Return who took part, whoever was called first."""
        found = self.cleaned_data
        first = found["party"]
        keys = [first, *(key for key in found["also_there"] if key != first)]
        return [self.party_of(key) for key in keys]

    def party_of(self, key: str) -> PartyIn:
        """Return one party by its key."""
        found = self.cleaned_data
        if key == OTHER:
            return PartyIn(
                kind=PartyKind.OUTSIDE,
                name=found["other_name"],
                role=found["other_role"],
                organization_name=found["other_organization"],
                phone=found["other_phone"],
            )
        party = self.parties[key]
        return PartyIn(
            kind=party.kind,
            contact=party.contact_public_id,
            name=party.name,
            role=party.role,
            organization_name=party.organization_name,
            phone=party.phone,
        )

    def arguments(self) -> CallArguments:
        """Return what `log_call` takes. Only after `is_valid`."""
        found = self.cleaned_data
        channel = found["channel"] or CallChannel.PHONE
        occurred_at = self.instant("occurred_at") or self.now
        is_death = found["outcome"] == Outcome.DECEASED and found["confirmed"]
        return {
            "party": self.who(),
            "direction": found["direction"] or DIRECTION_OF.get(channel, Direction.OUT),
            "channel": channel,
            "purpose": found["purpose"] or CallPurpose.CLINICAL,
            "outcome": found["outcome"],
            "note": found["note"],
            "minutes": found["minutes"],
            "occurred_at": occurred_at,
            "what_next": self.what_next(),
            "stop": StopIn(
                died_at=(self.instant("died_at") or occurred_at) if is_death else None,
                channels=tuple(found["stop_channels"]),
            ),
            "task": found["task"],
            "task_version": found["task_version"],
            "create_key": found["create_key"],
        }


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
