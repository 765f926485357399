"""Running clocks, and every version of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.clocks.models.rulebook import DeadlineRule
from coordination.records import Record


class ClockState(models.TextChoices):
    """Where a clock stands (rules.md 4, Clock)."""

    RUNNING = "running", _("Running")
    SATISFIED = "satisfied", _("Met")
    BREACHED = "breached", _("Late")
    EXPLAINED = "explained", _("Late, explained")
    SUPERSEDED = "superseded", _("Replaced")
    NOT_APPLICABLE = "not-applicable", _("No longer applies")


class Cause(models.TextChoices):
    """Why a deadline was missed (rules.md 4, Clock). Our own list: no source fixes one.

    The column takes any code, so that a hospital may come with its own.
    """

    NOT_REACHED = "not-reached", _("The patient or family could not be reached")
    PATIENT_WISH = "patient-wish", _("The patient or family wanted it otherwise")
    PAYER = "payer", _("The payer was late")
    OUTSIDE = "outside", _("A facility, agency or supplier was late")
    PHYSICIAN = "physician", _("A signature or an order was late")
    TOLD_LATE = "told-late", _("We were told too late")
    NOT_STAFFED = "not-staffed", _("Nobody was there to do it")
    OVERLOOKED = "overlooked", _("We overlooked it")
    OTHER = "other", _("Something else")


LIVE = (ClockState.RUNNING, ClockState.SATISFIED, ClockState.BREACHED, ClockState.EXPLAINED)


class Clock(Record):
    """One legal or agreed deadline of one record. Tasks serve it; it is not a task."""

    STATUS = "state"
    STANDING = ("state", "due_at", "anchor_at", "why", "cause")
    MOVES = {
        ClockState.RUNNING: {
            ClockState.SATISFIED, ClockState.BREACHED, ClockState.SUPERSEDED,
            ClockState.NOT_APPLICABLE,
        },
        ClockState.BREACHED: {
            ClockState.EXPLAINED, ClockState.SUPERSEDED, ClockState.NOT_APPLICABLE,
        },
        ClockState.SATISFIED: {ClockState.SUPERSEDED},
        ClockState.EXPLAINED: set(),
        ClockState.SUPERSEDED: set(),
        ClockState.NOT_APPLICABLE: set(),
    }  # fmt: skip

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, db_index=False)
    rule = models.ForeignKey(DeadlineRule, on_delete=models.PROTECT, related_name="clocks")
    slug = models.SlugField(max_length=60, db_index=False)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    anchor_event = models.CharField(max_length=60)
    anchor_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    safe_by = models.DateField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ClockState, default=ClockState.RUNNING)
    facts = models.JSONField(default=dict)
    opened_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    opened_at = models.DateTimeField()
    satisfied_by = models.CharField(max_length=16, blank=True, help_text=_("Kind of evidence."))
    source_kind = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    satisfied_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the closing event happened, late or not.")
    )
    margin_minutes = models.IntegerField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    why = models.CharField(max_length=300, blank=True, help_text=_("Why this version exists."))
    cause = models.SlugField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug", "subject_kind", "subject_id", "anchor_event"],
                condition=Q(state__in=["running", "satisfied", "breached", "explained"]),
                name="clock_live_once",
                violation_error_message=_("This clock runs already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.SATISFIED)
                | (Q(satisfied_at__isnull=False) & ~Q(satisfied_by="")),
                name="clock_met_by_evidence",
                violation_error_message=_("A clock is met by evidence only."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.EXPLAINED) | (~Q(cause="") & ~Q(explanation="")),
                name="clock_explained_in_words",
                violation_error_message=_("An explanation needs a cause and words."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.BREACHED) | Q(due_at__isnull=False),
                name="clock_late_has_due",
                violation_error_message=_("Only a clock with a due time can be late."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="clock_breach_idx", condition=Q(state="running")
            ),  # the breach sweep
            models.Index(fields=["patient", "due_at"], name="clock_patient_idx"),  # patient's tab
            models.Index(
                fields=["subject_kind", "subject_id"], name="clock_subject_idx"
            ),  # move_anchor
        ]
