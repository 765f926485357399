"""Clocks in scope, and the facts a rule asks about a patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from coordination.clocks.models import Clock
from patients.models import Coverage, Patient, Stay
from patients.queries import scope

NO_COVERAGE = ""


def in_scope(actor: Actor) -> QuerySet[Clock]:
    """Return the clocks of the patients this actor may see."""
    return Clock.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor).values("pk")
    )


def stay_of(subject: tuple[str, int], patient_id: int) -> Stay | None:
    """Return the stay a clock hangs on, if its subject is one or a stretch of one. 1 statement."""
    kind, pk = subject
    if kind == "stay":
        found = Stay.objects.filter(pk=pk, patient_id=patient_id)
    elif kind == "segment":
        found = Stay.objects.filter(segments__pk=pk, patient_id=patient_id)
    else:
        return None
    return found.select_related("facility").first()


def zone_of(actor: Actor, stay: Stay | None) -> ZoneInfo:
    """Return the facility's zone where it has its own, else the organization's."""
    facility = stay.facility if stay else None
    return ZoneInfo(facility.zone) if facility and facility.zone else actor.zone


def payer_class_of(patient: Patient, at: datetime, zone: ZoneInfo) -> str:
    """Return the payer class of the primary coverage on the anchor's date, or "". 1 statement."""
    on = at.astimezone(zone).date()
    found = (
        Coverage.objects.filter(patient=patient, ended_at__isnull=True)
        .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        .order_by("order", "pk")
        .values_list("payer_class", flat=True)
        .first()
    )
    return found or NO_COVERAGE


def facts_for(
    patient: Patient, stay: Stay | None, facts: Mapping[str, str], at: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """Return the facts given, completed with what the records say: payer class, disposition."""
    known = dict(facts)
    if "payer_class" not in known:
        known["payer_class"] = payer_class_of(patient, at, zone)
    disposition = (stay.disposition or stay.planned_disposition) if stay else ""
    if disposition:
        known.setdefault("disposition", disposition)
    return known
