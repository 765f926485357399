"""Forms of the worklist. They check fields; what needs the database is the action's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms import CreateForm, LineField, VersionedForm
from coordination.worklist.actions import EvidenceIn, WaitingIn, cancel_labels
from coordination.worklist.models import JOT_LENGTH, EvidenceKind, Task, WaitingOn
from coordination.worklist.rules import read_when

ME, POOL = "me", "pool"  # the owners that are no colleague
NEEDS_WHOM = {"call", "contact", "visit", "notice", "medrec", "attempts"}
LONGEST_WHEN = 60


class WhenField(LineField):
    """A day and a time as people type them, such as "tomorrow 9". Gives an aware instant."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LONGEST_WHEN)
        options.setdefault("help_text", gettext_lazy("Such as 14:30, tomorrow 9, Wed noon, in 2 h"))
        super().__init__(**options)

    def read(self, text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the instant a text means; None for no text. Raises ValidationError."""
        if not text:
            return None
        when = read_when(text.split(), now, zone)
        if when.due_at is None or when.rest:
            raise ValidationError(_("This is not a time. Write it like “tomorrow 9” or “14:30”."))
        return when.due_at


class TimedForm(VersionedForm):
    """A form with times in it: it knows what time it is, and in which zone."""

    def __init__(self, *data: Any, now: datetime, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*data, **options)
        self.now, self.zone = now, zone

    def clean(self) -> dict[str, Any]:
        """Turn the words of each time field into its instant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, bound in self.fields.items():
            if isinstance(bound, WhenField) and name in cleaned:
                try:
                    cleaned[name] = bound.read(cleaned[name], self.now, self.zone)
                except ValidationError as wrong:
                    self.add_error(name, wrong)
        return cleaned


class WhyForm(TimedForm):
    """Why, in a few words."""

    why = LineField(label=gettext_lazy("Why"), max_length=200)


class DoneForm(TimedForm):
    """What closes a task: its proof in the one field that was missing, and what came of it."""

    proof = LineField(max_length=120)
    happened = WhenField(label=gettext_lazy("When it happened, if not now"), required=False)
    outcome = LineField(label=gettext_lazy("What came of it"), required=False, max_length=200)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes it took"), required=False, min_value=1, max_value=720
    )

    def __init__(self, *data: Any, task: Task, results: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(*data, **options)
        self.required_kind = task.evidence_required
        label = EvidenceKind(task.evidence_required).label
        if self.required_kind == EvidenceKind.STATEMENT:
            del self.fields["proof"]
        else:
            whom = self.required_kind in NEEDS_WHOM
            self.fields["proof"].label = (
                _("%(proof)s: with whom") if whom else _("%(proof)s: which, and where it is")
            ) % {"proof": label}
        self.results = [one for one in results if one.next == "done"]
        if self.results:
            self.fields["result"] = forms.ChoiceField(
                label=_("Answer"), choices=[(one.code, one.label) for one in self.results],
                widget=forms.RadioSelect, required=False,
            )  # fmt: skip
        for one in self.results:
            for blank in one.fields:
                self.fields[f"{one.code}:{blank.name}"] = LineField(
                    label=f"{one.label}: {blank.label}", required=False, max_length=120
                )

    def answer(self) -> tuple[str, dict[str, str]]:
        """Return the answer chosen, and what was typed in its own fields."""
        code = self.cleaned_data.get("result", "")
        chosen = next((one for one in self.results if one.code == code), None)
        if chosen is None:
            return "", {}
        typed = {
            blank.name: self.cleaned_data.get(f"{code}:{blank.name}", "") for blank in chosen.fields
        }
        return code, {name: text for name, text in typed.items() if text}

    def evidence(self) -> EvidenceIn | None:
        """Return the proof that was typed; None where the owner's word is enough."""
        if "proof" not in self.fields:
            return None
        said = self.cleaned_data["proof"]
        whom = self.required_kind in NEEDS_WHOM
        return EvidenceIn(
            kind=self.required_kind,
            happened_at=self.cleaned_data.get("happened"),
            party=said if whom else "",
            reference="" if whom else said,
            source=_("typed by the owner"),
        )


class MoveForm(TimedForm):
    """Another time for a task: one of the usual ones, or as typed."""

    quick = forms.ChoiceField(
        label=gettext_lazy("Due"), widget=forms.RadioSelect, required=False, choices=()
    )
    when = WhenField(label=gettext_lazy("Another time"), required=False)
    why = LineField(label=gettext_lazy("Why"), required=False, max_length=200)

    def __init__(self, *data: Any, may_undate: bool = True, **options: Any) -> None:
        super().__init__(*data, **options)
        choices = [
            ("in 1 h", _("In 1 hour")),
            ("tomorrow 9:00", _("Tomorrow 09:00")),
            ("in 7 days", _("In a week, same hour")),
        ]
        if may_undate:
            choices += [("before leaving", _("Before leaving")), ("none", _("No date"))]
        self.fields["quick"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Make due_at and due_event of what was chosen or typed."""
        cleaned = super().clean()
        typed, quick = cleaned.get("when"), cleaned.get("quick")
        if not typed and not quick and not self.errors:
            self.add_error("when", _("Choose a time, or type one."))
        chosen = read_when((quick or "").split(), self.now, self.zone)
        cleaned["due_at"] = typed or chosen.due_at
        cleaned["due_event"] = "" if typed else chosen.due_event
        return cleaned


class AssignForm(TimedForm):
    """Another owner. Choices are made by the view: me, the pool, a colleague, another team."""

    to = forms.ChoiceField(label=gettext_lazy("To"), widget=forms.RadioSelect, choices=())
    why = LineField(
        label=gettext_lazy("Why"), required=False, max_length=200,
        help_text=gettext_lazy("Needed unless you take it yourself."),
    )  # fmt: skip

    def __init__(self, *data: Any, owners: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*data, **options)
        self.fields["to"].choices = list(owners)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask why, where the owner becomes somebody else than the person who is asking."""
        cleaned = super().clean()
        if cleaned.get("to") not in (None, ME) and "why" in cleaned and not cleaned["why"].strip():
            self.add_error("why", _("Say why the owner changes, in a few words."))
        return cleaned


class HoldForm(TimedForm):
    """Until when, and why."""

    until = WhenField(label=gettext_lazy("Until"))
    why = LineField(label=gettext_lazy("Why"), max_length=200)


class CancelForm(TimedForm):
    """A reason from the list."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=())
    words = LineField(label=gettext_lazy("In words"), required=False, max_length=200)

    def __init__(self, *data: Any, **options: Any) -> None:
        super().__init__(*data, **options)
        self.fields["reason"].choices = [("", _("Choose")), *cancel_labels()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == "other" and not cleaned.get("words"):
            self.add_error("words", _("Say why, in a few words."))
        return cleaned


class WaitForm(TimedForm):
    """Whom outside the team a task waits for. Nobody: it stops waiting."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Waiting on"), choices=WaitingOn.choices, required=False
    )
    person = LineField(label=gettext_lazy("Person"), required=False, max_length=120)
    role = LineField(label=gettext_lazy("Place or role"), required=False, max_length=120)
    phone = LineField(label=gettext_lazy("Phone"), required=False, max_length=32)
    promised = WhenField(label=gettext_lazy("Promised by"), required=False)

    def waiting(self) -> WaitingIn | None:
        """Return whom it waits for, or None."""
        said = self.cleaned_data
        if not said["kind"]:
            return None
        return WaitingIn(
            kind=said["kind"], person=said["person"], role=said["role"], phone=said["phone"],
            promised_by=said["promised"],
        )  # fmt: skip


