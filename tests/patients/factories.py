"""The smallest valid row of what hangs on a patient."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from patients.models import ContactPerson, Coverage, StatusSegment, Visit
from tests.factories import LONG_AGO, PatientFactory, StayFactory


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = ContactPerson

    organization = factory.SelfAttribute("patient.organization")
    patient = factory.SubFactory(PatientFactory)
    name = "Ngozi Okafor"


class CoverageFactory(DjangoModelFactory):
    class Meta:
        model = Coverage

    organization = factory.SelfAttribute("patient.organization")
    patient = factory.SubFactory(PatientFactory)
    payer = "Original Medicare"
    payer_class = "medicare_ffs"


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = StatusSegment

    organization = factory.SelfAttribute("stay.organization")
    stay = factory.SubFactory(StayFactory)
    segment_class = "inpatient"
    starts_at = LONG_AGO


class VisitFactory(DjangoModelFactory):
    class Meta:
        model = Visit

    organization = factory.SelfAttribute("patient.organization")
    patient = factory.SubFactory(PatientFactory)
    status = "booked"
    with_whom = "Ortho Yard"
