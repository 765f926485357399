"""Family and others to speak with, and what each may be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.records import Refused, lock, move
from patients import events
from patients.actions.trail import correct, labels_of, said, tell
from patients.models import ContactPerson, DisclosurePermission, Patient, PermissionStatus
from patients.queries import contacts_in_scope, permissions_in_scope, scope


class ContactFields(TypedDict, total=False):
    """What may be recorded of a contact, by the names of ContactPerson's fields."""

    kind: str
    name: str
    relation: str
    organization_name: str
    phone: str
    other_phone: str
    email: str
    language: str
    best_time: str
    note: str
    decision_role: str
    must_not_be_told: bool
    rank: int


@transaction.atomic
def add_contact(
    actor: Actor,
    patient: Patient,
    *,
    now: datetime,
    create_key: UUID | None = None,
    external_id: str = "",
    quiet: bool = False,
    **fields: Unpack[ContactFields],
) -> ContactPerson:
    """Add somebody to speak with. Being a contact allows nothing: see `add_permission`.

    Raises NotPermitted or Patient.DoesNotExist.
    """
    require(actor, "contact.create")
    patient = lock(scope(actor), patient.public_id, None, no_key=True)

    def make() -> ContactPerson:
        values: dict[str, Any] = dict(fields)
        contact = ContactPerson.objects.create(
            organization_id=actor.organization_id, patient=patient, external_id=external_id,
            **values,
        )  # fmt: skip
        record(actor, "contact.create", contact, now)
        say(actor, contact, "added", now, quiet=quiet)
        return contact

    return once(actor, create_key, ContactPerson, make)


def say(
    actor: Actor,
    contact: ContactPerson,
    act: str,
    now: datetime,
    *,
    labels: tuple[str, ...] = (),
    why: str = "",
    quiet: bool = False,
) -> None:
    """Publish that a contact was added, changed or ended."""
    tell(
        events.ContactChanged(
            actor=actor, at=now, now=now, organization_id=contact.organization_id,
            patient_id=contact.patient_id, subject_kind="contact", subject_id=contact.pk,
            contact_id=contact.pk, name=contact.name, act=act, labels=labels, why=why,
        ),
        quiet=quiet,
    )  # fmt: skip


@transaction.atomic
def change_contact(
    actor: Actor,
    contact_id: UUID,
    version: int | None,
    *,
    now: datetime,
    why: str = "",
    **fields: Unpack[ContactFields],
) -> ContactPerson:
    """Change what is recorded of a contact; what stood there is kept.

    Raises NotPermitted, ContactPerson.DoesNotExist or StaleRecord.
    """
    require(actor, "contact.change")
    contact = lock(contacts_in_scope(actor), contact_id, version)
    changed = correct(actor, contact, contact.patient_id, now, why, dict(fields))
    if changed:
        record(actor, "contact.change", contact, now, detail={"fields": sorted(changed)})
        say(actor, contact, "changed", now, labels=labels_of(contact, changed), why=why)
    return contact


@transaction.atomic
def end_contact(
    actor: Actor, contact_id: UUID, version: int | None, *, why: str, now: datetime
) -> ContactPerson:
    """Take somebody off the list of contacts; their permissions end with it.

    Raises NotPermitted, ContactPerson.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "contact.change")
    contact = lock(contacts_in_scope(actor), contact_id, version)
    if contact.ended_at is not None:
        raise Refused(_("This person is no longer a contact already."))
    correct(actor, contact, contact.patient_id, now, why, {"ended_at": now})
    for permission in DisclosurePermission.objects.select_for_update().filter(
        contact=contact, status=PermissionStatus.ACTIVE
    ):
        move(permission, PermissionStatus.INACTIVE, actor=actor, now=now, why=why)
        say_permission(actor, permission, contact.name, now)
    record(actor, "contact.end", contact, now)
    say(actor, contact, "ended", now, why=why)
    return contact


@transaction.atomic
def add_permission(  # noqa: PLR0913  the law asks for each of these
    actor: Actor,
    contact: ContactPerson,
    *,
    topics: Sequence[str],
    starts_at: datetime | None,
    ends_at: datetime | None,
    document: str,
    now: datetime,
    create_key: UUID | None = None,
    quiet: bool = False,
) -> DisclosurePermission:
    """Record what the patient allows us to tell one contact. In force at once when it is complete.

    Complete: topics, an end and the signed document; else it is kept as a draft. An earlier one in
    force for the same contact ends. Raises NotPermitted, ContactPerson.DoesNotExist or Refused.
    """
    require(actor, "disclosure.create")
    contact = lock(contacts_in_scope(actor), contact.public_id, None)
    if ends_at is not None and starts_at is not None and ends_at <= starts_at:
        raise Refused(_("The permission must end after it starts."))
    is_complete = bool(topics) and ends_at is not None and bool(document.strip())

    def make() -> DisclosurePermission:
        if is_complete:
            for earlier in DisclosurePermission.objects.select_for_update().filter(
                contact=contact, status=PermissionStatus.ACTIVE
            ):
                why = _("replaced by a new permission")
                move(earlier, PermissionStatus.INACTIVE, actor=actor, now=now, why=why)
        with said(DisclosurePermission):
            permission = DisclosurePermission.objects.create(
                organization_id=contact.organization_id, patient_id=contact.patient_id,
                contact=contact, topics=list(topics), starts_at=starts_at or now, ends_at=ends_at,
                document=document,
                status=PermissionStatus.ACTIVE if is_complete else PermissionStatus.DRAFT,
            )  # fmt: skip
        record(actor, "permission.create", permission, now)
        say_permission(actor, permission, contact.name, now, quiet=quiet)
        return permission

    return once(actor, create_key, DisclosurePermission, make)


def say_permission(
    actor: Actor, permission: DisclosurePermission, name: str, now: datetime, *, quiet: bool = False
) -> None:
    """Publish how a permission stands now."""
    tell(
        events.PermissionChanged(
            actor=actor, at=now, now=now, organization_id=permission.organization_id,
            patient_id=permission.patient_id, subject_kind="permission", subject_id=permission.pk,
            permission_id=permission.pk, contact_id=permission.contact_id, name=name,
            status_label=str(PermissionStatus(permission.status).label),
        ),
        quiet=quiet,
    )  # fmt: skip


@transaction.atomic
def end_permission(
    actor: Actor, permission_id: UUID, version: int | None, *, why: str, now: datetime
) -> DisclosurePermission:
    """End a permission: from now on the contact may be told nothing by it.

    Raises NotPermitted, DisclosurePermission.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    require(actor, "disclosure.approve")
    rows = permissions_in_scope(actor).select_related("contact")
    permission = lock(rows, permission_id, version)
    move(permission, PermissionStatus.INACTIVE, actor=actor, now=now, why=why)
    record(actor, "permission.end", permission, now)
    say_permission(actor, permission, permission.contact.name, now)
    return permission
