"""Forms of access."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.utils import from_current_timezone
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.duty import Place, Places
from coordination.access.models import Organization, Theme, User
from coordination.access.roles import ROLES
from coordination.access.rules import LONGEST_SHIFT, next_wall
from coordination.forms import LineField, check_text

DEMO = "demo"  # `manage.py demo --reset` empties a database whose one organization is called so
STATE = RegexValidator(r"^[A-Z]{2}$", gettext_lazy("Write two capital letters, such as NY."))
MOST_BYTES = 64 * 1024
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "subject_id"})


class DraftForm(forms.Form):
    """What a half-typed form sends: any fields at all, bounded, and what it is about."""

    subject_id = forms.UUIDField(required=False)

    def __init__(self, sent: dict[str, list[str]], **options: Any) -> None:
        self.sent = sent
        super().__init__({"subject_id": (sent.get("subject_id") or [""])[0]}, **options)

    def clean(self) -> dict[str, Any]:
        """Add `fields`, or say why the draft cannot be kept."""
        found = super().clean() or self.cleaned_data
        fields = {
            name: texts
            for name, texts in self.sent.items()
            if name not in NOT_TYPED and "password" not in name
        }
        if len(json.dumps(fields, ensure_ascii=False).encode(errors="replace")) > MOST_BYTES:
            raise ValidationError(_("This is too long to keep as a draft."))
        for name, texts in fields.items():
            for text in (name, *texts):
                check_text(text, breaks=True)
        return {**found, "fields": fields}

    @property
    def sentence(self) -> str:
        """Return the first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])


def draft_form(request: HttpRequest) -> DraftForm:
    """Read a draft sent as form fields or as JSON {"subject_id": ..., "fields": {name: text}}.

    JSON that is none of that is an empty draft about nothing readable: the form says so.
    """
    if request.content_type != "application/json":
        return DraftForm(
            {name: list(map(str, request.POST.getlist(name))) for name in request.POST}
        )
    return DraftForm(from_json(request.body))


def from_json(body: bytes) -> dict[str, list[str]]:
    """Return the texts by field name; what is no such object is a subject nobody can read."""
    unreadable = {"subject_id": ["unreadable"]}
    try:
        found = json.loads(body)
        sent = dict(found["fields"])
        subject = found.get("subject_id")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return unreadable
    values = {name: value if isinstance(value, list) else [value] for name, value in sent.items()}
    if not all(isinstance(text, str) for texts in values.values() for text in texts):
        return unreadable
    return {**values, "subject_id": [str(subject)] if subject else []}


class ThemeForm(forms.Form):
    """How a person wants the page colored."""

    theme = forms.ChoiceField(choices=Theme.choices)


class UnlockForm(forms.Form):
    """The password that takes the lock off."""

    password = forms.CharField(strip=False, max_length=1000)


