"""RelatedPerson to a contact, CareTeam to its members, and the names other records refer to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from coordination.exchange.fhir.mappers.about import patient_of, refuse_withdrawn
from coordination.exchange.fhir.mappers.patient import email_of
from coordination.exchange.fhir.rows import CareTeamRow, ContactRow, NameRow
from coordination.exchange.fhir.values import (
    Context,
    Dict,
    Unreadable,
    code,
    first,
    fit,
    groups,
    label,
    spoken_name,
    telecom,
    whole,
)


def map_related_person(resource: Dict, key: str, context: Context) -> Iterable[ContactRow]:
    """Map one RelatedPerson; one not active, or whose period is over, is an ended contact."""
    where = "RelatedPerson"
    name = spoken_name(resource, f"{where}.name")
    if not name:
        raise Unreadable(f"{where}.name is missing.")
    start, end = context.period(resource.get("period"), f"{where}.period")
    spoken = first(groups(resource.get("communication"), f"{where}.communication"))
    ended: datetime | None = end
    if ended is None and resource.get("active") is False:
        ended = start or context.at("1900-01-01", where)
    yield ContactRow(
        **patient_of(resource, "patient", key, context),
        name=fit(name, 120),
        relation=fit(_relation(resource), 60),
        phone=whole(telecom(resource, "phone", f"{where}.telecom"), 32),
        other_phone=whole(telecom(resource, "phone", f"{where}.telecom", skip=1), 32),
        email=email_of(resource, f"{where}.telecom"),
        language=whole(code(spoken.get("language"), f"{where}.communication.language"), 16),
        ended_at=ended,
    )


def _relation(resource: Dict) -> str:
    where = "RelatedPerson.relationship"
    return label(first(groups(resource.get("relationship"), where)), where)


def map_care_team(resource: Dict, key: str, context: Context) -> Iterable[CareTeamRow]:
    """Give each member of a care team but the patient and the relatives."""
    refuse_withdrawn(resource)
    where = "CareTeam.participant"
    for number, part in enumerate(groups(resource.get("participant"), where), 1):
        member = context.ref(part.get("member"), f"{where}.member", resource)
        kind = member.external_id.partition("|")[2].partition("/")[0]
        role = label(first(groups(part.get("role"), f"{where}.role")), f"{where}.role")
        if kind in {"Patient", "RelatedPerson", "CareTeam"}:
            continue
        if not member.display and not member.external_id:
            continue
        start, end = context.period(part.get("period"), f"{where}.period")
        yield CareTeamRow(
            **patient_of(resource, "subject", f"{key}#{number}", context),
            name=fit(member.display, 160),
            name_ref=member.external_id,
            role=fit(role, 120),
            phone="",
            starts_at=start,
            ends_at=end,
        )


def medicine_name(medicine: Dict) -> str:
    """Return what a Medication is called: its code, else what it is made of."""
    said = label(medicine.get("code"), "Medication.code")
    parts = groups(medicine.get("ingredient"), "Medication.ingredient")
    made_of = [label(p.get("itemCodeableConcept"), "Medication.ingredient") for p in parts]
    return said or ", ".join(part for part in made_of if part)


def map_name(resource: Dict, key: str, context: Context) -> Iterable[NameRow]:
    """Map a Practitioner, Organization or Location to the name records will be shown with."""
    kind = str(resource.get("resourceType"))
    name = spoken_name(resource, f"{kind}.name")
    if name:
        phone = whole(telecom(resource, "phone", f"{kind}.telecom"), 32)
        yield NameRow(context.external(key), fit(name, 160), phone)


def map_medicine_name(resource: Dict, key: str, context: Context) -> Iterable[NameRow]:
    """Map a Medication to the name of the medicine."""
    name = medicine_name(resource)
    if name:
        yield NameRow(context.external(key), fit(name, 160), "")
