"""What was asked of a supervisor, and what they decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class RequestState(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", _("Waits for an answer")
    ASKED_BACK = "asked-back", _("Asked back")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("No longer asked")


_S = RequestState
UNDECIDED = (_S.ASKED, _S.ASKED_BACK)
DECIDED = (_S.APPROVED, _S.REFUSED)
_TO_ASKER = Q(state=_S.ASKED_BACK) | Q(state__in=DECIDED, seen_at__isnull=True)


class ApprovalRequest(Record):
    """One act that somebody asked a supervisor for, with what stood in its way when they asked."""

    STATUS = "state"
    STANDING = ("state", "answer")
    MOVES = {
        _S.ASKED: {_S.ASKED_BACK, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN},
        _S.ASKED_BACK: {_S.ASKED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN},
        _S.APPROVED: set(),
        _S.REFUSED: {_S.ASKED, _S.ASKED_BACK},  # taken back within ten seconds
        _S.WITHDRAWN: {_S.ASKED, _S.ASKED_BACK},
    }  # fmt: skip

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    act = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_public_id = models.UUIDField()
    title = models.CharField(max_length=200)
    team = models.ForeignKey(  # whose supervisors are asked
        "access.Team", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    asked_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    asked_at = models.DateTimeField()
    choice = models.CharField(max_length=40, blank=True, db_default="")
    why = models.TextField()
    blockers = models.JSONField(default=list, db_default=[])
    state = models.CharField(max_length=16, choices=RequestState, default=_S.ASKED)
    answer_by = models.DateTimeField(null=True)  # null: the facility has not settled it
    passed_at = models.DateTimeField(null=True)
    passed_to = models.ForeignKey(  # null and passed: nobody who may decide is on call
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    decided_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, db_default="")
    seen_at = models.DateTimeField(null=True, help_text=_("When who asked read the decision."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act", "subject_kind", "subject_id"], condition=Q(state__in=UNDECIDED),
                name="request_open_once",
                violation_error_message=_("This was asked already and waits for an answer."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="request_never_ones_own",
                violation_error_message=_("Nobody decides what they asked for themselves."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | ~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True),
                name="request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.REFUSED) | ~Q(answer=""),
                name="request_refusal_has_reason",
                violation_error_message=_("Say why, in a few words."),
            ),
            models.CheckConstraint(
                condition=~Q(why=""), name="request_says_why",
                violation_error_message=_("Say why, in a few words."),
            ),
            models.CheckConstraint(
                condition=Q(passed_to__isnull=True) | Q(passed_at__isnull=False),
                name="request_passed_has_instant",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(  # what a supervisor has to decide, the oldest first; the frame's number
                fields=["team", "asked_at", "id"], name="request_open_idx",
                condition=Q(state__in=UNDECIDED),
            ),
            models.Index(fields=["asked_by", "-id"], name="request_mine_idx"),
            models.Index(fields=["team", "-id"], name="request_team_idx"),  # what was decided
            models.Index(  # what who asked has not read yet: the bell
                fields=["asked_by"], name="request_news_idx", condition=_TO_ASKER
            ),
            models.Index(  # the sweep
                fields=["answer_by", "id"], name="request_due_idx",
                condition=Q(state=_S.ASKED, passed_at__isnull=True),
            ),
            models.Index(fields=["patient"], name="request_patient_idx"),  # merging two charts
        ]  # fmt: skip
