"""Appointments and outpatient contacts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.base import Imported
from patients.models.people import Patient


class VisitStatus(models.TextChoices):
    """FHIR R4 Appointment.status."""

    PROPOSED = "proposed", _("Proposed")
    PENDING = "pending", _("Waiting for an answer")
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    CHECKED_IN = "checked-in", _("Checked in")
    FULFILLED = "fulfilled", _("Kept")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "noshow", _("Missed")
    WAITLIST = "waitlist", _("Waiting list")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class Visit(Imported):
    """One appointment or outpatient contact with a clinician."""

    _BEFORE = {
        VisitStatus.PENDING, VisitStatus.BOOKED, VisitStatus.ARRIVED, VisitStatus.CHECKED_IN,
        VisitStatus.FULFILLED, VisitStatus.CANCELLED, VisitStatus.NO_SHOW, VisitStatus.WAITLIST,
        VisitStatus.ENTERED_IN_ERROR,
    }  # fmt: skip
    MOVES = {
        VisitStatus.PROPOSED: _BEFORE,
        VisitStatus.PENDING: _BEFORE - {VisitStatus.PENDING},
        VisitStatus.WAITLIST: _BEFORE - {VisitStatus.WAITLIST},
        VisitStatus.BOOKED: _BEFORE - {VisitStatus.BOOKED, VisitStatus.PENDING},
        VisitStatus.ARRIVED: {
            VisitStatus.CHECKED_IN, VisitStatus.FULFILLED, VisitStatus.ENTERED_IN_ERROR,
        },
        VisitStatus.CHECKED_IN: {VisitStatus.FULFILLED, VisitStatus.ENTERED_IN_ERROR},
        VisitStatus.FULFILLED: {VisitStatus.ENTERED_IN_ERROR},
        VisitStatus.CANCELLED: {VisitStatus.BOOKED, VisitStatus.ENTERED_IN_ERROR},
        VisitStatus.NO_SHOW: {VisitStatus.BOOKED, VisitStatus.ENTERED_IN_ERROR},
        VisitStatus.ENTERED_IN_ERROR: set(),
    }  # fmt: skip
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    status = models.CharField(max_length=16, choices=VisitStatus, default=VisitStatus.PROPOSED)
    visit_class = models.CharField(max_length=24, blank=True, help_text=_("Such as AMB or VR."))
    with_whom = models.CharField(max_length=160, blank=True)
    place = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    outcome_source = models.CharField(
        max_length=24, blank=True, help_text=_("Who said kept or not.")
    )

    class Meta(Imported.Meta):
        indexes = [
            models.Index(fields=["patient", "-starts_at"], name="visit_patient_idx"),
            models.Index(
                fields=["starts_at"], name="visit_ahead_idx",  # the reminder planner
                condition=Q(status="booked"),
            ),
        ]  # fmt: skip
