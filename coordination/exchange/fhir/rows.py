"""What a mapper makes: flat rows, whose fields are the columns of staging, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient as a source describes them. identifiers: (system, value, is_mrn)."""

    external_id: str
    mrn: str
    mrn_system: str
    given: str
    family: str
    birth_date: date | None
    sex: str
    language: str
    interpreter: str
    street: str
    city: str
    state: str
    zip_code: str
    phone: str
    email: str
    is_dead: bool
    deceased_at: datetime | None
    identifiers: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPatient:
    """What every row about a patient starts with: its id, and three ways to name the patient."""

    external_id: str
    patient_ref: str
    patient_system: str
    patient_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow(AboutPatient):
    """One hospital stay. segments: (class, start, end), in their order."""

    status: str
    admitted_at: datetime | None
    admit_source: str
    reason: str
    discharged_at: datetime | None
    departed_at: datetime | None
    disposition: str
    segments: tuple[tuple[str, datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow(AboutPatient):
    """One visit that has no bed."""

    status: str
    visit_class: str
    with_whom: str
    with_whom_ref: str
    place: str
    place_ref: str
    reason: str
    starts_at: datetime | None
    ends_at: datetime | None
    outcome_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow(AboutPatient):
    """One diagnosis or problem."""

    code_system: str
    code: str
    name: str
    clinical_status: str
    onset_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime | None
    recorded_by: str
    recorded_by_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationRow(AboutPatient):
    """One medicine as ordered elsewhere."""

    name: str
    name_ref: str
    code: str
    route: str
    directions: str
    state: str
    recorded_at: datetime | None
    recorded_by: str
    recorded_by_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyRow(AboutPatient):
    """One allergy or intolerance."""

    name: str
    code: str
    reaction: str
    severity: str
    clinical_status: str
    recorded_at: datetime | None
    recorded_by: str
    recorded_by_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow(AboutPatient):
    """One insurance; its payer class is for a person to confirm (rules.md 1.2)."""

    payer: str
    payer_ref: str
    plan: str
    payer_class: str
    member_id: str
    starts_on: date | None
    ends_on: date | None
    order: int
    as_imported: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow(AboutPatient):
    """One relative or friend."""

    name: str
    relation: str
    phone: str
    other_phone: str
    email: str
    language: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeamRow(AboutPatient):
    """One clinician who looks after the patient."""

    name: str
    name_ref: str
    role: str
    phone: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class NameRow:
    """What a source calls somebody or something that other records refer to."""

    external_id: str
    name: str
    phone: str


Row = (
    PatientRow | StayRow | VisitRow | ConditionRow | MedicationRow | AllergyRow | CoverageRow
    | ContactRow | CareTeamRow | NameRow
)  # fmt: skip
