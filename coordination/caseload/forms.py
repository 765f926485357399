"""The call drawer's form: any contact, whom, what came of it, what next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms import CreateForm, LineField, TextField
from coordination.outreach.actions.calls import AGAIN, DONE, NOTHING, NextIn, PartyIn, StopIn
from coordination.outreach.models import CallChannel, Direction, Outcome, PartyKind
from coordination.outreach.queries import Party
from coordination.outreach.rules import HEARD, REACHED, proves
from coordination.worklist.models import EvidenceKind, Task
from coordination.worklist.rules import accepts
from patients.models import Channel

SOMEBODY = "somebody"
HOW = {
    "out": (Direction.OUT, CallChannel.PHONE, gettext_lazy("Call out"), "phone-outgoing"),
    "in": (Direction.IN, CallChannel.PHONE, gettext_lazy("Call in"), "phone-incoming"),
    "voicemail-heard": (
        Direction.IN, CallChannel.VOICEMAIL_HEARD, gettext_lazy("Voicemail heard"), "voicemail",
    ),
    "message": (
        Direction.IN, CallChannel.MESSAGE, gettext_lazy("Message received"), "message-square",
    ),
    "letter": (Direction.IN, CallChannel.LETTER, gettext_lazy("Letter received"), "mail"),
    "bedside": (Direction.OUT, CallChannel.BEDSIDE, gettext_lazy("Bedside"), "bed"),
    "corridor": (
        Direction.OUT, CallChannel.CORRIDOR, gettext_lazy("In the corridor"), "footprints",
    ),
    "family-meeting": (
        Direction.OUT, CallChannel.FAMILY_MEETING, gettext_lazy("Family meeting"), "users",
    ),
    "support": (Direction.OUT, CallChannel.SUPPORT, gettext_lazy("Support"), "hand-helping"),
}  # fmt: skip
HEARD_WAYS = tuple(code for code, row in HOW.items() if row[1] in HEARD)
MORNING = time(9, 0)
SOON = timedelta(hours=1)


class AtHandForm(forms.Form):
    """What the palette was opened on: a task, a patient, both or nothing."""

    task = forms.UUIDField(required=False)
    patient = forms.UUIDField(required=False)


class LogForm(CreateForm):
    """What one contact was. Choices come from the patient and the task; times are local."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    how = forms.ChoiceField(choices=[(code, row[2]) for code, row in HOW.items()], initial="out")
    who = forms.ChoiceField(
        error_messages={"required": gettext_lazy("Choose whom you spoke with, or tried to.")}
    )
    with_whom = forms.MultipleChoiceField(required=False)
    somebody_name = LineField(required=False, max_length=120)
    somebody_role = LineField(required=False, max_length=80)
    somebody_phone = LineField(required=False, max_length=32)
    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": gettext_lazy("Choose what came of it: 1 to 4, or 0 for more.")},
    )
    note = TextField(required=False)
    minutes = forms.IntegerField(required=False, min_value=0, max_value=600)
    occurred_at = forms.DateTimeField(required=False)
    what_next = forms.ChoiceField(required=False)
    next_at = forms.DateTimeField(required=False)
    died_on = forms.DateField(required=False)
    channels = forms.MultipleChoiceField(required=False, choices=Channel.choices)

    def __init__(
        self,
        *args: Any,
        parties: Sequence[Party],
        task: Task | None,
        now: datetime,
        zone: ZoneInfo,
        proposed: datetime | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.parties = {party.key: party for party in parties}
        self.task, self.now, self.zone, self.proposed = task, now, zone, proposed
        keys = [(party.key, party.name) for party in parties]
        self.choices("who", [*keys, (SOMEBODY, SOMEBODY)])
        self.choices("with_whom", keys)
        self.choices("what_next", [(code, code) for code in self.next_instants()])

    def choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what may be chosen in a field."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def next_instants(self) -> dict[str, datetime | None]:
        """Return what may come next, by code, with its instant."""
        tomorrow = datetime.combine(
            self.now.astimezone(self.zone).date() + timedelta(days=1), MORNING, self.zone
        )
        instants: dict[str, datetime | None] = {DONE: None} if self.task else {}
        if self.proposed:
            instants["proposed"] = self.proposed
        return instants | {
            "hour": self.now + SOON, "tomorrow": tomorrow, "pick": None, NOTHING: None,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Check what hangs together: each message stands at the field that caused it."""
        cleaned = super().clean() or {}
        self.name_outcome(cleaned)
        occurred_at = cleaned.get("occurred_at")
        if occurred_at and occurred_at > self.now:
            self.add_error("occurred_at", _("This is still to come. Enter when it happened."))
        if cleaned.get("who") == SOMEBODY and not cleaned.get("somebody_name"):
            self.add_error("somebody_name", _("Write who it was, or where you called."))
        if cleaned.get("what_next") == "pick":
            next_at = cleaned.get("next_at")
            if next_at is None or next_at <= self.now:
                self.add_error("next_at", _("Enter a time that is still to come."))
        self.check_outcome(cleaned)
        return cleaned

    def name_outcome(self, cleaned: dict[str, Any]) -> None:
        """Say which of the two *reached* it was: whom one spoke with says so (rules.md 5.5)."""
        outcome, who = cleaned.get("outcome"), cleaned.get("who")
        if outcome in REACHED and cleaned.get("how") in HEARD_WAYS:
            self.add_error("outcome", _("Nobody was spoken with: choose what it asked, or Noted."))
        elif outcome in REACHED and who:
            is_contact = self.party_kind(who) == PartyKind.CONTACT
            cleaned["outcome"] = (
                Outcome.REACHED_CAREGIVER if is_contact else Outcome.REACHED
            ).value

    def check_outcome(self, cleaned: dict[str, Any]) -> None:
        """Ask for what some outcomes need, and refuse to close a task without its proof."""
        outcome = cleaned.get("outcome")
        if outcome == Outcome.DECEASED and not cleaned.get("died_on"):
            self.add_error(
                "died_on", _("Enter the day. Every planned message and call stops with it.")
            )
        if outcome == Outcome.OPTED_OUT and not cleaned.get("channels"):
            self.add_error("channels", _("Tick what they want no more of."))
        if cleaned.get("what_next") == DONE and self.task and outcome and cleaned.get("who"):
            self.check_proof(self.task, str(outcome), self.party_kind(cleaned["who"]))

    def check_proof(self, task: Task, outcome: str, party_kind: str) -> None:
        """Refuse *done* where this call is not what the task asks for."""
        serves_clock = task.clock_id is not None
        channel = HOW[self.cleaned_data.get("how", "out")][1]
        given = proves(party_kind, outcome, channel) or (EvidenceKind.STATEMENT,)
        if any(accepts(task.evidence_required, kind, serves_clock=serves_clock) for kind in given):
            return
        needed = EvidenceKind(task.evidence_required).label
        self.add_error(
            "what_next",
            ValidationError(
                _("This task closes with: %(needed)s. Choose when to go on instead.")
                % {"needed": str(needed).lower()}
            ),
        )

    def party_kind(self, key: str) -> str:
        """Return who the chosen party is to the patient."""
        return self.parties[key].kind if key in self.parties else PartyKind.OUTSIDE

    def people(self) -> list[PartyIn]:
        """Return who took part, the one called first in front."""
        cleaned = self.cleaned_data
        keys = [cleaned["who"], *(k for k in cleaned["with_whom"] if k != cleaned["who"])]
        return [self.person(key) for key in keys]

    def person(self, key: str) -> PartyIn:
        """Return one person as the action takes them."""
        if key == SOMEBODY:
            return PartyIn(
                kind=PartyKind.OUTSIDE,
                name=self.cleaned_data["somebody_name"],
                role=self.cleaned_data["somebody_role"],
                phone=self.cleaned_data["somebody_phone"],
            )
        party = self.parties[key]
        return PartyIn(
            kind=party.kind, contact=party.contact_public_id, name=party.name, role=party.role,
            organization_name=party.organization_name, phone=party.phone,
        )  # fmt: skip

    def what_follows(self) -> NextIn:
        """Return what comes next, as the action takes it."""
        code = self.cleaned_data.get("what_next") or NOTHING
        if code in {DONE, NOTHING}:
            return NextIn(kind=code)
        at = self.cleaned_data["next_at"] if code == "pick" else self.next_instants()[code]
        return NextIn(kind=AGAIN, at=at)

    def stops(self) -> StopIn:
        """Return what the call said that stops things."""
        died_on = self.cleaned_data.get("died_on")
        died_at = datetime.combine(died_on, time(0, 0), self.zone) if died_on else None
        return StopIn(died_at=died_at, channels=tuple(self.cleaned_data["channels"]))
