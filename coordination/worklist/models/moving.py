"""A patient who moved to a unit of another team, and whether that team takes them over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class OwnerProposal(Record):
    """One suggestion that a team takes over a patient who now lies on its unit.

    Until a person of the team answers, whoever looked after the patient keeps every task. Turned
    down, it goes back to them.
    """

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    stay = models.ForeignKey(
        "patients.Stay", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    left_unit = models.ForeignKey(
        "access.Unit", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        "access.Unit", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    primary = models.ForeignKey(  # null: nobody of the team could be named
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    backup = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    nurse = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    proposed_at = models.DateTimeField()
    is_taken = models.BooleanField(null=True, help_text=_("Empty: nobody has answered."))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(  # null and answered: the system, as the patient moved on
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField(  # of one turned down: when who has the patient read it
        null=True
    )
    seen_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "team"], condition=Q(is_taken__isnull=True),
                name="ownerproposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(is_taken__isnull=True, answered_at__isnull=True)
                | Q(is_taken__isnull=False, answered_at__isnull=False),
                name="ownerproposal_answer_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(is_taken=False) | ~Q(reason=""),
                name="ownerproposal_refusal_has_reason",
                violation_error_message=_("Say why, in a few words."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # the queue of the team
                fields=["team", "proposed_at"], name="ownerproposal_queue_idx",
                condition=Q(is_taken__isnull=True),
            ),
            models.Index(fields=["patient"], name="ownerproposal_patient_idx"),
            models.Index(  # what was turned down and nobody has read yet
                fields=["organization", "answered_at"], name="ownerproposal_back_idx",
                condition=Q(is_taken=False, answered_by__isnull=False, seen_at__isnull=True),
            ),
        ]  # fmt: skip
