"""Signatures that are asked for: whose, on what, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class SignatureStatus(models.TextChoices):
    """Codes of FHIR Task.status, as those of a thing that is asked of somebody."""

    REQUESTED = "requested", _("Waits for the signature")
    COMPLETED = "completed", _("Signed")
    REJECTED = "rejected", _("Declined")
    CANCELLED = "cancelled", _("No longer needed")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class SignerRole(models.TextChoices):
    """As what somebody signs."""

    CLINICIAN = "clinician", _("Clinician")
    PATIENT = "patient", _("Patient")
    DECISION_MAKER = "decision-maker", _("Decision maker for the patient")
    FACILITY = "facility", _("Facility or agency")
    WITNESS = "witness", _("Witness")
    OTHER = "other", _("Somebody else")


class SignedHow(models.TextChoices):
    """By what one knows that it was signed."""

    PAPER = "paper", _("The signed paper came back")
    CHART = "chart", _("Seen signed in the hospital’s chart")
    PHONE = "phone", _("Agreed by phone, with a witness")


_S = SignatureStatus


class Signature(Record):
    """One signature one person is asked for on one document."""

    MOVES = {
        _S.REQUESTED: {_S.COMPLETED, _S.REJECTED, _S.CANCELLED, _S.ENTERED_IN_ERROR},
        _S.COMPLETED: {_S.REQUESTED, _S.ENTERED_IN_ERROR},
        _S.REJECTED: {_S.ENTERED_IN_ERROR},
        _S.CANCELLED: {_S.ENTERED_IN_ERROR},
        _S.ENTERED_IN_ERROR: set(),
    }
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    document = models.ForeignKey(
        "paperwork.Document", on_delete=models.PROTECT, related_name="signatures"
    )
    status = models.CharField(max_length=16, choices=SignatureStatus, default=_S.REQUESTED)
    signer = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=SignerRole)
    is_inside = models.BooleanField(default=False, help_text=_("Works in our house."))
    phone = models.CharField(max_length=32, blank=True)
    dispatch = models.ForeignKey(
        "paperwork.Dispatch", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("With what it was sent to them."),
    )  # fmt: skip
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    chased = models.PositiveSmallIntegerField(default=0, db_default=0)
    chase_at = models.DateTimeField(null=True, blank=True)
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The last task to ask again."),
    )  # fmt: skip
    settled_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=8, choices=SignedHow, blank=True)
    witness = models.CharField(max_length=120, blank=True)
    signed_copy = models.ForeignKey(
        "paperwork.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="proves"
    )
    refused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=_S.COMPLETED) | Q(signed_at__isnull=False) & ~Q(how=""),
                name="signature_says_when_and_how",
                violation_error_message=_("Say when it was signed, and how one knows."),
            ),
            models.CheckConstraint(
                condition=~Q(how=SignedHow.PHONE) | ~Q(witness=""),
                name="signature_by_phone_has_witness",
                violation_error_message=_("Who listened? A signature by phone needs a witness."),
            ),
            models.CheckConstraint(
                condition=~Q(how=SignedHow.PAPER) | Q(signed_copy__isnull=False),
                name="signature_on_paper_is_filed",
                violation_error_message=_("Choose the signed paper; file it first."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[_S.REJECTED, _S.CANCELLED]) | ~Q(refused_why=""),
                name="signature_refused_says_why",
                violation_error_message=_("Say why, in a few words."),
            ),
            models.CheckConstraint(
                condition=Q(chase_at=None) | Q(status=_S.REQUESTED),
                name="signature_chased_while_open",
            ),
            models.UniqueConstraint(
                fields=["document", "signer"], condition=Q(status=_S.REQUESTED),
                name="signature_asked_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["patient", "-asked_at"], name="signature_chart_idx"),
            models.Index(  # what waits for a signature, oldest first
                fields=["organization", "asked_at", "id"], name="signature_open_idx",
                condition=Q(status="requested"),
            ),
            models.Index(  # what is to be asked again now
                fields=["chase_at"], name="signature_chase_idx",
                condition=Q(chase_at__isnull=False),
            ),
        ]  # fmt: skip
