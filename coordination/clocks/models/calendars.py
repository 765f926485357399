"""Calendars of days that do not count, and their days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarKind(models.TextChoices):
    """Whose days these are. Only regulatory days move a date; the others warn."""

    REGULATORY = "regulatory", _("Regulatory")
    FACILITY = "facility", _("Ours")
    PAYER = "payer", _("A payer's")


class Calendar(models.Model):
    """One calendar of days that do not count. The shipped regulatory ones belong to nobody."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    facility = models.ForeignKey(
        "access.Facility", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        help_text=_("Empty: every facility of the organization."),
    )  # fmt: skip
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=CalendarKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug"], nulls_distinct=False, name="calendar_slug_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=CalendarKind.REGULATORY) | Q(organization__isnull=False),
                name="calendar_has_owner",
                violation_error_message=_("A calendar of ours or of a payer belongs to us."),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class Holiday(models.Model):
    """One day on which a calendar's owner does not work."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"holiday {self.pk}"
