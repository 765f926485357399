"""Who looks after the patient: our teams, and clinicians elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.base import Imported
from patients.models.people import Patient
from patients.models.stays import Stay


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
    set_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, help_text=_("Who decided it; empty: the system."),
    )  # fmt: skip

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
            models.Index(  # the queue: whom nobody of a team looks after, the oldest first
                fields=["team", "starts_at"],
                name="assignment_pool_idx",
                condition=Q(ends_at__isnull=True, user__isnull=True),
            ),
            models.Index(  # the list of one person's patients
                fields=["user", "kind"],
                name="assignment_person_idx",
                condition=Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class CoverLine(models.Model):
    """One line an absent person leaves about one patient, for whoever covers for them."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    cover = models.ForeignKey("access.Cover", on_delete=models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cover_lines")
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cover", "patient"], name="coverline_once"),
            models.CheckConstraint(
                condition=~Q(text=""), name="coverline_has_text",
                violation_error_message=_("Write what matters about the patient."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"cover line {self.pk}"


class CareTeamMember(Imported):
    """One clinician who looks after the patient, such as the surgeon; not one of our users."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_team")
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    fax = models.CharField(max_length=32, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
