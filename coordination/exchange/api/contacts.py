"""Contacts by the API. What each may be told is agreed on the pages, with the signed paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from coordination.access.markers import Access
from coordination.exchange.api.base import (
    ActView,
    ChangeView,
    CreateView,
    ListView,
    Resource,
    reference,
)
from coordination.exchange.api.fields import Body, Line, body_of, checked, filled
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes import ContactOut
from patients import actions
from patients.forms.family import ContactForm
from patients.models import ContactPerson
from patients.queries import contacts_in_scope, scope

PATIENT = serializers.UUIDField(help_text="Whose contact it is.")
NewContact = body_of("NewContact", ContactForm, patient=PATIENT)
ContactChange = body_of("ContactChange", ContactForm, why=Line(required=False, allow_blank=True))


class Why(Body):
    """Why, in a few words."""

    why = Line()


class ContactFilters(Body):
    """patient: of whom; is_ended: no longer a contact."""

    patient = serializers.UUIDField(required=False)
    is_ended = serializers.BooleanField(required=False)


class TheContacts(Resource):
    """What the views of contacts share."""

    shape = ContactOut

    def rows(self) -> QuerySet[ContactPerson]:
        """Return the contacts in scope."""
        return contacts_in_scope(self.actor).select_related("patient")

    def form(self, sent: Mapping[str, Any], initial: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the page's form makes of it."""
        today = self.now.astimezone(self.actor.zone).date()
        return checked(filled(ContactForm, sent, now=self.now, today=today, initial=dict(initial)))


class Contacts(TheContacts, ListView, CreateView):
    """The contacts of the patients in scope; POST adds one."""

    access = Access("contact.read", trail="list")
    filters = ContactFilters
    body = NewContact
    sorts = {"created_at": Sort("created_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        if "patient" in wanted:
            rows = rows.filter(patient__public_id=wanted["patient"])
        if "is_ended" in wanted:
            rows = rows.filter(ended_at__isnull=not wanted["is_ended"])
        return rows

    def make(self, sent: dict[str, Any]) -> ContactPerson:
        patient = reference(scope(self.actor), sent.pop("patient"), "patient")
        values: Any = self.form(sent, {})
        return actions.add_contact(self.actor, patient, now=self.now, **values)


class OneContact(TheContacts, ChangeView):
    """One contact; PATCH changes it."""

    access = Access("contact.read", scope="contact")
    body = ContactChange

    def change(self, record: ContactPerson, version: int, sent: dict[str, Any]) -> None:
        why = sent.pop("why", "")
        standing = {name: getattr(record, name) for name in ContactForm.base_fields}
        values = self.form({**standing, **sent}, standing)
        fields: Any = {name: values[name] for name in sent}
        actions.change_contact(
            self.actor, record.public_id, version, now=self.now, why=why, **fields
        )


class EndContact(TheContacts, ActView):
    """Nobody speaks with this person any more; what they may be told ends."""

    access = Access("contact.change", scope="contact")
    body = Why

    def act(self, record: ContactPerson, version: int, sent: dict[str, Any]) -> None:
        actions.end_contact(self.actor, record.public_id, version, why=sent["why"], now=self.now)
