"""Who the patient is: register, correct, record a death."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Team
from coordination.access.once import once
from coordination.events import publish
from coordination.records import NotPermitted, Refused, lock
from patients import events
from patients.actions.assignments import open_assignment
from patients.actions.trail import correct, labels_of, not_ahead, said, tell
from patients.actions.wishes import set_unlisted
from patients.models import Identifier, Patient
from patients.queries import scope
from patients.rules import identifier_norm, name_norm

MRN_SYSTEM = "mrn"


class PersonFields(TypedDict, total=False):
    """What may be recorded of a person, by the names of Patient's fields."""

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
    zone: str
    about_me: str
    mrn: str


class RegisterFields(PersonFields, total=False):
    """What may be recorded when somebody is registered: also that they wish to be unlisted."""

    is_unlisted: bool


@transaction.atomic
def register_patient(
    actor: Actor,
    *,
    now: datetime,
    team: Team | None = None,
    create_key: UUID | None = None,
    external_id: str = "",
    quiet: bool = False,
    **fields: Unpack[RegisterFields],
) -> Patient:
    """Register a patient; the team, by default the actor's first, has them in scope from now on.

    fields: `family` is needed. quiet: history, raises nothing. A user may only name an own team.
    Raises NotPermitted, or Refused when the MRN is another's; then nothing is written.
    """
    require(actor, "patient.create")
    team = team or (Team.objects.filter(pk__in=actor.team_ids).order_by("pk").first())
    if actor.kind != "system" and (team is None or team.pk not in actor.team_ids):
        raise NotPermitted(_("Choose one of your own teams: it will look after the patient."))

    def make() -> Patient:
        values: dict[str, Any] = dict(fields)
        is_unlisted = values.pop("is_unlisted", False)
        patient = Patient.objects.create(
            organization_id=actor.organization_id,
            name_norm=name_norm(values["family"], values.get("given", "")),
            external_id=external_id,
            **values,
        )
        if patient.mrn:
            add_number(patient, patient.mrn)
        if team is not None:
            open_assignment(patient, team, now, reason=_("registered"))
        record(actor, "patient.create", patient, now)
        tell(
            events.PatientRegistered(
                actor=actor, at=now, now=now, organization_id=actor.organization_id,
                patient_id=patient.pk, subject_kind="patient", subject_id=patient.pk,
            ),
            quiet=quiet,
        )  # fmt: skip
        if is_unlisted:
            set_unlisted(actor, patient, now, _("said when registered"), is_unlisted=True)
        return patient

    return once(actor, create_key, Patient, make)


def add_number(patient: Patient, value: str, system: str = MRN_SYSTEM) -> Identifier:
    """Write one number of a patient. Raises Refused when it is another patient's."""
    known = Identifier.objects.filter(
        organization_id=patient.organization_id, system=system, value_norm=identifier_norm(value)
    ).first()
    if known is not None:
        if known.patient_id == patient.pk:
            return known
        raise Refused(_("This MRN belongs to another patient. Find them, or check the number."))
    with said(Identifier):
        return Identifier.objects.create(
            organization_id=patient.organization_id, patient=patient, system=system, value=value,
            value_norm=identifier_norm(value), is_mrn=system == MRN_SYSTEM,
        )  # fmt: skip


@transaction.atomic
def correct_patient(
    actor: Actor,
    patient_id: UUID,
    version: int | None,
    *,
    now: datetime,
    why: str = "",
    **fields: Unpack[PersonFields],
) -> Patient:
    """Correct who the patient is; what stood there before is kept, with why. Old MRNs still find.

    Raises NotPermitted, Patient.DoesNotExist, StaleRecord or Refused; then nothing is written.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient_id, version)
    values: dict[str, Any] = dict(fields)
    if "family" in values or "given" in values:
        values["name_norm"] = name_norm(
            values.get("family", patient.family), values.get("given", patient.given)
        )
    changed = correct(actor, patient, patient.pk, now, why, values)
    if not changed:
        return patient
    if "mrn" in changed and patient.mrn:
        add_number(patient, patient.mrn)
    record(actor, "patient.change", patient, now, detail={"fields": sorted(changed)})
    publish(
        events.PatientCorrected(
            actor=actor, at=now, now=now, organization_id=actor.organization_id,
            patient_id=patient.pk, subject_kind="patient", subject_id=patient.pk,
            fields=tuple(changed), labels=labels_of(patient, changed), why=why,
        )
    )  # fmt: skip
    return patient


@transaction.atomic
def record_death(
    actor: Actor,
    patient_id: UUID,
    version: int | None,
    *,
    died_at: datetime,
    now: datetime,
    told_by: str = "",
    quiet: bool = False,
) -> Patient:
    """Record that the patient died: in the same transaction a reaction stops what is planned.

    Raises NotPermitted, Patient.DoesNotExist, StaleRecord, or Refused when it is still to come or
    already recorded.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient_id, version)
    not_ahead(died_at, now)
    if patient.deceased_at is not None:
        raise Refused(_("This patient's death is already recorded."))
    correct(actor, patient, patient.pk, now, told_by, {"deceased_at": died_at})
    record(actor, "patient.death", patient, now)
    tell(
        events.PatientDied(
            actor=actor, at=died_at, now=now, organization_id=actor.organization_id,
            patient_id=patient.pk, subject_kind="patient", subject_id=patient.pk, told_by=told_by,
        ),
        quiet=quiet,
    )  # fmt: skip
    return patient


@transaction.atomic
def withdraw_death(
    actor: Actor, patient_id: UUID, version: int | None, *, why: str, now: datetime
) -> Patient:
    """Take back a death recorded in error; what was stopped stays stopped until a person acts.

    Raises NotPermitted, Patient.DoesNotExist, StaleRecord, or Refused when none is recorded.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient_id, version)
    if patient.deceased_at is None:
        raise Refused(_("No death is recorded for this patient."))
    correct(actor, patient, patient.pk, now, why, {"deceased_at": None})
    record(actor, "patient.death_withdrawn", patient, now)
    publish(
        events.DeathWithdrawn(
            actor=actor, at=now, now=now, organization_id=actor.organization_id,
            patient_id=patient.pk, subject_kind="patient", subject_id=patient.pk, why=why,
        )
    )  # fmt: skip
    return patient
