"""What happened to a task, what proves it done, and the minutes it took."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What can close a task (rules.md 2.0)."""

    STATEMENT = "statement", _("The owner says it is done")
    CALL = "call", _("A logged two-way call")
    CONTACT = "contact", _("A two-way contact with the patient or family")
    ATTEMPTS = "attempts", _("Logged attempts")
    VISIT = "visit", _("A kept visit")
    MEDREC = "medrec", _("Medicines reconciled")
    MINUTES = "minutes", _("Minutes counted")
    DETERMINATION = "determination", _("A decision, with its reference")
    FILING = "filing", _("A filing, with its receipt")
    NOTICE = "notice", _("A notice given")
    CHOICE = "choice", _("The choice list, shown")
    TRANSFER = "transfer", _("Information sent on, with its receipt")
    DOCUMENT = "document", _("A document")
    STATUS = "status", _("The stay’s own record")
    RECEIPT = "receipt", _("A delivery receipt")


class TaskEvent(models.Model):
    """One thing that happened to a task: moved, due changed, assigned, escalated."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.CASCADE, db_index=False, related_name="events"
    )
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    on_behalf_of = models.ForeignKey(  # the absent colleague who is covered, or who asked for it
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    before = models.CharField(max_length=64, blank=True, db_default="")
    after = models.CharField(max_length=64, blank=True, db_default="")
    why = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["task", "id"], name="taskevent_task_idx"),  # its history
            models.Index(  # one person's last acts
                fields=["user", "-id"], name="taskevent_user_idx", condition=Q(user__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"task event {self.pk}"


class Evidence(models.Model):
    """One typed proof: what, who, when it happened, where it comes from."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.CASCADE, db_index=False, related_name="evidence"
    )
    kind = models.CharField(max_length=16, choices=EvidenceKind)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    party = models.CharField(max_length=120, blank=True, db_default="")
    source = models.CharField(max_length=160, blank=True, db_default="")
    reference = models.CharField(max_length=160, blank=True, db_default="")
    words = models.CharField(max_length=300, blank=True, db_default="")
    subject_kind = models.CharField(max_length=60, blank=True, db_default="")
    subject_id = models.BigIntegerField(null=True)
    void_at = models.DateTimeField(null=True, help_text=_("Taken back: undone, or an error."))

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind", "subject_kind", "subject_id"],
                condition=Q(subject_id__isnull=False, void_at__isnull=True),
                name="evidence_once",
            )
        ]
        indexes = [models.Index(fields=["task", "id"], name="evidence_task_idx")]  # the task page

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class TimeEntry(models.Model):
    """Minutes one person spent for one patient. A minute counts once, for one program."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="time_entries"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField()
    month = models.DateField(help_text=_("First day of the month it counts in."))
    program = models.CharField(max_length=24, blank=True, db_default="")
    source_kind = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    at = models.DateTimeField()
    void_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "time entries"
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "user"], name="timeentry_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=720),
                name="timeentry_minutes_possible",
                violation_error_message=_("Minutes are between 1 and 720."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "month"], name="timeentry_patient_idx")
        ]  # the month's minutes

    def __str__(self) -> str:
        return f"time entry {self.pk}"