class FoundingForm(forms.Form):
    """What `manage.py set_up` is told of the first day: the organization and its administrator."""

    name = LineField(max_length=120, label=gettext_lazy("Name of the organization"))
    slug = forms.SlugField(required=False, label=gettext_lazy("Short name (empty: from the name)"))
    zone = LineField(max_length=64, label=gettext_lazy("Time zone, such as America/New_York"))
    state = LineField(
        max_length=2, required=False, validators=[STATE],
        label=gettext_lazy("State, two letters (empty outside the United States)"),
    )  # fmt: skip
    facility = LineField(
        max_length=120, required=False,
        label=gettext_lazy("Name of the first facility (empty: as the organization)"),
    )  # fmt: skip
    go_live = LineField(
        max_length=40, required=False,
        label=gettext_lazy("Goes live at, local time, such as 2026-12-01 07:00 (empty: now)"),
    )  # fmt: skip
    username = LineField(max_length=150, label=gettext_lazy("Sign-in name of the administrator"))
    given = LineField(max_length=150, label=gettext_lazy("Their given name"))
    family = LineField(max_length=150, label=gettext_lazy("Their family name"))
    email = forms.EmailField(required=False, label=gettext_lazy("Their e-mail address (optional)"))
    password = forms.CharField(strip=False, label=gettext_lazy("Their password"))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:50]
        if not slug and "name" in self.cleaned_data:
            raise ValidationError(_("Give a short name of letters and digits."))
        if slug == DEMO:
            raise ValidationError(_("“demo” belongs to the demo. Choose another short name."))
        return slug

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Write a zone such as America/New_York."))
        return zone

    def clean_go_live(self) -> datetime | None:
        """Read the instant by the clocks of the organization's own zone."""
        typed: str = self.cleaned_data["go_live"]
        if not typed or "zone" not in self.cleaned_data:
            return None
        try:
            found = datetime.fromisoformat(typed)
        except ValueError as wrong:
            raise ValidationError(_("Write it like 2026-12-01 07:00.")) from wrong
        with timezone.override(self.cleaned_data["zone"]):
            aware: datetime = from_current_timezone(found)
        return aware

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        User.username_validator(username)
        return username

    def clean_password(self) -> str:
        """Judge the password as every other one, its likeness to the person included."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.administrator())
        return password

    def organization(self, now: datetime) -> Organization:
        """Return the organization, unsaved."""
        found = self.cleaned_data
        return Organization(
            name=found["name"], slug=found["slug"], zone=found["zone"], state=found["state"],
            go_live_at=found["go_live"] or now,
        )  # fmt: skip

    def administrator(self) -> User:
        """Return the administrator, unsaved and without a password."""
        found = self.cleaned_data
        return User(
            username=found.get("username", ""), first_name=found.get("given", ""),
            last_name=found.get("family", ""), email=found.get("email", ""),
        )  # fmt: skip


PHONE = RegexValidator(
    r"^[0-9+(][0-9 ()+.x-]{2,31}$", gettext_lazy("Write a number, such as (555) 010-0412 or 4412.")
)


class DutyForm(forms.Form):
    """Where a person is on duty, in which role, until when, and how they are reached.

    places: what `duty.places_of` found; zone: in which `until` is read off the wall.
    """

    where = forms.MultipleChoiceField(
        label=gettext_lazy("On duty"), required=False, widget=forms.CheckboxSelectMultiple
    )
    elsewhere = forms.ChoiceField(
        label=gettext_lazy("Another unit instead, for this shift"),
        required=False,
        help_text=gettext_lazy("You see its patients until the shift ends. It is on record."),
    )
    role = forms.ChoiceField(label=gettext_lazy("As"), required=False)
    until = forms.TimeField(
        label=gettext_lazy("Until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write a time of day, such as 19:30.")},
    )
    phone = LineField(
        label=gettext_lazy("Phone for this shift"), required=False, max_length=32,
        validators=[PHONE], widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip

    def __init__(
        self, *data: Any, places: Places, now: datetime, zone: ZoneInfo, **options: Any
    ) -> None:
        super().__init__(*data, **options)
        self.now, self.zone = now, zone
        self.by_value = {value_of(place): place for place in (*places.own, *places.floats)}
        self.fields["where"].choices = [(value_of(p), p.name) for p in places.own]  # type: ignore[attr-defined]
        self.fields["elsewhere"].choices = [  # type: ignore[attr-defined]
            ("", _("None")), *((value_of(unit), unit.name) for unit in places.floats),
        ]  # fmt: skip
        self.fields["role"].choices = [(r, ROLES[r][0]) for r in places.roles]  # type: ignore[attr-defined]
        if not places.floats:
            del self.fields["elsewhere"]
        if len(places.roles) < 2:  # noqa: PLR2004  nothing to choose
            del self.fields["role"]

    def clean_until(self) -> datetime:
        """Return the next instant at which the wall shows this time."""
        found = next_wall(self.now, self.cleaned_data["until"], self.zone)
        if found - self.now > LONGEST_SHIFT:
            raise ValidationError(
                _("That is more than 16 hours away. Enter when this shift of yours ends.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Add `places`: another unit stands for itself alone."""
        found = super().clean() or self.cleaned_data
        chosen = [found["elsewhere"]] if found.get("elsewhere") else found.get("where", [])
        if not chosen and "where" in found:
            self.add_error("where", _("Say where you are on duty, or skip this."))
        return {**found, "places": [self.by_value[value] for value in chosen]}


def value_of(place: Place) -> str:
    """Return what stands for a place in a form."""
    return f"{place._meta.model_name}-{place.public_id}"
