"""The register of what is sent out: to whom, how, when, and what came back of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.paperwork.models.documents import CameBy
from coordination.records import Record


class DispatchStatus(models.TextChoices):
    """FHIR Communication.status."""

    PREPARATION = "preparation", _("Waits to be sent")
    IN_PROGRESS = "in-progress", _("Sent, not confirmed yet")
    COMPLETED = "completed", _("Arrived")
    NOT_DONE = "not-done", _("Did not arrive")
    STOPPED = "stopped", _("Called off")


_S = DispatchStatus


class Dispatch(Record):
    """One sending of documents of one patient to somebody outside."""

    MOVES = {
        _S.PREPARATION: {_S.IN_PROGRESS, _S.STOPPED},
        _S.IN_PROGRESS: {_S.COMPLETED, _S.NOT_DONE},
        _S.NOT_DONE: {_S.IN_PROGRESS, _S.STOPPED},
        _S.COMPLETED: {_S.NOT_DONE},
        _S.STOPPED: set(),
    }
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    status = models.CharField(max_length=16, choices=DispatchStatus, default=_S.PREPARATION)
    channel = models.CharField(max_length=12, choices=CameBy)
    to_name = models.CharField(max_length=120)
    to_address = models.CharField(
        max_length=200, blank=True, help_text=_("Fax number, postal address or portal.")
    )
    purpose = models.CharField(max_length=200, help_text=_("What they need it for."))
    documents = models.ManyToManyField("paperwork.Document", related_name="dispatches")
    cover = models.OneToOneField(
        "paperwork.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("The sheet that goes before a fax."),
    )  # fmt: skip
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("What it is sent for."),
    )  # fmt: skip
    failure_task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    arrived_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(
        max_length=160, blank=True, help_text=_("Number of the receipt, or who confirmed it.")
    )
    failed_at = models.DateTimeField(null=True, blank=True)
    failed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "dispatches"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[_S.PREPARATION, _S.STOPPED]) | Q(sent_at__isnull=False),
                name="dispatch_sent_has_time",
                violation_error_message=_("What was sent needs the time it was sent."),
            ),
            models.CheckConstraint(
                condition=~Q(status=_S.COMPLETED) | Q(arrived_at__isnull=False) & ~Q(receipt=""),
                name="dispatch_arrived_has_receipt",
                violation_error_message=_("Say by what one knows that it arrived."),
            ),
            models.CheckConstraint(
                condition=~Q(status=_S.NOT_DONE) | Q(failed_at__isnull=False) & ~Q(failed_why=""),
                name="dispatch_failed_says_why",
                violation_error_message=_("Say why it did not arrive."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(arrived_at__gte=models.F("sent_at")),
                name="dispatch_arrives_after_it_left",
            ),
        ]
        indexes = [
            models.Index(  # a chart's register, newest first
                fields=["patient", "-asked_at", "-id"], name="dispatch_chart_idx"
            ),
            models.Index(  # the queue of what waits for a hand, oldest first
                fields=["organization", "status", "asked_at", "id"], name="dispatch_open_idx",
                condition=Q(status__in=["preparation", "in-progress", "not-done"]),
            ),
        ]  # fmt: skip
