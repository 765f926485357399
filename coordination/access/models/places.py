"""The organization, its hospitals and wards, and the teams that work there."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

DEMO_SLUG = "demo"  # the organization that `manage.py demo` tells of


class Organization(models.Model):
    """One hospital organization: the wall nothing crosses."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="America/New_York")
    state = models.CharField(max_length=2, blank=True)
    go_live_at = models.DateTimeField(
        help_text=_("What happened before this instant raises no task, clock or message.")
    )
    messages_on = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Off until an administrator switches it on: nothing leaves the building."),
    )
    test_recipients = ArrayField(
        models.CharField(max_length=254),
        default=list,
        blank=True,
        help_text=_("If any are listed, messages go to these addresses and numbers only."),
    )

    def __str__(self) -> str:
        return f"organization {self.pk}"

    @property
    def is_demo(self) -> bool:
        """Say whether its people are invented, which every page then says."""
        return self.slug == DEMO_SLUG


class Facility(models.Model):
    """One hospital or site of the organization."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, blank=True, help_text=_("Empty: the organization's."))
    state = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="facility_slug_once")
        ]

    def __str__(self) -> str:
        return f"facility {self.pk}"


class Unit(models.Model):
    """One ward of a facility."""

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    beds = models.PositiveSmallIntegerField(default=0)
    specialty = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return f"unit {self.pk}"


class Team(models.Model):
    """One pool of people who share patients and work, such as "4 West coordinators"."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    slug = models.SlugField()
    name = models.CharField(max_length=80)
    units = models.ManyToManyField(Unit, blank=True, related_name="teams")
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="team_slug_once")
        ]

    def __str__(self) -> str:
        return f"team {self.pk}"
