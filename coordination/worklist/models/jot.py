"""A line caught in passing, before anybody knows whose it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record

JOT_LENGTH = 300


class JotStatus(models.TextChoices):
    """What became of the line."""

    OPEN = "open", _("Open")
    NOTE = "note", _("A note on the timeline")
    TASK = "task", _("A task")
    DROPPED = "dropped", _("Dropped")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


_S = JotStatus


class Jot(Record):
    """One line one person jotted down; nobody else sees it until it is a note or a task."""

    MOVES = {
        _S.OPEN: {_S.NOTE, _S.TASK, _S.DROPPED},
        _S.DROPPED: {_S.OPEN},
        _S.NOTE: {_S.ENTERED_IN_ERROR},
        _S.ENTERED_IN_ERROR: set(),
        _S.TASK: set(),
    }
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    text = models.CharField(max_length=JOT_LENGTH)
    at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=JotStatus, default=JotStatus.OPEN)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    dropped_why = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status=_S.OPEN, settled_at=None, patient=None, task=None, dropped_why=""
                )
                | Q(
                    status__in=[_S.NOTE, _S.ENTERED_IN_ERROR], settled_at__isnull=False,
                    patient__isnull=False, task=None, dropped_why="",
                )
                | Q(
                    status=_S.TASK, settled_at__isnull=False, patient__isnull=False,
                    task__isnull=False, dropped_why="",
                )
                | Q(status=_S.DROPPED, settled_at__isnull=False, patient=None, task=None)
                & ~Q(dropped_why=""),
                name="jot_settled_one_way",
                violation_error_message=_("A jot is a note, a task, or dropped with a word."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="jot_says_something",
                violation_error_message=_("Write a line."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # the tray, the end of the shift
                fields=["user", "at", "id"], name="jot_open_idx", condition=Q(status="open")
            ),
        ]
