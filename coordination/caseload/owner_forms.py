"""Forms that say who looks after a patient, or after several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.models import User
from coordination.forms import LineField
from patients.models import AssignmentKind

KINDS = tuple(AssignmentKind)
Choices = Sequence[tuple[str, str]]


class ReasonForm(forms.Form):
    """Why, in a few words; needed."""

    reason = LineField(
        label=gettext_lazy("Why"), max_length=200,
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )  # fmt: skip


class OwnersForm(forms.Form):
    """Who of one team is primary, backup and nurse; and whom each was when the form was opened.

    people: (public id, words) that may be chosen. standing: the person of each kind now.
    """

    reason = LineField(
        label=gettext_lazy("Why"), required=False, max_length=200,
        help_text=gettext_lazy("Needed where somebody is replaced. It is kept with the change."),
    )  # fmt: skip
    with_tasks = forms.BooleanField(
        label=gettext_lazy("Their open tasks follow to the new primary"), required=False
    )

    def __init__(
        self, *data: Any, people: Choices, standing: Mapping[str, User | None], **options: Any
    ) -> None:
        super().__init__(*data, **options)
        self.standing = standing
        for kind in KINDS:
            there = standing.get(kind.value)
            known = {value for value, _words in people}
            extra = [(str(there.public_id), there.display_name)] if there else []
            choices = [one for one in extra if one[0] not in known]
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, required=False, initial=str(there.public_id) if there else "",
                choices=[("", _("Nobody")), *choices, *people],
                error_messages={
                    "invalid_choice": gettext_lazy("This person does not work here any more.")
                },
            )  # fmt: skip
            self.fields[f"was_{kind.value}"] = forms.UUIDField(
                required=False, widget=forms.HiddenInput,
                initial=there.public_id if there else None,
            )  # fmt: skip
        self.order_fields([kind.value for kind in KINDS])

    def clean(self) -> dict[str, Any]:
        """Ask why, where a person is replaced by another, or by nobody."""
        cleaned = super().clean() or self.cleaned_data
        replaced = any(
            cleaned.get(f"was_{kind.value}")
            and cleaned.get(kind.value, "") != str(cleaned[f"was_{kind.value}"])
            for kind in KINDS
        )
        if replaced and "reason" in cleaned and not cleaned["reason"].strip():
            self.add_error("reason", _("Say why the owner changes, in a few words."))
        return cleaned

    def wanted(self, found: Mapping[str, User]) -> dict[str, User | None]:
        """Return whom each kind is to have. found: the people named, by public id."""
        return {kind.value: found.get(self.cleaned_data[kind.value]) for kind in KINDS}

    def was(self, found: Mapping[str, User]) -> dict[str, int | None]:
        """Return the pk of whom each kind had when the form was opened."""
        had = {kind.value: str(self.cleaned_data[f"was_{kind.value}"] or "") for kind in KINDS}
        return {kind: found[key].pk if key in found else None for kind, key in had.items()}

    def named(self) -> set[str]:
        """Return the public ids the form names."""
        names = [name for kind in KINDS for name in (kind.value, f"was_{kind.value}")]
        return {str(self.cleaned_data[name]) for name in names if self.cleaned_data[name]}


class GiveManyForm(forms.Form):
    """Give chosen patients to one person of a team, perhaps with a backup."""

    primary = forms.ChoiceField(
        label=gettext_lazy("Primary"),
        error_messages={"required": gettext_lazy("Choose who looks after them.")},
    )
    backup = forms.ChoiceField(
        label=gettext_lazy("Backup"), required=False,
        help_text=gettext_lazy("Empty: whoever is backup stays."),
    )  # fmt: skip
    reason = LineField(
        label=gettext_lazy("Why"), max_length=200,
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )  # fmt: skip
    with_tasks = forms.BooleanField(
        label=gettext_lazy("Their open tasks follow to the new primary"), required=False,
        initial=True,
    )  # fmt: skip

    def __init__(self, *data: Any, people: Sequence[tuple[str, Choices]], **options: Any) -> None:
        super().__init__(*data, **options)
        for name in ("primary", "backup"):
            field: Any = self.fields[name]
            field.choices = [("", _("Nobody")), *people] if name == "backup" else [
                ("", _("Choose")), *people,
            ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse one person as both, and people of two teams."""
        cleaned = super().clean() or self.cleaned_data
        primary, backup = cleaned.get("primary"), cleaned.get("backup")
        if primary and backup:
            if primary == backup:
                self.add_error("backup", _("The backup is somebody else than the primary."))
            elif primary.partition(":")[0] != backup.partition(":")[0]:
                self.add_error("backup", _("Choose somebody of the same team."))
        return cleaned
