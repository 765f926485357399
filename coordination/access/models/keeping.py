"""What is kept for people: settings of a facility, drafts, keys, failed sign-ins."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from coordination.access.models.people import User
from coordination.access.models.places import Facility, Organization


class FacilitySetting(models.Model):
    """One thing the field leaves to the site (rules.md 1.3), such as quiet hours."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    key = models.SlugField(max_length=60)
    value = models.CharField(max_length=200)
    label = models.CharField(max_length=120, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "key"], name="facility_setting_once")
        ]

    def __str__(self) -> str:
        return f"facility setting {self.pk}"


class Draft(models.Model):
    """One half-typed form of one person, kept for 7 days (rules.md 6)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    form = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    patient_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "subject_id"], nulls_distinct=False, name="draft_once"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class CreatedOnce(models.Model):
    """One create form that was sent, and what it made: a second post makes nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    key = models.UUIDField()
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="createdonce_once")]

    def __str__(self) -> str:
        return f"created once {self.pk}"


class SignInFailure(models.Model):
    """One failed sign-in, for slowing down guessing (trust.md D13). The name is a keyed hash."""

    name_hash = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "at"], name="signinfailure_name_idx"),
            models.Index(fields=["address", "at"], name="signinfailure_address_idx"),
        ]

    def __str__(self) -> str:
        return f"sign-in failure {self.pk}"


class ApiToken(models.Model):
    """One key to the API: whose it is, what it may do, until when. Only its hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="api_tokens",
        help_text=_("A person, or an account made for one program, with its own roles and teams."),
    )
    name = models.CharField(max_length=80)
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=40),
        help_text=_("The permissions it may use, of those its owner has at that moment."),
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="apitoken_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="apitoken_has_scopes",
                violation_error_message=_("Name what the token may do."),
            ),
        ]

    def __str__(self) -> str:
        return f"API token {self.pk}"