class NoteForm(TimedForm):
    """A word to whoever is told."""

    note = LineField(label=gettext_lazy("A word to them"), required=False, max_length=200)


class NewTaskForm(CreateForm):
    """A task in one line, for one patient."""

    mrn = LineField(label=gettext_lazy("MRN of the patient"), max_length=100)
    line = LineField(
        label=gettext_lazy("What is to be done"), max_length=300,
        help_text=gettext_lazy("Such as: call son tomorrow 9 @4West"),
    )  # fmt: skip


class JotForm(CreateForm):
    """One line, of nobody yet."""

    text = LineField(
        label=gettext_lazy("One line"), max_length=JOT_LENGTH,
        help_text=gettext_lazy("Only you see it. Say later whose it is, or make it a task."),
    )  # fmt: skip


class WhoseForm(VersionedForm):
    """The patient a jot is about."""

    patient = forms.UUIDField()


class DropForm(VersionedForm):
    """Why a jot asks for nothing any more."""

    why = LineField(label=gettext_lazy("Why, in a word"), max_length=200)


class StartForm(CreateForm):
    """Starts a playbook by hand: which, and from which instant its time counts."""

    playbook = forms.ChoiceField(label=gettext_lazy("Playbook"), choices=())
    started = LineField(
        label=gettext_lazy("Counts from"), max_length=40,
        help_text=gettext_lazy("Date and time, such as 2026-11-23 14:30"),
    )  # fmt: skip
    disposition = LineField(
        label=gettext_lazy("Where the patient goes (UB-04 code)"), required=False, max_length=2
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), required=False,
        choices=[
            ("", gettext_lazy("Not said")),
            ("expedited", gettext_lazy("Expedited (authorization)")),
            ("urgent", gettext_lazy("Urgent (referral)")),
        ],
    )  # fmt: skip
    complexity = forms.ChoiceField(
        label=gettext_lazy("Decision making"), required=False,
        choices=[
            ("", gettext_lazy("Not said")), ("moderate", gettext_lazy("Moderate")),
            ("high", gettext_lazy("High")),
        ],
    )  # fmt: skip

    def __init__(
        self, *data: Any, books: Sequence[tuple[str, str]], zone: ZoneInfo, **options: Any
    ) -> None:
        super().__init__(*data, **options)
        self.fields["playbook"].choices = list(books)  # type: ignore[attr-defined]
        self.zone = zone

    def clean_started(self) -> datetime:
        try:
            typed = datetime.fromisoformat(self.cleaned_data["started"])
        except ValueError as unreadable:
            raise ValidationError(
                _("This is not a time. Write it like 2026-11-23 14:30.")
            ) from unreadable
        return (typed if typed.tzinfo else typed.replace(tzinfo=self.zone)).astimezone(UTC)
