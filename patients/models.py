"""People, family and contacts, stays, what is recorded of their health, and their timeline."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class Imported(Record):
    """A record that may have come over a wire, and where from, so that a second run finds it."""

    external_id = models.CharField(max_length=255, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="%(class)s_external_once",
            )
        ]


class Sex(models.TextChoices):
    """FHIR R4 administrative-gender."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Interpreter(models.TextChoices):
    """Whether somebody must interpret."""

    UNKNOWN = "", _("Not asked")
    NEEDED = "needed", _("Interpreter needed")
    NOT_NEEDED = "not-needed", _("No interpreter needed")


class Patient(Imported):
    """One person in our care."""

    mrn = models.CharField(
        max_length=32, blank=True, help_text=_("As shown; searched by Identifier.")
    )
    given = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80)
    name_norm = models.CharField(max_length=180, editable=False, db_collation="C")
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    language = models.CharField(max_length=16, blank=True, help_text=_("BCP 47, such as es."))
    interpreter = models.CharField(max_length=12, choices=Interpreter, blank=True)
    street = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    zone = models.CharField(max_length=64, blank=True, help_text=_("Empty: the facility's."))
    about_me = models.TextField(blank=True)
    is_unlisted = models.BooleanField(default=False, db_default=False)
    deceased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False)

    class Meta(Imported.Meta):
        indexes = [
            models.Index(
                fields=["birth_date", "name_norm"], name="patient_birth_idx"
            ),  # search: birth date
            models.Index(
                fields=["name_norm", "id"], name="patient_name_idx"
            ),  # search: prefix, in its order
            GinIndex(SearchVector("name_norm", config="simple"), name="patient_words_idx"),
            GinIndex(OpClass("name_norm", name="gin_trgm_ops"), name="patient_trgm_idx"),
        ]

    @property
    def full_name(self) -> str:
        """Return given and family name as one says them."""
        return f"{self.given} {self.family}".strip()


class Identifier(models.Model):
    """One number a patient is known by: an MRN, old or new, ours or another's."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=100)
    value_norm = models.CharField(max_length=100, editable=False)
    is_mrn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "system", "value_norm"], name="identifier_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "value_norm"], name="identifier_value_idx")
        ]  # search

    def __str__(self) -> str:
        return f"identifier {self.pk}"


class ContactKind(models.TextChoices):
    """Family or somebody who looks after the patient by profession."""

    FAMILY = "family", _("Family or friend")
    PROFESSIONAL = "professional", _("Professional")


class ContactPerson(Imported):
    """One person to speak with about a patient: family, neighbor, family doctor."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=12, choices=ContactKind, default=ContactKind.FAMILY)
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=60, blank=True)
    organization_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    other_phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    best_time = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    decision_role = models.CharField(
        max_length=60, blank=True, help_text=_("Such as health care proxy; empty: decides nothing.")
    )
    must_not_be_told = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=1)
    ended_at = models.DateTimeField(null=True, blank=True)


class Channel(models.TextChoices):
    """A way to reach somebody."""

    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


class ContactPreference(Record):
    """What one patient or contact wishes for one channel. Read by every sender."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="preferences")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, null=True, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    is_preferred = models.BooleanField(default=False)
    ok_voicemail = models.BooleanField(default=False)
    hours = models.CharField(max_length=60, blank=True, help_text=_("Such as 17:00-20:00."))
    language = models.CharField(max_length=16, blank=True)
    opt_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "contact", "channel"],
                nulls_distinct=False,
                name="contactpreference_once",
            )
        ]


class Topic(models.TextChoices):
    """What a relative may be told about."""

    WHERE_AND_WHEN = "where-and-when", _("where the patient is and when they leave")
    DIAGNOSIS = "diagnosis", _("diagnosis")
    TREATMENT = "treatment", _("treatment")
    MEDICINES = "medicines", _("medicines")
    LEAVING = "leaving", _("the plan for leaving")
    MONEY = "money", _("money and insurance")


class PermissionStatus(models.TextChoices):
    """FHIR R4 Consent.status."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Asked")
    ACTIVE = "active", _("In force")
    REJECTED = "rejected", _("Refused")
    INACTIVE = "inactive", _("Ended")


class DisclosurePermission(Imported):
    """What the patient allows us to tell one person, from and until."""

    MOVES = {
        PermissionStatus.DRAFT: {PermissionStatus.PROPOSED, PermissionStatus.ACTIVE},
        PermissionStatus.PROPOSED: {PermissionStatus.ACTIVE, PermissionStatus.REJECTED},
        PermissionStatus.ACTIVE: {PermissionStatus.INACTIVE},
        PermissionStatus.REJECTED: set(),
        PermissionStatus.INACTIVE: set(),
    }
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="permissions")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="permissions")
    status = models.CharField(
        max_length=8, choices=PermissionStatus, default=PermissionStatus.DRAFT
    )
    topics = ArrayField(models.CharField(max_length=20, choices=Topic), default=list)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    document = models.CharField(max_length=200, blank=True, help_text=_("The signed paper."))

    class Meta(Imported.Meta):
        constraints = [
            *Imported.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status=PermissionStatus.ACTIVE)
                | (Q(topics__len__gt=0) & Q(ends_at__isnull=False) & ~Q(document="")),
                name="disclosurepermission_active_complete",
                violation_error_message=_(
                    "A permission in force needs topics, an end and the signed document."
                ),
            ),
        ]


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

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="stays")
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


