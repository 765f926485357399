"""Whom one may call about a patient, in the order one would, and what each may be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.outreach.models import PartyKind
from coordination.worklist.models import Task
from patients.models import (
    ContactKind,
    ContactPerson,
    ContactPreference,
    Coverage,
    DisclosurePermission,
    Patient,
)
from patients.queries import Told, standing, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One person or desk to call.

    key: what the form posts. note: what to know before dialing. may_be_told: in words; neutral:
    why nothing may be told, with the sentence to say instead.
    """

    key: str
    kind: str
    name: str
    role: str = ""
    organization_name: str = ""
    phone: str = ""
    note: str = ""
    may_be_told: str = ""
    neutral: str = ""
    hours: str = ""
    ok_voicemail: bool | None = None
    contact_public_id: UUID | None = None


def parties(actor: Actor, patient: Patient, task: Task | None, now: datetime) -> list[Party]:
    """Return whom to call: whom the task waits for, the patient, family by rank, others, payer.

    patient: from `open_chart`. 4 statements.
    """
    actor.shown.add(patient.pk)
    contacts = list(
        ContactPerson.objects.filter(patient=patient, ended_at__isnull=True).order_by("rank", "pk")
    )
    wishes = {
        row.contact_id: row
        for row in ContactPreference.objects.filter(patient=patient, channel="phone")
    }
    permissions = standing(list(DisclosurePermission.objects.filter(patient=patient)))
    heard = {c.pk: told(patient, c, permissions.get(c.pk), now, actor.zone) for c in contacts}
    family = [c for c in contacts if c.kind == ContactKind.FAMILY]
    others = [c for c in contacts if c.kind != ContactKind.FAMILY]
    return [
        *waited_for(task),
        the_patient(patient, wishes.get(None)),
        *(a_contact(c, wishes.get(c.pk), heard[c.pk]) for c in family),
        *(a_contact(c, wishes.get(c.pk), heard[c.pk]) for c in others),
        *payers(patient, now),
    ]


def waited_for(task: Task | None) -> Iterator[Party]:
    """Yield the person or desk outside that the task waits for."""
    if task is not None and (task.waiting_on_person or task.waiting_on_role):
        yield Party(
            key="waiting",
            kind=PartyKind.OUTSIDE,
            name=task.waiting_on_person,
            role=task.waiting_on_role,
            phone=task.waiting_on_phone,
            note=_("This task waits for them"),
        )


def the_patient(patient: Patient, wish: ContactPreference | None) -> Party:
    """Return the patient."""
    stopped = wish is not None and wish.opt_out_at is not None
    return Party(
        key="patient",
        kind=PartyKind.PATIENT,
        name=patient.full_name,
        phone=patient.phone,
        note=_("Does not want calls") if stopped else "",
        hours=wish.hours if wish else "",
        ok_voicemail=wish.ok_voicemail if wish else None,
    )


def a_contact(contact: ContactPerson, wish: ContactPreference | None, heard: Told) -> Party:
    """Return one contact person with what they may be told."""
    role = contact.relation or contact.note
    role = ", ".join(part for part in (role, contact.decision_role) if part)
    return Party(
        key=f"contact-{contact.public_id}",
        kind=PartyKind.CONTACT,
        name=contact.name,
        role=role,
        organization_name=contact.organization_name,
        phone=contact.phone,
        note=contact.note if contact.relation else "",
        hours=(wish.hours if wish else "") or contact.best_time,
        ok_voicemail=wish.ok_voicemail if wish else None,
        may_be_told="" if heard.is_silent else heard.line,
        neutral=_("%(why)s Say: “%(words)s”") % {"why": heard.line, "words": heard.say}
        if heard.is_silent
        else "",
        contact_public_id=contact.public_id,
    )


def payers(patient: Patient, now: datetime) -> Iterator[Party]:
    """Yield the insurers in force that have a number. 1 statement."""
    today = now.date()
    in_force = Coverage.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=today),
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        patient=patient,
        ended_at__isnull=True,
    ).exclude(phone="")
    for row in in_force.order_by("order", "pk"):
        yield Party(
            key=f"payer-{row.public_id}",
            kind=PartyKind.OUTSIDE,
            name="",
            role=_("Insurance"),
            organization_name=row.payer,
            phone=row.phone,
            note=_("Member %(number)s") % {"number": row.member_id} if row.member_id else "",
        )
