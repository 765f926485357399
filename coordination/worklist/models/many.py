"""One act over many tasks, done by the worker one by one, with a result for each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class RunStatus(models.TextChoices):
    """FHIR R4 Task.status."""

    REQUESTED = "requested", _("Waits for the worker")
    IN_PROGRESS = "in-progress", _("Under way")
    COMPLETED = "completed", _("Finished")
    CANCELLED = "cancelled", _("Stopped")


class ItemOutcome(models.TextChoices):
    """What became of one row."""

    WAITING = "", _("Not done yet")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not done")
    STOPPED = "stopped", _("Stopped before it")


_S = RunStatus


class BulkRun(Record):
    """One act that a person asked for on many tasks at once. said: what the act takes besides."""

    MOVES = {
        _S.REQUESTED: {_S.IN_PROGRESS, _S.CANCELLED},
        _S.IN_PROGRESS: {_S.COMPLETED, _S.CANCELLED},
        _S.COMPLETED: set(),
        _S.CANCELLED: set(),
    }
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, db_index=False, related_name="+",
        help_text=_("Of the first task; its supervisors see the run."),
    )  # fmt: skip
    verb = models.CharField(max_length=16)
    said = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=RunStatus, default=_S.REQUESTED)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[_S.COMPLETED, _S.CANCELLED], ended_at__isnull=False)
                | Q(status__in=[_S.REQUESTED, _S.IN_PROGRESS], ended_at=None),
                name="bulkrun_ends_once",
            )
        ]
        indexes = [
            models.Index(  # what the worker looks for
                fields=["asked_at", "id"], name="bulkrun_open_idx", condition=Q(ended_at=None)
            ),
            models.Index(fields=["user", "-asked_at", "-id"], name="bulkrun_mine_idx"),  # my list
        ]


class BulkItem(models.Model):
    """One task of one run, and what became of it. version: as the person saw the task."""

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, db_index=False, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    seen_version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=ItemOutcome, blank=True)
    sentence = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "ordinal"], name="bulkitem_in_order"),
            models.UniqueConstraint(fields=["run", "task"], name="bulkitem_task_once"),
        ]

    def __str__(self) -> str:
        return f"bulk item {self.pk}"
