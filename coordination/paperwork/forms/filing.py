"""What is asked of a document when it comes in and when it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.access.models import Team
from coordination.forms import CreateForm, LineField, TextField, VersionedForm
from coordination.paperwork.actions import FiledIn
from coordination.paperwork.lines import name_of
from coordination.paperwork.models import CameBy, Document, DocumentKind
from coordination.paperwork.rules import FILE_BYTES, size_words
from coordination.paperwork.store import Looked, look_at
from coordination.worklist.models import Task

MOST_PAGES = 5000
TAKEN = ".pdf,.png,.jpg,.jpeg,.docx,.txt"


class PaperField(forms.FileField):
    """One file, looked at by its content."""

    widget = forms.FileInput(attrs={"accept": TAKEN, "data-most": FILE_BYTES})
    default_error_messages = {
        "required": _("Choose the file."),
        "missing": _("The file did not arrive. Choose it again."),
        "empty": _("This file is empty."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the page say at once that a file is too large."""
        said = _("This file is too large; the most is %(most)s. Scan it again with fewer dots.")
        words = {"data-too-large": said % {"most": size_words(FILE_BYTES)}}
        return {**super().widget_attrs(widget), **words}

    def clean(self, data: Any, initial: Any = None) -> Looked:
        """Return what the file is. Raises ValidationError for one that is not taken."""
        upload = super().clean(data, initial)
        return look_at(upload.file, upload.size, upload.name or "")


class FiledForm(forms.Form):
    """What a document is, and what it proves. task and replaces are the chart's own."""

    kind = forms.ChoiceField(
        label=_("What it is"), choices=[("", _("Choose")), *DocumentKind.choices]
    )
    title = LineField(
        label=_("Called"), max_length=120, required=False,
        help_text=_("Such as: Knee X-ray, left."),
    )  # fmt: skip
    came_by = forms.ChoiceField(
        label=_("Came by"), choices=[("", _("Not said")), *CameBy.choices], required=False
    )
    sender = LineField(label=_("From"), max_length=120, required=False)
    dated_on = forms.DateField(
        label=_("Dated"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=_("Valid until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which it counts."),
    )  # fmt: skip
    pages = forms.IntegerField(label=_("Pages"), min_value=1, max_value=MOST_PAGES, required=False)
    note = TextField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    task = forms.ChoiceField(label=_("Proves"), required=False)
    closes = forms.BooleanField(label=_("This task is done by it"), required=False)
    replaces = forms.ChoiceField(label=_("Newer version of"), required=False)

    def __init__(
        self,
        *args: Any,
        tasks: Sequence[Task],
        older: Sequence[Document],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        every = [(str(one.public_id), one.title) for one in tasks]
        self.choose("task", [("", _("Nothing yet")), *every], any_of=every)
        if not every:
            del self.fields["closes"]
        rest = [(str(one.public_id), name_of(one)) for one in older]
        self.choose("replaces", [("", _("No, a new document")), *rest], any_of=rest)

    def choose(self, name: str, choices: Sequence[Any], *, any_of: Sequence[Any]) -> None:
        """Offer what the chart has; leave the question out where it has nothing."""
        if any_of:
            field: Any = self.fields[name]
            field.choices = choices
        else:
            del self.fields[name]

    def clean_dated_on(self) -> date | None:
        """Refuse a day still to come."""
        day: date | None = self.cleaned_data["dated_on"]
        if day and day > self.today:
            raise ValidationError(gettext("This day is still to come. Enter what the paper says."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a validity that ends before the paper begins, and *done* without a task."""
        said: dict[str, Any] = super().clean() or {}
        begins, ends = said.get("dated_on"), said.get("expires_on")
        if begins and ends and ends < begins:
            self.add_error("expires_on", gettext("This is before the day it is dated."))
        if said.get("closes") and not said.get("task"):
            self.add_error("task", gettext("Choose the task that is done by it."))
        return said

    def filed(self) -> FiledIn:
        """Return what the action takes."""
        said = self.cleaned_data
        keys = {name: UUID(said[name]) if said.get(name) else None for name in ("task", "replaces")}
        names = (
            "kind", "title", "came_by", "sender", "dated_on", "expires_on", "pages", "note",
        )  # fmt: skip
        return FiledIn(
            **{name: said[name] for name in names}, closes=bool(said.get("closes")),
            task=keys["task"], replaces=keys["replaces"],
        )  # fmt: skip


class UploadForm(FiledForm, CreateForm):
    """A file for one patient's chart."""

    file = PaperField(label=_("File"))
    field_order = ("file", "kind", "title", "task", "closes")


class FileItForm(FiledForm, VersionedForm):
    """A waiting document, and what it is on the chart that was chosen."""

    to = forms.UUIDField(widget=forms.HiddenInput)


class PileForm(CreateForm):
    """A file whose patient nobody has looked up yet: it waits with a team."""

    file = PaperField(label=_("File"))
    team = forms.ModelChoiceField(
        label=_("Waits with"), queryset=Team.objects.none(), empty_label=None
    )
    came_by = forms.ChoiceField(
        label=_("Came by"), choices=[("", _("Not said")), *CameBy.choices], required=False
    )
    sender = LineField(label=_("From"), max_length=120, required=False)

    def __init__(self, *args: Any, teams: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["team"]
        field.queryset = teams


class PageForm(forms.Form):
    """From which row a list goes on, as its address holds it. What cannot be read is ignored."""

    after = forms.CharField(required=False, max_length=60)

    def place(self) -> tuple[datetime, int] | None:
        """Return (entered at, pk) of the last row shown, or None for the first page."""
        if not self.is_valid():
            return None
        at, _sep, key = self.cleaned_data["after"].partition("_")
        try:
            place = datetime.fromisoformat(at), int(key)
        except ValueError:
            return None
        return place if place[0].tzinfo is not None and place[1] < 2**63 else None
