"""Who is calling: a telephone number among the patients in scope and their contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.access.audit import keyed_hash
from patients.models import ContactKind, ContactPerson, DisclosurePermission, Patient
from patients.phones import extension_of
from patients.queries.chart import language_name, language_words
from patients.queries.scope import SCOPE_SQL, scope_params
from patients.queries.telling import Told, neutral, standing, told
from patients.rules.numbers import Number, read_number

MOST = 6
KEY = "reverse(regexp_replace(split_part({phone}, ' ext', 1), '[^0-9]', '', 'g'))"  # PhoneKey


def numbers(table: str, phone: str, patient: str, contact: str) -> str:
    """Return the part of FOUND that reads one column of numbers by its index."""
    return f"""SELECT {patient} AS patient_id, {contact} AS contact_id, {phone} AS number
  FROM {table} WHERE organization_id = %(organization_id)s AND {phone} <> ''
    AND {KEY.format(phone=phone)} LIKE %(ends)s"""  # noqa: S608  only our own constants


FOUND = f"""
SELECT n.patient_id, n.contact_id, n.number, coalesce(u.name, ''), coalesce(s.bed, '')
FROM (
  {numbers("patients_patient", "phone", "id", "NULL::bigint")}
  UNION ALL
  {numbers("patients_contactperson", "phone", "patient_id", "id")}
  UNION ALL
  {numbers("patients_contactperson", "other_phone", "patient_id", "id")}
) n JOIN patients_patient p ON p.id = n.patient_id
LEFT JOIN LATERAL (SELECT unit_id, bed FROM patients_stay
  WHERE patient_id = p.id AND status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY admitted_at DESC LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id
WHERE p.merged_into_id IS NULL AND {SCOPE_SQL}
ORDER BY s.unit_id IS NULL, p.name_norm, p.id, n.contact_id NULLS FIRST LIMIT %(limit)s
"""  # noqa: S608  only our own constants


class Line(NamedTuple):
    """One number found: whose, and where the patient is."""

    patient_id: int
    contact_id: int | None
    number: str
    unit: str
    bed: str


@dataclass(frozen=True, slots=True)
class Caller:
    """One person the number may belong to. contact: None is the patient; told: what they may hear.

    language: what to know about it, empty where English is fine.
    """

    patient: Patient
    contact: ContactPerson | None
    number: str
    place: str
    language: str
    told: Told

    @property
    def key(self) -> str:
        """Return how the call drawer names this person."""
        return f"contact-{self.contact.public_id}" if self.contact else "patient"

    @property
    def name(self) -> str:
        """Return who calls."""
        return self.contact.name if self.contact else self.patient.full_name

    @property
    def relation(self) -> str:
        """Return what they are to the patient: "daughter, health care proxy"."""
        if self.contact is None:
            return _("the patient")
        said = (self.contact.relation, self.contact.organization_name, self.contact.decision_role)
        is_professional = self.contact.kind == ContactKind.PROFESSIONAL
        return ", ".join(part for part in said if part) or (
            _("professional") if is_professional else _("contact")
        )


@dataclass(frozen=True, slots=True)
class Callers:
    """Who a number may belong to. number: as it was read; is_more: further people share its end."""

    number: Number
    rows: list[Caller]
    is_more: bool
    neutral: str


def callers(actor: Actor, text: str, now: datetime, zone: ZoneInfo) -> Callers | None:
    """Return who in scope has this number, at most six; None when the text is no number.

    A number known only outside the scope is unknown here. 4 statements, 1 when nobody is found.
    Notes whom it showed, and a keyed hash of the number, never the number.
    """
    number = read_number(text)
    if number is None:
        return None
    lines = lines_of(actor, number)
    rows = with_people(lines[:MOST], now, zone)
    actor.shown.update(row.patient.pk for row in rows)
    actor.detail.update(number=keyed_hash(number.digits), callers=len(rows))
    return Callers(number, rows, len(lines) > MOST, neutral())


def lines_of(actor: Actor, number: Number) -> list[Line]:
    """Return the numbers that end so; of those with the extension that was given, these alone."""
    params = {**scope_params(actor), "ends": f"{number.digits[::-1]}%", "limit": 4 * MOST}
    with connection.cursor() as cursor:
        cursor.execute(FOUND, params)
        found = [Line(*row) for row in cursor.fetchall()]
    exact = [line for line in found if extension_of(line.number) == number.extension]
    kept = exact if number.extension and exact else found
    return list({(line.patient_id, line.contact_id): line for line in reversed(kept)}.values())[
        ::-1
    ]


def with_people(lines: list[Line], now: datetime, zone: ZoneInfo) -> list[Caller]:
    """Return the people of the numbers, with what each may be told. 3 statements."""
    if not lines:
        return []
    contact_ids = [line.contact_id for line in lines if line.contact_id]
    patients = Patient.objects.in_bulk({line.patient_id for line in lines})
    contacts = ContactPerson.objects.in_bulk(contact_ids)
    permissions = standing(list(DisclosurePermission.objects.filter(contact__in=contact_ids)))
    made = []
    for line in lines:
        patient = patients[line.patient_id]
        contact = contacts[line.contact_id] if line.contact_id else None
        permission = permissions.get(contact.pk) if contact else None
        made.append(
            Caller(
                patient=patient, contact=contact, number=line.number,
                place=", ".join(part for part in (line.unit, line.bed) if part),
                language=spoken_by(patient, contact),
                told=told(patient, contact, permission, now, zone),
            )
        )  # fmt: skip
    return made


def spoken_by(patient: Patient, contact: ContactPerson | None) -> str:
    """Return what to know about the caller's language."""
    if contact is None:
        return language_words(patient)
    code = contact.language
    if not code or code.lower().startswith("en"):
        return ""
    return _("Speaks %(language)s: ask whether to bring in an interpreter") % {
        "language": language_name(code)
    }
