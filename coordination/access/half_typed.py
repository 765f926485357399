"""Half-typed forms: brought back when the form is opened again, forgotten when it is sent.

A form keeps what is typed by `data-draft="name"` and `data-subject` in its template; its view calls
`bring_back` where it draws the form, and `forget` after the act. What a create form made is
forgotten by its key in the transaction that made it (access/once.py).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from coordination.access.actions import drop_draft
from coordination.access.actor import Actor
from coordination.access.queries import kept, kept_about
from coordination.forms import BASE, VersionedForm


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """That a form starts with what was typed before. fresh: the address that starts over."""

    at: datetime
    fresh: str


def bring_back(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    name: str,
    subject: UUID | None = None,
    *,
    with_version: bool = False,
) -> BroughtBack | None:
    """Put what was typed before into a form that is drawn anew; say so, for `access/_kept.html`.

    None where nothing was kept, where the form was just sent, or with ?fresh=1 in the address.
    with_version: the form writes whole records, so it stays the form of the version it was typed
    over: who changed the record since is not overwritten in silence (trust.md P7).
    """
    if form.is_bound or starts_over(request, actor):
        return None
    found = kept(actor, name, subject)
    if found is None:
        return None
    never = {"create_key"} if with_version else {"create_key", "version"}
    fill(form, found.fields, never)
    if with_version and isinstance(form, VersionedForm):
        form.opened_with |= stood(form, found.fields)
    return BroughtBack(found.saved_at, fresh_address(request))


def bring_back_each(
    request: HttpRequest, actor: Actor, named: Mapping[str, forms.Form], subject: UUID
) -> BroughtBack | None:
    """Do the same for several forms about one thing on one page. named: name to form. 1 statement.

    What is said is of the one typed last. A form brought back says so itself: `kept_at` is set.
    """
    if starts_over(request, actor):
        return None
    latest = None
    for found in kept_about(actor, subject):
        form = named.get(found.form)
        if form is None or form.is_bound:
            continue
        fill(form, found.fields, {"create_key", "version"})
        form.kept_at = found.saved_at  # type: ignore[attr-defined]
        latest = latest or BroughtBack(found.saved_at, fresh_address(request))
    return latest


def starts_over(request: HttpRequest, actor: Actor) -> bool:
    """Say whether nothing is to be brought back: asked for, or nothing of theirs is kept."""
    return bool(request.GET.get("fresh")) or not actor.may("draft.keep")


def fresh_address(request: HttpRequest) -> str:
    """Return the address that starts the page over."""
    query = request.GET.copy()
    query["fresh"] = "1"
    return f"{request.path}?{query.urlencode()}"


def fill(form: forms.Form, fields: dict[str, list[str]], never: Container[str]) -> None:
    """Make what was typed what a form starts with. never: names that stay as they are."""
    for name, field in form.fields.items():
        if name not in never:
            put(form, name, field, fields.get(form.add_prefix(name)))


def stood(form: forms.Form, fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return what stood in each field when the kept form was opened, as it carried it along."""
    found: dict[str, Any] = {}
    for name, field in form.fields.items():
        texts = fields.get(BASE + form.add_prefix(name))
        if texts:
            is_several = isinstance(field, forms.MultipleChoiceField)
            found[name] = texts if is_several else texts[0]
    return found


def put(form: forms.Form, name: str, field: forms.Field, texts: list[str] | None) -> None:
    """Make the texts of one field what the form starts with."""
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        form.initial[name] = texts or []
    elif isinstance(field, forms.BooleanField):
        form.initial[name] = bool(texts)
    elif texts:
        form.initial[name] = texts[0]


def forget(actor: Actor, name: str, subject: UUID | None, now: datetime) -> None:
    """Forget a form that was sent, if anything of it was kept."""
    if actor.may("draft.keep"):
        drop_draft(actor, name, subject, now)
