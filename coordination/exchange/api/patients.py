"""Patients by the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from coordination.access.markers import Access
from coordination.access.models import Team
from coordination.exchange.api.base import (
    ChangeView,
    CreateView,
    ListView,
    Resource,
    Writes,
    reference,
)
from coordination.exchange.api.fields import Body, Line, body_of, checked, filled
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes import HitOut, PatientOut
from patients import actions
from patients.forms.people import PersonForm
from patients.models import Patient, Stay
from patients.queries import find, scope

NewPatient = body_of(
    "NewPatient", PersonForm,
    team=serializers.UUIDField(
        required=False, help_text="One of your own teams; it will look after the patient."
    ),
)  # fmt: skip
PatientChange = body_of("PatientChange", PersonForm, why=Line(required=False, allow_blank=True))


class PatientFilters(Body):
    """in_hospital: whether a stay is open."""

    in_hospital = serializers.BooleanField(required=False)


class Searched(Body):
    """text: a name, an MRN, a birth date or a number, as on the page."""

    text = Line(max_length=100)


class ThePatients(Resource):
    """What the views of patients share."""

    shape: ClassVar[type[serializers.Serializer[Any]]] = PatientOut

    def rows(self) -> QuerySet[Patient]:
        """Return the patients in scope."""
        return scope(self.actor)

    def patient_of(self, record: Patient) -> int:
        return record.pk

    def form(self, sent: Mapping[str, Any], initial: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the page's form makes of it."""
        today = self.now.astimezone(self.actor.zone).date()
        data = dict(sent)
        return checked(filled(PersonForm, data, now=self.now, today=today, initial=dict(initial)))


class Patients(ThePatients, ListView, CreateView):
    """The patients in scope; POST registers one."""

    access = Access("patient.read", trail="list")
    filters = PatientFilters
    body = NewPatient
    sorts = {"name": Sort("name_norm", is_instant=False), "created_at": Sort("created_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        if "in_hospital" not in wanted:
            return rows
        here = Exists(Stay.objects.filter(patient=OuterRef("pk"), status__in=Stay.OPEN))
        return rows.filter(here if wanted["in_hospital"] else ~here)

    def make(self, sent: dict[str, Any]) -> Patient:
        own = Team.objects.filter(pk__in=self.actor.team_ids)
        team = reference(own, sent.pop("team", None), "team")
        values = self.form(sent, {})
        return actions.register_patient(self.actor, now=self.now, team=team, **values)


class OnePatient(ThePatients, ChangeView):
    """One patient; PATCH corrects who they are."""

    access = Access("patient.read", scope="patient")
    body = PatientChange

    def change(self, record: Patient, version: int, sent: dict[str, Any]) -> None:
        why = sent.pop("why", "")
        standing = {name: getattr(record, name) for name in PersonForm.base_fields}
        values = self.form({**standing, **sent}, standing)
        fields: Any = {name: values[name] for name in sent}
        actions.correct_patient(
            self.actor, record.public_id, version, now=self.now, why=why, **fields
        )


class Search(ThePatients, Writes):
    """Finds patients as the search page does. By POST, so that no name stands in an address."""

    access = Access("patient.read", trail="search")
    body = Searched
    shape = HitOut
    counted_as = "search:"

    def post(self, request: Any) -> Response:  # noqa: ARG002
        """Return the best hits; nothing is changed, so it needs no key."""
        text = self.sent()["text"]
        today = timezone.now().astimezone(self.actor.zone).date()
        hits = find(self.actor, text, today).rows
        return Response({"results": HitOut(hits, many=True).data, "next": None})