class SegmentClass(models.TextChoices):
    """Status of a stretch of a stay (rules.md 5.7)."""

    INPATIENT = "inpatient", _("Inpatient")
    OBSERVATION = "observation", _("Observation")
    OUTPATIENT = "outpatient", _("Outpatient")
    EMERGENCY = "ED", _("Emergency")


class TimeRange(Func):
    """tstzrange of two columns, for the exclusion constraint."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


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


class Condition(Imported):
    """One diagnosis or problem, as recorded elsewhere."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="conditions")
    code_system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=255)
    clinical_status = models.CharField(max_length=16, default="active")
    onset_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=160, blank=True)


class Medication(Imported):
    """One medicine as recorded by somebody else; read-only here."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medications")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=40, blank=True)
    route = models.CharField(max_length=60, blank=True)
    directions = models.CharField(max_length=255, blank=True)
    state = models.CharField(
        max_length=16, default="active", help_text=_("As recorded: new, stopped.")
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=160, blank=True)


class Allergy(Imported):
    """One allergy or intolerance as recorded by somebody else; read-only here."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=40, blank=True)
    reaction = models.CharField(max_length=255, blank=True)
    severity = models.CharField(max_length=24, blank=True)
    clinical_status = models.CharField(max_length=16, default="active")
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=160, blank=True)


class RiskScore(models.Model):
    """One computed score of one patient, with its version and where each point came from."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="risk_scores")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True)
    score_version = models.CharField(max_length=24)
    inputs = models.JSONField(default=dict)
    points = models.PositiveSmallIntegerField(null=True, help_text=_("Empty: incomplete."))
    band = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"risk score {self.pk}"


class PayerClass(models.TextChoices):
    """Which set of payer rules applies (rules.md 1.2)."""

    MEDICARE_FFS = "medicare_ffs", _("Original Medicare")
    MEDICARE_ADVANTAGE = "medicare_advantage", _("Medicare Advantage")
    MEDICAID_FFS = "medicaid_ffs", _("Medicaid, fee for service")
    MEDICAID_MCO = "medicaid_mco", _("Medicaid managed care")
    CHIP_FFS = "chip_ffs", _("CHIP, fee for service")
    CHIP_MCO = "chip_mco", _("CHIP managed care")
    QHP = "qhp", _("Marketplace plan")
    ERISA_COMMERCIAL = "erisa_commercial", _("Employer or other commercial plan")
    SELF_PAY = "self_pay", _("Self-pay")
    OTHER = "other", _("Other payer, rules not known")
    UNCONFIRMED = "unconfirmed", _("Payer class not confirmed")


class Coverage(Imported):
    """One insurance of one patient, from and to."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="coverages")
    payer = models.CharField(max_length=160)
    plan = models.CharField(max_length=160, blank=True)
    payer_class = models.CharField(max_length=20, choices=PayerClass)
    member_id = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=1, help_text=_("1 is the primary payer."))
    as_imported = models.CharField(
        max_length=255, blank=True, help_text=_("The text it came with.")
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("Entered in error or over."))

    class Meta(Imported.Meta):
        constraints = [
            *Imported.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="coverage_ends_after_start",
                violation_error_message=_("Coverage cannot end before it starts."),
            ),
        ]


class AssignmentKind(models.TextChoices):
    """What the person is to the patient."""

    PRIMARY = "primary", _("Primary")
    BACKUP = "backup", _("Backup")
    NURSE = "nurse", _("Nurse")


class Assignment(models.Model):
    """One stretch in which a team, perhaps a person of it, looks after a patient: the scope."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assignments")
    team = models.ForeignKey("access.Team", on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    kind = models.CharField(max_length=8, choices=AssignmentKind, default=AssignmentKind.PRIMARY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    stay = models.ForeignKey(
        Stay, on_delete=models.PROTECT, null=True, blank=True,
        help_text=_("The admission that opened it; it then ends by itself."),
    )  # fmt: skip
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "team", "kind"],
                condition=Q(ends_at__isnull=True),
                name="assignment_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["team", "patient"],
                name="assignment_scope_idx",
                condition=Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class CareTeamMember(Imported):
    """One clinician who looks after the patient, such as the surgeon; not one of our users."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_team")
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    fax = models.CharField(max_length=32, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)


class FieldChange(models.Model):
    """One corrected field of one record: what stood there before, who changed it, when, why."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    why = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="fieldchange_patient_idx")]

    def __str__(self) -> str:
        return f"field change {self.pk}"


class TimelineEntry(models.Model):
    """One line of the patient's story: what happened, when, by whom."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=40)
    sentence = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, db_index=False)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "-at", "-id"], name="timeline_patient_idx")]

    def __str__(self) -> str:
        return f"timeline entry {self.pk}"
