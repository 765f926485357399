"""Stays in hospital: from admission to leaving."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from patients.models.base import Imported
from patients.models.people import Patient


class StayStatus(models.TextChoices):
    """FHIR R4 Encounter.status."""

    PLANNED = "planned", _("Planned")
    ARRIVED = "arrived", _("Arrived")
    TRIAGED = "triaged", _("Triaged")
    IN_PROGRESS = "in-progress", _("In hospital")
    ON_LEAVE = "onleave", _("On leave")
    FINISHED = "finished", _("Discharged")
    CANCELLED = "cancelled", _("Cancelled")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class Disposition(models.TextChoices):
    """Where the patient goes (UB-04 field 17, rules.md 5.3), in our own short words."""

    NOT_SAID = "00", _("Not known where to")
    HOME = "01", _("Home")
    HOSPITAL = "02", _("Another acute hospital")
    NURSING = "03", _("Skilled nursing facility")
    CUSTODIAL = "04", _("Custodial or intermediate care")
    CANCER_OR_CHILDREN = "05", _("Cancer center or children's hospital")
    HOME_HEALTH = "06", _("Home with home health")
    AGAINST_ADVICE = "07", _("Left against advice")
    DIED = "20", _("Died")
    LAW = "21", _("Court or law enforcement")
    STILL_HERE = "30", _("Still a patient here")
    DIED_HOME = "40", _("Died at home, hospice")
    DIED_FACILITY = "41", _("Died in a facility, hospice")
    DIED_ELSEWHERE = "42", _("Died, place not known, hospice")
    FEDERAL = "43", _("Federal hospital")
    HOSPICE_HOME = "50", _("Hospice at home")
    HOSPICE_FACILITY = "51", _("Hospice facility")
    SWING_BED = "61", _("Swing bed")
    REHABILITATION = "62", _("Rehabilitation hospital")
    LONG_TERM = "63", _("Long-term acute hospital")
    MEDICAID_NURSING = "64", _("Nursing facility, Medicaid only")
    PSYCHIATRIC = "65", _("Psychiatric hospital")
    CRITICAL_ACCESS = "66", _("Critical access hospital")
    DISASTER = "69", _("Disaster care site")
    OTHER = "70", _("Other care")
    HOME_RETURN = "81", _("Home, return planned")
    HOSPITAL_RETURN = "82", _("Another acute hospital, return planned")
    NURSING_RETURN = "83", _("Skilled nursing facility, return planned")
    CUSTODIAL_RETURN = "84", _("Custodial or intermediate care, return planned")
    CANCER_OR_CHILDREN_RETURN = "85", _("Cancer center or children's hospital, return planned")
    HOME_HEALTH_RETURN = "86", _("Home with home health, return planned")
    LAW_RETURN = "87", _("Court or law enforcement, return planned")
    FEDERAL_RETURN = "88", _("Federal hospital, return planned")
    SWING_BED_RETURN = "89", _("Swing bed, return planned")
    REHABILITATION_RETURN = "90", _("Rehabilitation hospital, return planned")
    LONG_TERM_RETURN = "91", _("Long-term acute hospital, return planned")
    MEDICAID_NURSING_RETURN = "92", _("Nursing facility, Medicaid only, return planned")
    PSYCHIATRIC_RETURN = "93", _("Psychiatric hospital, return planned")
    CRITICAL_ACCESS_RETURN = "94", _("Critical access hospital, return planned")
    OTHER_RETURN = "95", _("Other care, return planned")


class IllnessSeverity(models.TextChoices):
    """How sick a patient is, by I-PASS (rules.md 5.6)."""

    STABLE = "stable", _("Stable")
    WATCHER = "watcher", _("Watcher")
    UNSTABLE = "unstable", _("Unstable")


class Stay(Imported):
    """One hospital stay (FHIR Encounter that has a bed)."""

    MOVES = {
        StayStatus.PLANNED: {
            StayStatus.ARRIVED, StayStatus.TRIAGED, StayStatus.IN_PROGRESS, StayStatus.CANCELLED,
            StayStatus.ENTERED_IN_ERROR,
        },
        StayStatus.ARRIVED: {
            StayStatus.TRIAGED, StayStatus.IN_PROGRESS, StayStatus.ENTERED_IN_ERROR,
        },
        StayStatus.TRIAGED: {StayStatus.IN_PROGRESS, StayStatus.ENTERED_IN_ERROR},
        StayStatus.IN_PROGRESS: {
            StayStatus.ON_LEAVE, StayStatus.FINISHED, StayStatus.ENTERED_IN_ERROR,
        },
        StayStatus.ON_LEAVE: {StayStatus.IN_PROGRESS, StayStatus.ENTERED_IN_ERROR},
        StayStatus.FINISHED: {StayStatus.ENTERED_IN_ERROR},
        StayStatus.CANCELLED: {StayStatus.ENTERED_IN_ERROR},
        StayStatus.ENTERED_IN_ERROR: set(),
    }  # fmt: skip
    OPEN = (
        StayStatus.ARRIVED, StayStatus.TRIAGED, StayStatus.IN_PROGRESS, StayStatus.ON_LEAVE,
    )  # fmt: skip

    patient = models.ForeignKey(  # its own index begins with it
        Patient, on_delete=models.PROTECT, related_name="stays", db_index=False
    )
    facility = models.ForeignKey("access.Facility", on_delete=models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, null=True, blank=True)
    bed = models.CharField(max_length=16, blank=True)
    status = models.CharField(max_length=16, choices=StayStatus, default=StayStatus.PLANNED)
    admitted_at = models.DateTimeField(null=True, blank=True)
    admit_source = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True, help_text=_("Clinical discharge."))
    departed_at = models.DateTimeField(null=True, blank=True, help_text=_("Left the building."))
    paperwork_done_at = models.DateTimeField(null=True, blank=True)
    planned_disposition = models.CharField(max_length=2, choices=Disposition, blank=True)
    disposition = models.CharField(max_length=2, choices=Disposition, blank=True)
    severity = models.CharField(
        max_length=8, choices=IllnessSeverity, blank=True, default="", db_default=""
    )
    code_status = models.CharField(max_length=60, blank=True)
    code_status_source = models.CharField(max_length=120, blank=True)
    code_status_at = models.DateTimeField(null=True, blank=True)

    class Meta(Imported.Meta):
        constraints = [
            *Imported.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status=StayStatus.FINISHED)
                | (Q(departed_at__isnull=False) & ~Q(disposition="")),
                name="stay_finished_has_departure",
                violation_error_message=_("A finished stay needs when and where the patient went."),
            ),
            models.CheckConstraint(
                condition=Q(departed_at__isnull=True)
                | Q(admitted_at__isnull=True)
                | Q(departed_at__gte=F("admitted_at")),
                name="stay_leaves_after_admission",
                violation_error_message=_("The patient cannot leave before they came."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-admitted_at"], name="stay_patient_idx"),
            models.Index(
                fields=["unit"], name="stay_open_unit_idx",
                condition=Q(status__in=["arrived", "triaged", "in-progress", "onleave"]),
            ),
        ]  # fmt: skip


class TimeRange(Func):
    """tstzrange of two columns, for the exclusion constraints."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class StayPlace(Record):
    """One stretch of a stay in one bed, half-open: since when, until when, who said so.

    The last one has no end: it lasts until the patient leaves. One that ends where it began was
    taken back, or left within the minute. A stay that came over a wire has none before its first
    move here.
    """

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="places", db_index=False)
    unit = models.ForeignKey(
        "access.Unit", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    bed = models.CharField(max_length=16, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    set_at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(  # its index is also the reader's: by stay
                name="stayplace_never_overlaps",
                expressions=[
                    ("stay", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The patient lay somewhere else at that time."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="stayplace_ends_after_start",
                violation_error_message=_("They came to the bed they are in only after that."),
            ),
        ]


class SegmentClass(models.TextChoices):
    """Status of a stretch of a stay (rules.md 5.7)."""

    INPATIENT = "inpatient", _("Inpatient")
    OBSERVATION = "observation", _("Observation")
    OUTPATIENT = "outpatient", _("Outpatient")
    EMERGENCY = "ED", _("Emergency")


class StatusSegment(Record):
    """One stretch of a stay in one class. Segments of a stay never overlap."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="segments")
    segment_class = models.CharField(max_length=12, choices=SegmentClass)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    told_by = models.CharField(max_length=120, blank=True, help_text=_("Who said so, and how."))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="statussegment_never_overlaps",
                expressions=[
                    (TimeRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("stay", RangeOperators.EQUAL),
                ],
                violation_error_message=_("This overlaps another part of the stay."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="statussegment_ends_after_start",
                violation_error_message=_("This part of the stay cannot end before it starts."),
            ),
        ]


class SeveritySetting(models.Model):
    """One setting of how sick a patient is: by whom, when, why. Never overwritten.

    severity: empty where the first setting was taken back.
    """

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="severities")
    severity = models.CharField(max_length=8, choices=IllnessSeverity)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"severity setting {self.pk}"


class ExpectedDate(models.Model):
    """One setting of a stay's expected departure: to when, by whom, why. Never overwritten."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="expected_dates")
    expected_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True)
    why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"expected date {self.pk}"
