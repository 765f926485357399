"""What happened, and what was corrected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from patients.models.people import Patient


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
    void_at = models.DateTimeField(null=True, help_text=_("Entered in error; the line stays."))
    void_why = models.CharField(max_length=200, blank=True, db_default="")
    void_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-at", "-id"], name="timeline_patient_idx"),
            models.Index(  # one person's last acts
                fields=["user", "-id"], name="timeline_user_idx", condition=Q(user__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"timeline entry {self.pk}"
