"""What is recorded of a patient's health, by others; read-only here but for scores."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.base import Imported
from patients.models.people import Patient
from patients.models.stays import Stay


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
