"""Documents: a file as it came or as we made it, what it is, and whose chart it is on."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class DocumentKind(models.TextChoices):
    """What a document is. Free words say the rest."""

    ORDER = "order", _("Order or prescription")
    REFERRAL = "referral", _("Referral letter or packet")
    CONSULT_NOTE = "consult-note", _("Consultation or visit note")
    DISCHARGE_SUMMARY = "discharge-summary", _("Discharge summary")
    RESULT = "result", _("Test result")
    PERMISSION = "permission", _("Signed permission or consent")
    DECISION_MAKER = "decision-maker", _("Health care proxy or guardianship")
    COVERAGE = "coverage", _("Insurance card or coverage proof")
    PAYER_LETTER = "payer-letter", _("Letter from the payer")
    FORM = "form", _("Filled-in form")
    INCOME = "income", _("Proof of income")
    RECEIPT = "receipt", _("Receipt or delivery slip")
    COVER = "cover", _("Cover sheet of a fax")
    OTHER = "other", _("Something else")


class Origin(models.TextChoices):
    """Whether it reached us or we made it."""

    RECEIVED = "received", _("Received")
    MADE = "made", _("Made here")


class CameBy(models.TextChoices):
    """How paper travels."""

    FAX = "fax", _("Fax")
    MAIL = "mail", _("Mail")
    PORTAL = "portal", _("Portal")
    HAND = "hand", _("By hand")
    ELECTRONIC = "electronic", _("Electronically")


class DocumentStatus(models.TextChoices):
    """FHIR DocumentReference.status."""

    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Replaced by a newer one")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class Scan(models.TextChoices):
    """What the scanner for harmful files said (trust.md 7)."""

    NOT_SCANNED = "not-scanned", _("Not scanned for harmful content")
    CLEAN = "clean", _("Scanned, nothing found")


_S = DocumentStatus


class Document(Record):
    """One file of one patient, or one that waits to be filed. Its bytes never change."""

    MOVES = {
        _S.CURRENT: {_S.SUPERSEDED, _S.ENTERED_IN_ERROR},
        _S.SUPERSEDED: {_S.ENTERED_IN_ERROR},
        _S.ENTERED_IN_ERROR: set(),
    }
    STANDING = ("kind", "title", "sender", "dated_on", "expires_on", "pages", "note")

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, db_index=False,
        related_name="documents",
    )  # fmt: skip
    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    status = models.CharField(max_length=16, choices=DocumentStatus, default=_S.CURRENT)
    kind = models.CharField(max_length=24, choices=DocumentKind, blank=True)
    title = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RECEIVED)
    came_by = models.CharField(max_length=12, choices=CameBy, blank=True)
    sender = models.CharField(max_length=120, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=4000)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    file_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200, blank=True, help_text=_("As the sender named it."))
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at=None, patient=None, team__isnull=False)
                | Q(filed_at__isnull=False, patient__isnull=False) & ~Q(kind=""),
                name="document_filed_or_waits",
                violation_error_message=_(
                    "A document is on a chart and says what it is, or waits with a team."
                ),
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="document_is_not_empty"),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="document_has_its_hash"
            ),
        ]
        indexes = [
            models.Index(  # a chart's documents, newest first; its sum and its doubles
                fields=["patient", "-entered_at", "-id"], name="document_chart_idx"
            ),
            models.Index(  # what waits to be filed, oldest first
                fields=["team", "entered_at", "id"], name="document_waits_idx",
                condition=Q(filed_at=None, status="current"),
            ),
        ]  # fmt: skip
