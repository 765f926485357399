"""How the patient and each contact want to be reached, and what they want no more of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.records import Refused, lock
from patients import events
from patients.actions.trail import correct, tell
from patients.models import Channel, ContactPerson, ContactPreference, Patient
from patients.queries import scope


class Wishes(TypedDict, total=False):
    """What one channel's wishes hold, by the names of ContactPreference's fields."""

    is_preferred: bool
    ok_voicemail: bool
    hours: str
    language: str


@transaction.atomic
def set_preference(
    actor: Actor,
    patient_id: UUID,
    channel: str,
    *,
    now: datetime,
    contact: ContactPerson | None = None,
    why: str = "",
    **wishes: Unpack[Wishes],
) -> ContactPreference:
    """Record what the patient, or a contact, wishes for one channel; what stood there is kept.

    A preferred channel takes the place of the one preferred before.
    Raises NotPermitted or Patient.DoesNotExist.
    """
    require(actor, "contact.change")
    patient = lock(scope(actor), patient_id, None)
    preference = standing(patient, channel, contact)
    values: dict[str, Any] = dict(wishes)
    changed = correct(actor, preference, patient.pk, now, why, values)
    if values.get("is_preferred"):
        for other in ContactPreference.objects.filter(
            patient=patient, contact=contact, is_preferred=True
        ).exclude(pk=preference.pk):
            correct(actor, other, patient.pk, now, why, {"is_preferred": False})
    if changed:
        record(actor, "preference.change", preference, now, detail={"fields": sorted(changed)})
    return preference


def standing(
    patient: Patient, channel: str, contact: ContactPerson | None = None
) -> ContactPreference:
    """Return the row of one channel, made empty when there is none. The patient is locked.

    Raises Refused when the contact is another patient's.
    """
    if contact is not None and contact.patient_id != patient.pk:
        raise Refused(_("This contact belongs to another patient."))
    preference, _made = ContactPreference.objects.get_or_create(
        patient=patient, contact=contact, channel=channel,
        defaults={"organization_id": patient.organization_id},
    )  # fmt: skip
    return preference


@transaction.atomic
def opt_out(
    actor: Actor,
    patient_id: UUID,
    channel: str,
    *,
    now: datetime,
    at: datetime | None = None,
    contact: ContactPerson | None = None,
    told_by: str = "",
) -> ContactPreference:
    """Record that somebody wants no more of one channel; a reaction stops what is planned by it.

    at: when they said so, else now. Saying it twice changes nothing. Deaths have their own action.
    Raises NotPermitted, Patient.DoesNotExist or Refused.
    """
    require(actor, "contact.change")
    patient = lock(scope(actor), patient_id, None)
    preference = standing(patient, channel, contact)
    if preference.opt_out_at is not None:
        return preference
    said_at = at or now
    correct(actor, preference, patient.pk, now, told_by, {"opt_out_at": said_at})
    record(actor, "preference.opt_out", preference, now, detail={"channel": channel})
    tell(
        events.OptedOut(
            actor=actor, at=said_at, now=now, organization_id=patient.organization_id,
            patient_id=patient.pk, subject_kind="preference", subject_id=preference.pk,
            channel=channel, channel_label=str(Channel(channel).label), told_by=told_by,
            contact_id=contact.pk if contact else None,
            contact_name=contact.name if contact else "",
        )
    )  # fmt: skip
    return preference


@transaction.atomic
def opt_in(
    actor: Actor,
    patient_id: UUID,
    channel: str,
    *,
    now: datetime,
    contact: ContactPerson | None = None,
    told_by: str = "",
) -> ContactPreference:
    """Record that a channel is allowed again. Nothing that was stopped starts by itself.

    Raises NotPermitted, Patient.DoesNotExist or Refused.
    """
    require(actor, "contact.change")
    patient = lock(scope(actor), patient_id, None)
    preference = standing(patient, channel, contact)
    if preference.opt_out_at is None:
        return preference
    correct(actor, preference, patient.pk, now, told_by, {"opt_out_at": None})
    record(actor, "preference.opt_in", preference, now, detail={"channel": channel})
    tell(
        events.OptedIn(
            actor=actor, at=now, now=now, organization_id=patient.organization_id,
            patient_id=patient.pk, subject_kind="preference", subject_id=preference.pk,
            channel=channel, channel_label=str(Channel(channel).label),
            contact_id=contact.pk if contact else None,
            contact_name=contact.name if contact else "",
        )
    )  # fmt: skip
    return preference


@transaction.atomic
def unlist(
    actor: Actor, patient_id: UUID, version: int | None, *, now: datetime, why: str
) -> Patient:
    """Record that, at their wish, nobody is told that this patient is here.

    why: who said so, in a few words. Raises NotPermitted, Patient.DoesNotExist, StaleRecord, or
    Refused when they are unlisted already.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient_id, version, no_key=True)
    if patient.is_unlisted:
        raise Refused(_("This patient is unlisted already."))
    set_unlisted(actor, patient, now, why, is_unlisted=True)
    return patient


@transaction.atomic
def list_again(
    actor: Actor, patient_id: UUID, version: int | None, *, now: datetime, why: str
) -> Patient:
    """Record that callers may again be told that the patient is here, by the usual permissions.

    Raises NotPermitted, Patient.DoesNotExist, StaleRecord, or Refused when they are listed.
    """
    require(actor, "patient.change")
    patient = lock(scope(actor), patient_id, version, no_key=True)
    if not patient.is_unlisted:
        raise Refused(_("This patient is not unlisted."))
    set_unlisted(actor, patient, now, why, is_unlisted=False)
    return patient


def set_unlisted(
    actor: Actor, patient: Patient, now: datetime, why: str, *, is_unlisted: bool
) -> None:
    """Write the wish of a locked patient: since when, by whom, why; what stood there is kept."""
    values: dict[str, Any] = {
        "is_unlisted": is_unlisted,
        "unlisted_at": now if is_unlisted else None,
        "unlisted_by_id": actor.user_id if is_unlisted else None,
        "unlisted_why": why[:200] if is_unlisted else "",
    }
    correct(actor, patient, patient.pk, now, why, values)
    record(actor, "patient.unlisted" if is_unlisted else "patient.listed", patient, now)
    event = events.PatientUnlisted if is_unlisted else events.PatientListed
    tell(
        event(
            actor=actor, at=now, now=now, organization_id=patient.organization_id,
            patient_id=patient.pk, subject_kind="patient", subject_id=patient.pk, why=why,
        )
    )  # fmt: skip
