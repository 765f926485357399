"""Chasing what is late, and proposing what events made needless."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class Escalation(models.Model):
    """One notice that one task is late, at one level. Level 0 is the owner's own."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.CASCADE, db_index=False, related_name="escalations"
    )
    level = models.PositiveSmallIntegerField()
    fired_at = models.DateTimeField()
    to = models.ForeignKey(  # null: nobody holds a rung at or above this level
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    by = models.ForeignKey(  # null: the sweep
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True, db_default="")
    acked_at = models.DateTimeField(null=True)
    acked_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "level"], name="escalation_once"),
            models.CheckConstraint(
                condition=Q(level__lte=3), name="escalation_level_known",
                violation_error_message=_("There are four levels, 0 to 3."),
            ),
            models.CheckConstraint(
                condition=Q(acked_at__isnull=True, acked_by__isnull=True)
                | Q(acked_at__isnull=False, acked_by__isnull=False),
                name="escalation_acked_by_somebody",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # the bell
                fields=["to", "-id"], name="escalation_bell_idx", condition=Q(acked_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"escalation {self.pk}"


class Sweep(models.Model):
    """Until when one sweep has seen everything: the start of its next window."""

    name = models.CharField(max_length=40, primary_key=True)
    done_until = models.DateTimeField()
    full_pass_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sweep {self.name}"


class Proposal(Record):
    """One suggestion to close a task because of a fact. A person answers it."""

    task = models.ForeignKey(
        "worklist.Task", on_delete=models.CASCADE, db_index=False, related_name="proposals"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="proposals"
    )
    fact = models.CharField(max_length=40)
    sentence = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    is_taken = models.BooleanField(null=True, help_text=_("Empty: nobody has answered."))
    reason = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "fact"], name="proposal_once"),
            models.CheckConstraint(
                condition=Q(is_taken__isnull=True, answered_at__isnull=True)
                | Q(is_taken__isnull=False, answered_at__isnull=False),
                name="proposal_answer_has_instant",
            ),
        ]
