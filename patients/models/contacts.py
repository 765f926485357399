"""Family and others to speak with, how, and what each may be told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from patients.models.base import Imported
from patients.models.people import Patient, PhoneKey


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

    class Meta(Imported.Meta):
        indexes = [
            models.Index(fields=["organization", "phone"], name="contact_phone_idx"),
            models.Index(
                fields=["organization", "other_phone"], name="contact_other_idx",
                condition=~Q(other_phone=""),
            ),
            *(
                models.Index(  # who is calling
                    F("organization"), OpClass(PhoneKey(field), name="text_pattern_ops"),
                    name=f"contact_{field}_caller", condition=~Q(**{field: ""}),
                )
                for field in ("phone", "other_phone")
            ),
        ]  # fmt: skip


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
