"""Condition, MedicationRequest and AllergyIntolerance to rows, as recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from coordination.exchange.fhir.mappers.about import patient_of, refuse_withdrawn
from coordination.exchange.fhir.mappers.people import medicine_name
from coordination.exchange.fhir.rows import AllergyRow, ConditionRow, MedicationRow
from coordination.exchange.fhir.values import (
    Context,
    Dict,
    Unreadable,
    code,
    codings,
    contained,
    first,
    fit,
    group,
    groups,
    label,
    text,
    whole,
)

MEDICINE_STATES = {
    "active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown",
}  # fmt: skip


def map_condition(resource: Dict, key: str, context: Context) -> Iterable[ConditionRow]:
    """Map one Condition. Raises Unreadable when it names no diagnosis."""
    refuse_withdrawn(resource)
    onset = group(resource.get("onsetPeriod"), "Condition.onsetPeriod")
    over = group(resource.get("abatementPeriod"), "Condition.abatementPeriod")
    by = context.ref(
        resource.get("recorder") or resource.get("asserter"), "Condition.recorder", resource
    )
    codes = codings(resource.get("code"), "Condition.code")
    system, found, _ = next((c for c in codes if c[1]), ("", "", ""))
    status = code(resource.get("clinicalStatus"), "Condition.clinicalStatus")
    yield ConditionRow(
        **patient_of(resource, "subject", key, context),
        code_system=whole(system, 120),
        code=whole(found, 40),
        name=fit(_named(resource.get("code"), "Condition.code"), 255),
        clinical_status=whole(status, 16) or "active",
        onset_at=context.at(
            resource.get("onsetDateTime") or onset.get("start"), "Condition.onsetDateTime"
        ),
        ended_at=context.at(
            resource.get("abatementDateTime") or over.get("end"), "Condition.abatementDateTime"
        ),
        recorded_at=context.at(resource.get("recordedDate"), "Condition.recordedDate"),
        recorded_by=fit(by.display, 160),
        recorded_by_ref=by.external_id,
    )


def _named(concept: object, where: str) -> str:
    name = label(concept, where)
    if not name:
        raise Unreadable(f"{where} has neither a text nor a code.")
    return name


def map_medication_request(resource: Dict, key: str, context: Context) -> Iterable[MedicationRow]:
    """Map one MedicationRequest, whose medicine may be named, contained or referred to."""
    refuse_withdrawn(resource)
    where = "MedicationRequest"
    concept = resource.get("medicationCodeableConcept")
    given = resource.get("medicationReference")
    target = text(group(given, f"{where}.medicationReference").get("reference"), where)
    held: Dict = {}
    if concept is None and target.startswith("#"):
        held = contained(resource, target[1:]) or {}
        concept = held.get("code")
    ref = context.ref(given, f"{where}.medicationReference", resource)
    name = label(concept, f"{where}.medication") or medicine_name(held) or ref.display
    if not name and not ref.external_id:
        raise Unreadable(f"{where}.medication names no medicine.")
    status = text(resource.get("status"), f"{where}.status") or "unknown"
    if status not in MEDICINE_STATES:
        raise Unreadable(f"{where}.status is not one FHIR R4 knows.")
    dose = first(groups(resource.get("dosageInstruction"), f"{where}.dosageInstruction"))
    by = context.ref(resource.get("requester"), f"{where}.requester", resource)
    yield MedicationRow(
        **patient_of(resource, "subject", key, context),
        name=fit(name, 255),
        name_ref=ref.external_id,
        code=whole(code(concept, f"{where}.medication"), 40),
        route=fit(label(dose.get("route"), f"{where}.dosageInstruction.route"), 60),
        directions=fit(
            text(dose.get("text"), f"{where}.dosageInstruction.text")
            or text(dose.get("patientInstruction"), f"{where}.dosageInstruction"),
            255,
        ),
        state=status,
        recorded_at=context.at(resource.get("authoredOn"), f"{where}.authoredOn"),
        recorded_by=fit(by.display, 160),
        recorded_by_ref=by.external_id,
    )


def map_allergy(resource: Dict, key: str, context: Context) -> Iterable[AllergyRow]:
    """Map one AllergyIntolerance with the signs it shows itself by."""
    refuse_withdrawn(resource)
    where = "AllergyIntolerance"
    reactions = groups(resource.get("reaction"), f"{where}.reaction")
    signs = [
        label(sign, f"{where}.reaction.manifestation")
        for reaction in reactions
        for sign in groups(reaction.get("manifestation"), f"{where}.reaction.manifestation")
    ]
    severities = [text(r.get("severity"), f"{where}.reaction.severity") for r in reactions]
    substance = first(reactions).get("substance")
    by = context.ref(
        resource.get("recorder") or resource.get("asserter"), f"{where}.recorder", resource
    )
    yield AllergyRow(
        **patient_of(resource, "patient", key, context),
        name=fit(_named(resource.get("code") or substance, f"{where}.code"), 255),
        code=whole(code(resource.get("code") or substance, f"{where}.code"), 40),
        reaction=fit(", ".join(dict.fromkeys(s for s in signs if s)), 255),
        severity=next((s for s in ("severe", "moderate", "mild") if s in severities), ""),
        clinical_status=whole(code(resource.get("clinicalStatus"), f"{where}.clinicalStatus"), 16)
        or "active",
        recorded_at=context.at(resource.get("recordedDate"), f"{where}.recordedDate"),
        recorded_by=fit(by.display, 160),
        recorded_by_ref=by.external_id,
    )
