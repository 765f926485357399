"""What came over a wire: each run, what it could not read, and what each source last said."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One reading of one file or folder: what came in, what was left out and why."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey("access.Organization", on_delete=models.PROTECT)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=40, help_text=_("The sender; part of each external id."))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text=_("Empty: still running, or cut off."))
    newest_at = models.DateTimeField(null=True, help_text=_("Newest instant of the set, as sent."))
    shift = models.DurationField(null=True, help_text=_("By how much every instant was moved."))
    counts = models.JSONField(default=dict, help_text=_("Counts by kind; no patient data."))

    def __str__(self) -> str:
        return f"import run {self.pk}"


class QuarantinedRecord(models.Model):
    """One record nobody could read, with its bytes and the sentence that says why."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="quarantined")
    source_name = models.CharField(max_length=255, help_text=_("The file it stood in."))
    position = models.CharField(max_length=40, blank=True, help_text=_("Line or entry."))
    resource_type = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    sentence = models.CharField(max_length=300)
    raw = models.BinaryField()
    fingerprint = models.CharField(max_length=40, help_text=_("Of the bytes and the sentence."))
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"],
                condition=Q(resolved_at__isnull=True),
                name="quarantinedrecord_open_once",
            )
        ]
        indexes = [  # read by the end of each run, which closes what a later run could read
            models.Index(
                fields=["organization", "external_id"],
                name="quarantinedrecord_open_idx",
                condition=Q(resolved_at__isnull=True) & ~Q(external_id=""),
            )
        ]

    def __str__(self) -> str:
        return f"quarantined record {self.pk}"


class SourceRecord(models.Model):
    """One resource of one source as last read: its fingerprint and which patient it is about.

    A resource that comes again unchanged is left alone, so a correction made here by hand stays.
    """

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    external_id = models.CharField(max_length=255)
    digest = models.CharField(max_length=32)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    run = models.ForeignKey(
        ImportRun,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        help_text=_("Which last wrote it."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="sourcerecord_once"
            )
        ]

    def __str__(self) -> str:
        return f"source record {self.pk}"


class KnownName(models.Model):
    """What a source calls one clinician, organization or medicine that records only refer to."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    external_id = models.CharField(max_length=255)
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "external_id"], name="knownname_once")
        ]

    def __str__(self) -> str:
        return f"known name {self.pk}"


class ApiAnswer(models.Model):
    """One POST to the API and what it was answered: the same key again gets the same answer.

    Written in the transaction of the act, kept for 24 hours (trust.md 7, *API writes*).
    """

    user = models.ForeignKey("access.User", on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    headers = models.JSONField(default=dict)
    patients = ArrayField(models.BigIntegerField(), default=list, help_text=_("Whom it shows."))
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="apianswer_once")]
        indexes = [models.Index(fields=["at"], name="apianswer_at_idx")]  # the tidying

    def __str__(self) -> str:
        return f"API answer {self.pk}"


class ApiUse(models.Model):
    """How often one token or session asked the API in one minute. who: a hash, never the token."""

    who = models.CharField(max_length=80)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "minute"], name="apiuse_once")]

    def __str__(self) -> str:
        return f"API use {self.pk}"
