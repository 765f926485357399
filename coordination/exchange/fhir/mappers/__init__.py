"""One function per resource type: dict in, rows out, or Unreadable."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coordination.exchange.fhir.mappers.clinical import (
    map_allergy,
    map_condition,
    map_medication_request,
)
from coordination.exchange.fhir.mappers.coverage import map_claim, map_coverage
from coordination.exchange.fhir.mappers.encounter import map_encounter
from coordination.exchange.fhir.mappers.patient import map_patient
from coordination.exchange.fhir.mappers.people import (
    map_care_team,
    map_medicine_name,
    map_name,
    map_related_person,
)
from coordination.exchange.fhir.rows import Row
from coordination.exchange.fhir.values import Context, Dict

Mapper = Callable[[Dict, str, Context], Iterable[Row]]

# Read first: everything else refers to these.
FIRST: dict[str, Mapper] = {
    "Patient": map_patient,
    "Practitioner": map_name,
    "Organization": map_name,
    "Location": map_name,
    "Medication": map_medicine_name,
}
SECOND: dict[str, Mapper] = {
    "Encounter": map_encounter,
    "Condition": map_condition,
    "MedicationRequest": map_medication_request,
    "AllergyIntolerance": map_allergy,
    "Coverage": map_coverage,
    "Claim": map_claim,
    "ExplanationOfBenefit": map_claim,
    "RelatedPerson": map_related_person,
    "CareTeam": map_care_team,
}
# Read for what hides inside them; they have no room of their own yet.
ONLY_INSIDE = frozenset({"Claim", "ExplanationOfBenefit"})

__all__ = ["FIRST", "ONLY_INSIDE", "SECOND", "Mapper"]
