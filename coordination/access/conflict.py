"""Two people changed one record: yours and theirs side by side, and what to keep of each.

A form that was opened at an older version is not lost and overwrites nothing (trust.md P7, D27).
The panel shows, for each field in which both differ, what stands now and what was typed; a field
only the other person changed is theirs unless one says otherwise. What is chosen comes back as the
form's own fields, with the version it was compared with, so every form is settled by one door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.forms import BASE, TextField, as_posted
from coordination.records import Record
from coordination.words import day_words, full_words

MINE, THEIRS, BOTH = "mine", "theirs", "both"
PARTS = (MINE, THEIRS, BOTH, "choose")
FLAG = "conflict"  # the name of the panel's buttons; its value: chosen, or mine

LAST = """
SELECT coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''), u.id, e.at
FROM access_auditevent e LEFT JOIN access_user u ON u.id = coalesce(e.user_id, e.on_behalf_of)
WHERE e.patients @> ARRAY[%s]::bigint[] AND e.object_kind = %s AND e.object_id = %s
  AND e.outcome = 'ok' ORDER BY e.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """The form of a request, for the panel.

    anew: makes it unbound from the record as it stands now. zone: in which its times are read.
    """

    form: forms.Form
    anew: Callable[[Any], forms.Form]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Choice:
    """One field in which both differ.

    mine, theirs: in words; my_values, their_values: as a form posts them. picked: what the panel
    starts with. clash: both changed it. merged: both texts in one, where that makes sense.
    """

    name: str
    label: str
    mine: str
    theirs: str
    my_values: list[str]
    their_values: list[str]
    picked: str
    clash: bool
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who changed the record meanwhile, and when; what differs; and the rest of the form.

    again: whether what was sent can be sent once more for the version that stands now.
    """

    who: str
    at: datetime | None
    is_me: bool
    version: int
    choices: list[Choice] = field(default_factory=list)
    rest: list[tuple[str, str]] = field(default_factory=list)
    again: bool = False


def conflict(actor: Actor, request: HttpRequest, record: Record) -> Conflict:
    """Return what the panel shows for a stale form."""
    who, user_id, at = last_change(record)
    sent: Sent | None = getattr(request, "sent", None)
    choices = []
    if sent:
        with timezone.override(sent.zone):
            choices = choices_of(request, sent, record)
    chosen = {choice.name for choice in choices}
    rest = [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in chosen | {"csrfmiddlewaretoken", "version", FLAG}
        and not name.startswith(BASE)
    ]
    return Conflict(
        who=who, at=at, is_me=user_id is not None and user_id == actor.user_id,
        version=record.version, choices=choices, rest=rest, again="version" in request.POST,
    )  # fmt: skip


def last_change(record: Record) -> tuple[str, int | None, datetime | None]:
    """Return who changed the record last, and when, by the trail. 1 statement."""
    patient_id = getattr(record, "patient_id", None)
    if patient_id is None and record._meta.label == "patients.Patient":
        patient_id = record.pk
    with connection.cursor() as cursor:
        cursor.execute(LAST, [patient_id, record._meta.label_lower, record.pk])
        return cursor.fetchone() or ("", None, None)


def choices_of(request: HttpRequest, sent: Sent, record: Model) -> list[Choice]:
    """Return the fields in which what was typed and what stands now differ."""
    fresh = sent.anew(record)
    found = []
    for bound in sent.form.visible_fields():
        if bound.name not in fresh.fields:
            continue
        mine = plain(request.POST.getlist(bound.html_name))
        theirs = plain(as_posted(fresh[bound.name]))
        if mine != theirs:
            found.append(choice_of(request, bound, mine, theirs, sent.zone))
    return found


def choice_of(
    request: HttpRequest, bound: BoundField, mine: list[str], theirs: list[str], zone: ZoneInfo
) -> Choice:
    """Return one field with both sides, and which one the panel starts with."""
    key = BASE + bound.html_name
    base = plain(request.POST.getlist(key)) if key in request.POST else None
    picked = THEIRS if base == mine else MINE
    clash = base is None or base not in (mine, theirs)
    merged = ""
    if isinstance(bound.field, TextField) and mine and theirs:
        merged = both_texts(theirs[0], mine[0])
        picked = BOTH if clash else picked
    return Choice(
        name=bound.html_name, label=str(bound.label), mine=in_words(bound, mine, zone),
        theirs=in_words(bound, theirs, zone), my_values=mine, their_values=theirs, picked=picked,
        clash=clash, merged=merged,
    )  # fmt: skip


def plain(values: list[Any]) -> list[str]:
    """Return what a field posts, with its line breaks in one spelling, without what is empty."""
    texts = (str(value).replace("\r\n", "\n").strip() for value in values)
    return [text for text in texts if text]


def both_texts(theirs: str, mine: str) -> str:
    """Return both notes in one, theirs first, nothing twice."""
    if theirs in mine or mine in theirs:
        return max(theirs, mine, key=len)
    return f"{theirs}\n{mine}"


def in_words(bound: BoundField, values: list[str], zone: ZoneInfo) -> str:
    """Return what a field posts as a person says it: "Yes", "Spanish", "Tue 24 Nov 2026, 15:00"."""
    kind = bound.field
    if isinstance(kind, forms.BooleanField):
        return _("Yes") if values else _("No")
    choices = getattr(kind, "choices", None)
    if choices is not None:
        labels = {str(code): str(label) for code, label in choices}
        return ", ".join(labels.get(value, value) for value in values)
    text = "\n".join(values)
    if isinstance(kind, forms.DateField | forms.DateTimeField) and text:
        try:
            read = kind.to_python(text)
        except ValidationError:
            return text
        if isinstance(read, datetime):
            return full_words(read, zone)
        return day_words(read) if isinstance(read, date) else text
    return text


def settle(request: HttpRequest) -> None:
    """Turn the panel's answer into the form's own fields, before any view reads them."""
    post = request.POST
    everything = post.get(FLAG) == MINE
    out = QueryDict(mutable=True, encoding=post.encoding)
    for key, values in post.lists():
        part, colon, _name = key.partition(":")
        if not (colon and part in PARTS) and key != FLAG:
            out.setlist(key, values)
    for key in post:
        part, _colon, name = key.partition(":")
        if part != "choose":
            continue
        picked = MINE if everything else post[key]
        values = post.getlist(f"{picked if picked in PARTS else MINE}:{name}")
        if values:
            out.setlist(name, values)
        out.setlist(BASE + name, post.getlist(f"{THEIRS}:{name}"))
    request.POST = out  # type: ignore[assignment]
