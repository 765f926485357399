"""Insurance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models.base import Imported
from patients.models.people import Patient


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
