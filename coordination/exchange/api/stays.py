"""Stays by the API: admission, and every act until the patient leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from coordination.access.markers import Access
from coordination.access.models import Unit
from coordination.exchange.api.base import (
    ActView,
    CreateView,
    DetailView,
    ListView,
    Resource,
    reference,
)
from coordination.exchange.api.fields import Body, Line, body_of, checked, filled
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes import StayOut
from patients import actions
from patients.forms import stays as pages
from patients.models import Stay, StayStatus
from patients.queries import scope, stays_in_scope

PATIENT = serializers.UUIDField(help_text="Whose stay it is.")
Admission = body_of("Admission", pages.AdmitForm, patient=PATIENT)
Move = body_of("Move", pages.MoveForm)
Expected = body_of("Expected", pages.ExpectedForm)
Plan = body_of("Plan", pages.PlanForm)
Departure = body_of("Departure", pages.DepartForm)


class StayFilters(Body):
    """patient: of whom; unit: facility/unit; is_open: still in hospital."""

    patient = serializers.UUIDField(required=False)
    unit = Line(required=False, max_length=70)
    status = serializers.ChoiceField(choices=StayStatus.choices, required=False)
    is_open = serializers.BooleanField(required=False)


class TheStays(Resource):
    """What the views of stays share."""

    shape = StayOut

    def rows(self) -> QuerySet[Stay]:
        """Return the stays in scope."""
        return stays_in_scope(self.actor).select_related("patient", "unit__facility")

    def units(self, text: str) -> QuerySet[Unit]:
        """Return the unit of this organization that a text names, or none."""
        facility, _slash, code = text.partition("/")
        return Unit.objects.filter(
            organization_id=self.actor.organization_id, facility__slug=facility, code=code
        )

    def form(self, form: type[forms.Form], sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the page's form makes of it, ready for its action."""
        data, options = dict(sent), {}
        if "unit" in form.base_fields:
            options = {"organization_id": self.actor.organization_id}
            unit = self.units(data.get("unit", "")).first()
            data["unit"] = unit.pk if unit else 0  # 0: the page's own sentence for no such choice
        today = self.now.astimezone(self.actor.zone).date()
        values = checked(filled(form, data, now=self.now, today=today, **options))
        return {name: value for name, value in values.items() if name not in {"why"}}


class Stays(TheStays, ListView, CreateView):
    """The stays of the patients in scope; POST admits a patient."""

    access = Access("patient.read", trail="list")
    filters = StayFilters
    body = Admission
    sorts = {"admitted_at": Sort("admitted_at"), "created_at": Sort("created_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        if "patient" in wanted:
            rows = rows.filter(patient__public_id=wanted["patient"])
        if "unit" in wanted:
            rows = rows.filter(unit__in=self.units(wanted["unit"]))
        if "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        if "is_open" in wanted:
            is_open = {"status__in": Stay.OPEN}
            rows = rows.filter(**is_open) if wanted["is_open"] else rows.exclude(**is_open)
        return rows

    def make(self, sent: dict[str, Any]) -> Stay:
        patient = reference(scope(self.actor), sent.pop("patient"), "patient")
        values = self.form(pages.AdmitForm, sent)
        return actions.admit(self.actor, patient, now=self.now, primary=self.actor.user, **values)


class OneStay(TheStays, DetailView):
    """One stay."""

    access = Access("patient.read", scope="stay")


class MoveStay(TheStays, ActView):
    """The patient lies in another bed."""

    access = Access("stay.change", scope="stay")
    body = Move

    def act(self, record: Stay, version: int, sent: dict[str, Any]) -> None:
        values = self.form(pages.MoveForm, sent)
        actions.move_bed(self.actor, record.public_id, version, now=self.now, **values)


class ExpectStay(TheStays, ActView):
    """When the patient is expected to leave; null when it is no longer known."""

    access = Access("stay.change", scope="stay")
    body = Expected

    def act(self, record: Stay, version: int, sent: dict[str, Any]) -> None:
        at = self.form(pages.ExpectedForm, sent)["expected_at"]
        why = sent.get("why", "")
        actions.set_expected(self.actor, record.public_id, version, at, now=self.now, why=why)


class PlanStay(TheStays, ActView):
    """Where the patient goes from here."""

    access = Access("stay.change", scope="stay")
    body = Plan

    def act(self, record: Stay, version: int, sent: dict[str, Any]) -> None:
        said = self.form(pages.PlanForm, sent)
        actions.plan_discharge(
            self.actor, record.public_id, version, said["disposition"], said["expected_at"],
            self.now,
        )  # fmt: skip


class DepartStay(TheStays, ActView):
    """The patient left the building."""

    access = Access("stay.change", scope="stay")
    body = Departure

    def act(self, record: Stay, version: int, sent: dict[str, Any]) -> None:
        said = self.form(pages.DepartForm, sent)
        actions.depart(
            self.actor, record.public_id, version, said["disposition"], said["departed_at"],
            self.now,
        )  # fmt: skip
