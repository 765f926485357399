"""Two charts of one person made into one, and every row that took part, so that it can go back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from patients.models.people import Patient


class Merge(Record):
    """One chart made part of another: which, by whom, why, and whether it was undone."""

    into = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_away")
    at = models.DateTimeField()
    by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    why = models.CharField(max_length=200)
    chosen = models.JSONField(
        default=list, help_text=_("Names of the fields taken from the chart that went.")
    )
    marks = models.JSONField(
        default=dict, help_text=_("The last row of each table then: what came later stays.")
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    undone_why = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(into=F("gone")),
                name="merge_of_two",
                violation_error_message=_("A chart cannot be merged into itself."),
            ),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merge_gone_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-at"], name="merge_recent_idx")]


class RowPart(models.TextChoices):
    """What the merge did with a row."""

    MOVED = "moved", _("Moved to the chart that stays")
    CHANGED = "changed", _("Changed, because both could not stand")
    KEPT = "kept", _("Left with the chart that went")


class MergedRow(models.Model):
    """One row that took part in a merge: what was there before, and what the merge wrote."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, db_index=False, related_name="rows")
    part = models.CharField(max_length=8, choices=RowPart)
    table = models.CharField(max_length=60, help_text=_("Such as worklist.task."))
    row_id = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["merge", "id"], name="mergedrow_merge_idx")]

    def __str__(self) -> str:
        return f"merged row {self.pk}"
