"""The one door to a patient: `scope` and `open_chart`. Everything read here starts from them."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from coordination.access.actor import Actor
from patients.models import (
    Assignment,
    ContactPerson,
    Coverage,
    DisclosurePermission,
    Patient,
    Stay,
    StayPlace,
    Visit,
)

# The same condition as `scope`, for the raw SQL of the hottest pages: alias p is the patient.
# Parameters: organization_id, sees_all (bool), team_ids (list). tests hold both to the same rows.
SCOPE_SQL = """
p.organization_id = %(organization_id)s AND p.merged_into_id IS NULL AND (%(sees_all)s OR EXISTS (
  SELECT 1 FROM patients_assignment a
  WHERE a.patient_id = p.id AND a.ends_at IS NULL AND a.team_id = ANY(%(team_ids)s)))
"""


SCOPE_TYPES = {"organization_id": "bigint", "sees_all": "bool", "team_ids": "bigint[]"}


def scope_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters SCOPE_SQL needs."""
    return {
        "organization_id": actor.organization_id,
        "sees_all": actor.may("scope.organization"),
        "team_ids": list(actor.team_ids),
    }


def scope(actor: Actor) -> QuerySet[Patient]:
    """Return the patients this actor may see: those with an open Assignment to one of their teams.

    Auditors and the system see the whole organization, administrators nobody (rules.md 4.3). A
    chart that became part of another one is seen by nobody: `moved_to` leads to where it went.
    """
    patients = Patient.objects.filter(
        organization_id=actor.organization_id, merged_into__isnull=True
    )
    if actor.may("scope.organization"):
        return patients
    open_to_us = Assignment.objects.filter(
        patient=OuterRef("pk"), ends_at__isnull=True, team_id__in=actor.team_ids
    )
    return patients.filter(Exists(open_to_us))


def open_chart(actor: Actor, public_id: UUID, purpose: str = "treatment") -> Patient:
    """Return the patient, and note that this request showed them.

    purpose: why, for the audit row. Raises Patient.DoesNotExist when not there or not in scope.
    """
    patient = scope(actor).get(public_id=public_id)
    actor.purpose = purpose
    actor.shown.add(patient.pk)
    return patient


def stays_in_scope(actor: Actor) -> QuerySet[Stay]:
    """Return the stays of the patients this actor may see."""
    return Stay.objects.filter(patient__in=scope(actor))


def places_in_scope(actor: Actor) -> QuerySet[StayPlace]:
    """Return where the patients this actor may see lie and lay, by stretches of their stays."""
    return StayPlace.objects.filter(stay__in=stays_in_scope(actor))


def contacts_in_scope(actor: Actor) -> QuerySet[ContactPerson]:
    """Return the contacts of the patients this actor may see."""
    return ContactPerson.objects.filter(patient__in=scope(actor))


def permissions_in_scope(actor: Actor) -> QuerySet[DisclosurePermission]:
    """Return what may be told to the contacts of the patients this actor may see."""
    return DisclosurePermission.objects.filter(patient__in=scope(actor))


def coverages_in_scope(actor: Actor) -> QuerySet[Coverage]:
    """Return the insurances of the patients this actor may see."""
    return Coverage.objects.filter(patient__in=scope(actor))


def visits_in_scope(actor: Actor) -> QuerySet[Visit]:
    """Return the visits of the patients this actor may see."""
    return Visit.objects.filter(patient__in=scope(actor))


R = TypeVar("R", Stay, ContactPerson, DisclosurePermission, Coverage, Visit)


def opened(actor: Actor, rows: QuerySet[R], public_id: UUID) -> R:
    """Return what hangs on a patient, with the patient, and note that this request showed them.

    rows: one of the `..._in_scope`. Raises DoesNotExist when not there or not in scope.
    """
    record = rows.select_related("patient").get(public_id=public_id)
    actor.shown.add(record.patient_id)
    return record
