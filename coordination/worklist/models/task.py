"""The promise itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record, Who, insert

if TYPE_CHECKING:
    from coordination.worklist.models.proof import TaskEvent


class TaskStatus(models.TextChoices):
    """FHIR R4 Task.status."""

    DRAFT = "draft", _("Draft")
    REQUESTED = "requested", _("Assigned")
    RECEIVED = "received", _("Seen")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Declined")
    READY = "ready", _("To do")
    IN_PROGRESS = "in-progress", _("Doing")
    ON_HOLD = "on-hold", _("On hold")
    COMPLETED = "completed", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Could not be done")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


_S = TaskStatus
OPEN_STATUSES = (
    _S.DRAFT, _S.REQUESTED, _S.RECEIVED, _S.ACCEPTED, _S.READY, _S.IN_PROGRESS, _S.ON_HOLD,
)  # fmt: skip
_ENDS = {_S.ON_HOLD, _S.CANCELLED, _S.ENTERED_IN_ERROR}


class TaskKind(models.TextChoices):
    """What sort of work it is; the first verb of the title usually says so."""

    CALL = "call", _("Call")
    REFERRAL = "referral", _("Referral")
    AUTHORIZATION = "authorization", _("Authorization")
    APPEAL = "appeal", _("Appeal")
    PAPERWORK = "paperwork", _("Paperwork")
    NOTICE = "notice", _("Notice")
    RIDE = "ride", _("Ride")
    SUPPLY = "supply", _("Equipment and supplies")
    MEETING = "meeting", _("Meeting or teaching")
    VISIT = "visit", _("Visit")
    CHECK = "check", _("Check")
    OTHER = "other", _("Other")


class HeldBy(models.TextChoices):
    """Who does it: us, the patient or the family."""

    STAFF = "staff", _("Staff")
    PATIENT = "patient", _("Patient")
    FAMILY = "family", _("Family")


class Severity(models.TextChoices):
    """What stands behind the due time (rules.md 5.4)."""

    REGULATORY = "regulatory", _("Regulation")
    CONTRACTUAL = "contractual", _("Contract")
    PRACTICE = "practice", _("Our practice")


class Priority(models.TextChoices):
    """FHIR R4 request priority. Never part of the order of a list."""

    ROUTINE = "routine", _("Routine")
    URGENT = "urgent", _("Urgent")
    ASAP = "asap", _("As soon as possible")
    STAT = "stat", _("At once")


class DueEvent(models.TextChoices):
    """An event a task is due before, until the event itself has a date."""

    NONE = "", _("None")
    BEFORE_LEAVING = "before-leaving", _("Before leaving")
    NEXT_VISIT = "next-visit", _("At the next visit")


class WaitingOn(models.TextChoices):
    """Whom outside the team a task waits for; the cause on the overdue report."""

    NONE = "", _("Nobody: ours")
    PAYER = "payer", _("Payer")
    FACILITY = "facility", _("Facility")
    FAMILY = "family", _("Family")
    PATIENT = "patient", _("Patient")
    PHYSICIAN = "physician", _("Physician")
    SUPPLIER = "supplier", _("Supplier")
    OTHER = "other", _("Somebody else")


class Task(Record):
    """One promise made to a patient: who owes it, by when, what comes next, what proves it."""

    MOVES = {
        _S.DRAFT: {_S.REQUESTED, _S.READY} | _ENDS,
        _S.REQUESTED: {_S.RECEIVED, _S.ACCEPTED, _S.REJECTED} | _ENDS,
        _S.RECEIVED: {_S.ACCEPTED, _S.REJECTED} | _ENDS,
        _S.ACCEPTED: {_S.READY} | _ENDS,
        _S.READY: {_S.REQUESTED, _S.IN_PROGRESS, _S.COMPLETED} | _ENDS,
        _S.IN_PROGRESS: {_S.REQUESTED, _S.COMPLETED, _S.FAILED} | _ENDS,
        _S.ON_HOLD: {
            _S.DRAFT, _S.REQUESTED, _S.RECEIVED, _S.ACCEPTED, _S.READY, _S.IN_PROGRESS,
            _S.CANCELLED, _S.ENTERED_IN_ERROR,
        },
        _S.COMPLETED: {_S.READY, _S.ENTERED_IN_ERROR},
        _S.REJECTED: {_S.ENTERED_IN_ERROR},
        _S.CANCELLED: {_S.ENTERED_IN_ERROR},
        _S.FAILED: {_S.ENTERED_IN_ERROR},
        _S.ENTERED_IN_ERROR: set(),
    }  # fmt: skip

    STANDING = (
        "title", "status", "due_at", "due_event", "next_step", "hold_until", "waiting_on_person",
        "outcome",
    )  # fmt: skip

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="tasks"
    )
    kind = models.CharField(max_length=16, choices=TaskKind, default=TaskKind.OTHER)
    title = models.CharField(max_length=160)
    next_step = models.CharField(max_length=200, blank=True, db_default="")
    subject_kind = models.CharField(max_length=60, blank=True, db_default="")
    subject_id = models.BigIntegerField(null=True)

    team = models.ForeignKey("access.Team", on_delete=models.PROTECT, db_index=False)
    assignee = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    asked_by = models.ForeignKey(  # whom a declined hand-over goes back to
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    held_by = models.CharField(
        max_length=8, choices=HeldBy, default=HeldBy.STAFF, db_default=HeldBy.STAFF
    )

    due_at = models.DateTimeField(null=True)
    due_event = models.CharField(max_length=16, choices=DueEvent, blank=True, db_default="")
    due_set_by = models.ForeignKey(  # null and dated: the clock's own date
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    clock = models.ForeignKey(
        "clocks.Clock", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    severity = models.CharField(
        max_length=12, choices=Severity, default=Severity.PRACTICE, db_default=Severity.PRACTICE
    )
    priority = models.CharField(
        max_length=8, choices=Priority, default=Priority.ROUTINE, db_default=Priority.ROUTINE
    )

    status = models.CharField(max_length=16, choices=TaskStatus, default=TaskStatus.READY)
    is_open = (
        models.GeneratedField(  # in each query as a literal `is_open`, for the partial indexes
            expression=Q(status__in=[status.value for status in OPEN_STATUSES]),  # type: ignore[arg-type]
            output_field=models.BooleanField(),
            db_persist=True,
        )
    )
    status_before_hold = models.CharField(max_length=16, blank=True, db_default="")
    hold_until = models.DateTimeField(null=True)
    blocked_by = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="blocks"
    )

    waiting_on_kind = models.CharField(max_length=12, choices=WaitingOn, blank=True, db_default="")
    waiting_on_person = models.CharField(max_length=120, blank=True, db_default="")
    waiting_on_role = models.CharField(max_length=120, blank=True, db_default="")
    waiting_on_phone = models.CharField(max_length=32, blank=True, db_default="")
    waiting_since = models.DateTimeField(null=True)
    promised_by = models.DateTimeField(null=True)

    evidence_required = models.CharField(max_length=16, default="statement", db_default="statement")
    evidence_count = models.PositiveSmallIntegerField(default=1, db_default=1)
    result_code = models.CharField(max_length=40, blank=True, db_default="")
    result_fields = models.JSONField(default=dict, db_default={})
    outcome = models.CharField(max_length=300, blank=True, db_default="")
    completed_at = models.DateTimeField(null=True, help_text=_("The first completion, kept."))
    closed_at = models.DateTimeField(null=True)

    run = models.ForeignKey(
        "worklist.PlaybookRun", on_delete=models.PROTECT, null=True, db_index=False,
        related_name="tasks",
    )  # fmt: skip
    step = models.CharField(max_length=60, blank=True, db_default="")
    ordinal = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "step", "ordinal"], name="task_step_once",
                condition=Q(run__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(status=_S.ON_HOLD, hold_until__isnull=False)
                & ~Q(status_before_hold="")
                | ~Q(status=_S.ON_HOLD) & Q(hold_until__isnull=True, status_before_hold=""),
                name="task_hold_has_return",
                violation_error_message=_("A task on hold needs the date it comes back."),
            ),
            models.CheckConstraint(
                condition=~Q(status=_S.COMPLETED) | Q(completed_at__isnull=False),
                name="task_done_has_instant",
                violation_error_message=_("A done task needs the time it was done."),
            ),
            models.CheckConstraint(
                condition=Q(clock__isnull=True) | ~Q(evidence_required="statement"),
                name="task_clock_needs_proof",
                violation_error_message=_("A statement alone never meets a deadline."),
            ),
            models.CheckConstraint(
                condition=~Q(waiting_on_kind="") | Q(waiting_since__isnull=True),
                name="task_waits_on_somebody",
                violation_error_message=_("Say whom the task waits for."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""), name="task_has_title",
                violation_error_message=_("Say what is to be done."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # the caseload
                fields=["assignee", "due_at", "id"], name="task_assignee_idx",
                condition=Q(is_open=True),
            ),
            models.Index(  # the team's list, one team's overdue report
                fields=["team", "due_at", "id"], name="task_team_idx", condition=Q(is_open=True)
            ),
            models.Index(  # the sweep, the hospital's list, the overdue report
                fields=["due_at", "team"], name="task_due_idx", condition=Q(is_open=True)
            ),
            models.Index(  # the queue: what nobody owns, the oldest first
                fields=["team", "created_at", "id"], name="task_pool_idx",
                condition=Q(is_open=True, assignee__isnull=True),
            ),
            models.Index(fields=["patient"], name="task_patient_idx"),  # the patient page
            models.Index(  # done today, the daily counts
                fields=["team", "closed_at"], name="task_done_idx", condition=Q(status="completed")
            ),
            models.Index(  # the job that brings back; only rows on hold
                fields=["hold_until"], name="task_hold_idx", condition=Q(hold_until__isnull=False)
            ),
        ]  # fmt: skip

    last_event: TaskEvent | None = None  # of this object's own acts, for undo

    def log_move(self, who: Who, now: datetime, before: str, after: str, why: str) -> None:
        """Write the task's own event of one move (a task has its own event table)."""
        self.write_event("move", who, now, before=before, after=after, why=why[:300])

    def write_event(self, kind: str, who: Who, now: datetime, **said: str) -> None:
        """Write one compact event: kind, who and for whom, when, before and after, why."""
        behalf = {"on_behalf_of_id": who.stands_for_id} if who.stands_for_id else {}
        self.last_event = insert(
            self.events.model, organization_id=self.organization_id, task_id=self.pk, kind=kind,
            user_id=who.user_id, at=now, **behalf, **said,
        )  # fmt: skip
