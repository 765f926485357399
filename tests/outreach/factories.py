"""The smallest valid message and call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from coordination.access.models import FacilitySetting, Organization, Team
from coordination.outreach.actions import load_reminder_rules
from coordination.outreach.models import Call, CallParty, Delivery
from patients.models import Patient
from tests.factories import PatientFactory
from tests.patients.factories import VisitFactory

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


class DeliveryFactory(DjangoModelFactory):
    """A text to a patient about a visit the day after tomorrow, due now."""

    class Meta:
        model = Delivery

    class Params:
        team = None

    patient = factory.LazyAttribute(
        lambda o: PatientFactory(
            organization=o.team.organization, team=o.team, phone="(555) 010-2001"
        )
    )
    organization = factory.SelfAttribute("patient.organization")
    visit = factory.LazyAttribute(
        lambda o: VisitFactory(patient=o.patient, starts_at=NOW + timedelta(days=2))
    )
    occurs_at = factory.LazyAttribute(lambda o: o.visit.starts_at if o.visit else None)
    kind = "visit-reminder"
    template = "visit-reminder"
    reminder = factory.LazyAttributeSequence(lambda o, n: f"visit:{o.visit.pk}:test-{n}")
    recipient = "patient"
    channel = "text"
    due_at = NOW - timedelta(minutes=1)
    give_up_at = NOW + timedelta(hours=20)


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    patient = factory.SubFactory(PatientFactory)
    organization = factory.SelfAttribute("patient.organization")
    outcome = "no-answer"
    occurred_at = NOW
    logged_at = NOW


class CallPartyFactory(DjangoModelFactory):
    class Meta:
        model = CallParty

    call = factory.SubFactory(CallFactory)
    organization = factory.SelfAttribute("call.organization")
    kind = "patient"


def let_messages_leave(team: Team, quiet: str = "20:00-08:00") -> Organization:
    """Switch messages on, load the shipped rules and texts, and set quiet hours."""
    organization = team.organization
    organization.messages_on = True
    organization.save()
    load_reminder_rules(organization, NOW)
    FacilitySetting.objects.create(
        organization=organization, facility=team.facility, key="quiet_hours", value=quiet,
        set_at=NOW,
    )  # fmt: skip
    return organization


def reachable(team: Team, **fields: object) -> Patient:
    """Make a patient of the team who has a telephone."""
    given = {"phone": "(555) 010-2001", **fields}
    return PatientFactory(organization=team.organization, team=team, **given)
