"""Patient to a patient row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from coordination.exchange.fhir.rows import PatientRow
from coordination.exchange.fhir.states import state_code
from coordination.exchange.fhir.values import (
    Context,
    Dict,
    Unreadable,
    code,
    codings,
    first,
    fit,
    group,
    groups,
    strings,
    telecom,
    text,
    whole,
)

SEXES = {"female", "male", "other", "unknown"}
NAME_USES = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
ADDRESS_USES = ("home", "", "temp", "billing", "work", "old")
INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
# Numbers nobody needs for coordinating care: social security, driver's license, passport.
PRIVATE = {"SS", "SB", "DL", "PPN"}
SSN = "http://hl7.org/fhir/sid/us-ssn"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NO_NAME = "(no name)"
NAME_SIZE = 80
SYSTEM_SIZE, VALUE_SIZE = 200, 100


def map_patient(resource: Dict, key: str, context: Context) -> Iterable[PatientRow]:
    """Map one Patient. Raises Unreadable for a name too long to keep, or nothing to know them by.

    A newborn may have no name yet; a number or a birth date will do.
    """
    given, family = _name(resource)
    identifiers = _identifiers(resource)
    if not family:
        if not identifiers and not resource.get("birthDate"):
            raise Unreadable("Patient has neither a name nor a number nor a birth date.")
        family = NO_NAME
    mrn = next((i for i in identifiers if i[2]), ("", "", False))
    address = _address(resource)
    is_dead, deceased_at = _death(resource, context)
    sex = text(resource.get("gender"), "Patient.gender") or "unknown"
    if sex not in SEXES:
        raise Unreadable("Patient.gender is none of female, male, other, unknown.")
    language, interpreter = _language(resource)
    yield PatientRow(
        external_id=context.external(key),
        mrn=mrn[1],
        mrn_system=mrn[0],
        given=given,
        family=family,
        birth_date=context.on(resource.get("birthDate"), "Patient.birthDate"),
        sex=sex,
        language=language,
        interpreter=interpreter,
        **address,
        phone=whole(telecom(resource, "phone", "Patient.telecom"), 32),
        email=email_of(resource, "Patient.telecom"),
        is_dead=is_dead,
        deceased_at=deceased_at,
        identifiers=identifiers,
    )


def email_of(resource: Dict, where: str) -> str:
    """Return an e-mail address that looks like one, or nothing."""
    said = whole(telecom(resource, "email", where), 254)
    return said if EMAIL.fullmatch(said) else ""


def _by_use(values: list[Dict], uses: tuple[str, ...]) -> Dict:
    def rank(value: Dict) -> int:
        use = value.get("use", "")
        return uses.index(use) if isinstance(use, str) and use in uses else len(uses)

    return min(values, key=rank, default={})


def _name(resource: Dict) -> tuple[str, str]:
    name = _by_use(groups(resource.get("name"), "Patient.name"), NAME_USES)
    given = " ".join(strings(name.get("given"), "Patient.name.given")).strip()
    family = text(name.get("family"), "Patient.name.family")
    if not family:
        said = text(name.get("text"), "Patient.name.text").rpartition(" ")
        given, family = (given, said[2]) if given else (said[0], said[2])
    if not family:
        given, family = "", given
    if max(len(given), len(family)) > NAME_SIZE:
        raise Unreadable("Patient.name is longer than 80 characters.")
    return given, family


def _identifiers(resource: Dict) -> tuple[tuple[str, str, bool], ...]:
    """Return (system, value, is_mrn); the MRN is the one of type MR, else the first."""
    found: dict[tuple[str, str], bool] = {}
    for item in groups(resource.get("identifier"), "Patient.identifier"):
        system = text(item.get("system"), "Patient.identifier.system") or "mrn"
        value = text(item.get("value"), "Patient.identifier.value")
        if not value or len(system) > SYSTEM_SIZE or len(value) > VALUE_SIZE:
            continue
        kinds = {c for _, c, _ in codings(item.get("type"), "Patient.identifier.type")}
        if kinds & PRIVATE or system == SSN:
            continue
        is_mrn = "MR" in kinds and item.get("use") != "old"
        found[system, value] = is_mrn or found.get((system, value), False)
    pairs = list(found.items())
    chosen = next((i for i, (_, is_mrn) in enumerate(pairs) if is_mrn), 0)
    return tuple((s, v, i == chosen) for i, ((s, v), _) in enumerate(pairs))


def _address(resource: Dict) -> dict[str, str]:
    address = _by_use(groups(resource.get("address"), "Patient.address"), ADDRESS_USES)
    lines = strings(address.get("line"), "Patient.address.line")
    return {
        "street": fit(", ".join(line for line in lines if line), 160),
        "city": fit(text(address.get("city"), "Patient.address.city"), 80),
        "state": state_code(text(address.get("state"), "Patient.address.state")),
        "zip_code": whole(text(address.get("postalCode"), "Patient.address.postalCode"), 10),
    }


def _death(resource: Dict, context: Context) -> tuple[bool, datetime | None]:
    said = resource.get("deceasedBoolean")
    if said is not None and not isinstance(said, bool):
        raise Unreadable("Patient.deceasedBoolean is neither true nor false.")
    at = context.at(resource.get("deceasedDateTime"), "Patient.deceasedDateTime")
    return bool(said or at), at


def _language(resource: Dict) -> tuple[str, str]:
    spoken = groups(resource.get("communication"), "Patient.communication")
    chosen = next((s for s in spoken if s.get("preferred") is True), first(spoken))
    language = whole(code(chosen.get("language"), "Patient.communication.language"), 16)
    for extension in groups(resource.get("extension"), "Patient.extension"):
        if extension.get("url") == INTERPRETER:
            needed = group(extension, "Patient.extension").get("valueBoolean")
            return language, "needed" if needed is True else "not-needed"
    return language, ""
