"""What the mappers share: whose record it is, and whether it was withdrawn."""

from __future__ import annotations

from coordination.exchange.fhir.values import Context, Dict, Ref, Unreadable, code, group
from patients.rules import identifier_norm


class Withdrawn(Unreadable):
    """The source took the record back: entered in error. Left out, not quarantined."""


def patient_of(resource: Dict, element: str, key: str, context: Context) -> dict[str, str]:
    """Return the fields every row about a patient starts with. Raises Unreadable without one."""
    kind = resource.get("resourceType")
    where = f"{kind}.{element}"
    if not group(resource.get(element), where):
        raise Unreadable(f"{where} is missing: nobody knows whose record this is.")
    ref: Ref = context.ref(resource.get(element), where, resource)
    if not ref.external_id and not ref.value:
        raise Unreadable(f"{where} names no patient we could look up.")
    return {
        "external_id": context.external(key),
        "patient_ref": ref.external_id,
        "patient_system": ref.system,
        "patient_value": identifier_norm(ref.value),
    }


def refuse_withdrawn(resource: Dict) -> None:
    """Raise Withdrawn for a record its source calls entered in error."""
    kind = resource.get("resourceType")
    status = resource.get("status")
    checked = code(resource.get("verificationStatus"), f"{kind}.verificationStatus")
    if "entered-in-error" in (status, checked):
        raise Withdrawn(f"{kind} was entered in error.")
