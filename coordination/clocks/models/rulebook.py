"""Deadline rules as dated data, and who signed them off."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RulePack(models.Model):
    """One set of rules that came together. A shipped pack belongs to nobody, a site's to it."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug"], nulls_distinct=False, name="rulepack_slug_once"
            )
        ]

    def __str__(self) -> str:
        return f"rule pack {self.pk}"


class RuleKind(models.TextChoices):
    """What a rule asks (rules.md 1.1)."""

    DEADLINE = "deadline", _("Do by")
    WINDOW = "window", _("Not before, not after")
    NOT_BEFORE = "not_before", _("Not before")
    GATE = "gate", _("A condition, no date")
    THRESHOLD = "threshold", _("Minutes in a month")
    EXPECTED = "expected", _("A norm, not law")


class Unit(models.TextChoices):
    """What a rule counts (rules.md 1.3)."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    BUSINESS_DAYS = "business_days", _("business days")
    MONTHS = "months", _("months")
    NOON_NEXT_DAY = "noon_next_day", _("noon of the next day")
    END_OF_DAY = "end_of_day", _("end of the day")
    NONE = "none", _("no date")


class Direction(models.TextChoices):
    """Which side of the anchor a rule counts to."""

    AFTER = "after", _("after")
    BEFORE = "before", _("before")


class Whose(models.TextChoices):
    """Whose duty it is."""

    US = "us", _("Ours")
    PAYER = "payer", _("The payer's")
    AGENCY = "agency", _("The agency's")
    REVIEWER = "reviewer", _("The reviewer's")
    PATIENT = "patient", _("The patient's")


class Severity(models.TextChoices):
    """What kind of promise a clock is."""

    REGULATORY = "regulatory", _("Regulatory")
    CONTRACTUAL = "contractual", _("Contractual")
    PRACTICE = "practice", _("Practice")


class Grade(models.TextChoices):
    """How well a rule's source was read (rules.md, grades)."""

    A = "A", _("the primary text was read")
    B = "B", _("a secondary page states the same number")
    C = "C", _("professional knowledge, not confirmed against the text")


class DeadlineRule(models.Model):
    """One version of one rule: what starts it, how it counts, what closes it, who says so.

    Never edited once a clock or a sign-off refers to it: a change is a row with the next version.
    """

    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="rules")
    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120, help_text=_("As people read it on a page."))
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    payer_classes = ArrayField(models.CharField(max_length=20))
    jurisdiction = models.CharField(max_length=8, default="US")
    setting = models.CharField(max_length=80, blank=True)
    applies_to = models.CharField(max_length=300, blank=True, help_text=_("In words."))
    applies_when = models.JSONField(default=dict, blank=True, help_text=_("Fact: allowed values."))
    anchor_event = models.CharField(max_length=60, blank=True)
    anchor_label = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=RuleKind)
    amount = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=Unit, default=Unit.NONE)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.AFTER)
    is_inclusive = models.BooleanField(default=False)
    rolls = models.BooleanField(default=False)
    opens_amount = models.PositiveSmallIntegerField(null=True, blank=True)
    opens_direction = models.CharField(max_length=8, choices=Direction, default=Direction.BEFORE)
    presumed_days = models.PositiveSmallIntegerField(default=0)
    extension = models.PositiveSmallIntegerField(default=0)
    extension_unit = models.CharField(max_length=16, choices=Unit, blank=True)
    extension_grade = models.CharField(max_length=1, choices=Grade, blank=True)
    extends = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    sooner_at = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    shows_safe_by = models.BooleanField(default=False)
    needs_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    calendar = models.SlugField(max_length=60, default="us-federal")
    whose = models.CharField(max_length=8, choices=Whose, default=Whose.US)
    evidence = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    severity = models.CharField(max_length=12, choices=Severity, default=Severity.REGULATORY)
    consequence = models.CharField(max_length=300, blank=True)
    citation = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=1, choices=Grade)
    source = models.CharField(max_length=200, blank=True, help_text=_("What was read."))
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "slug", "version"], name="deadlinerule_version_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="deadlinerule_ends_after_start",
                violation_error_message=_("A rule cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | ~Q(unit=Unit.NONE),
                name="deadlinerule_amount_has_unit",
                violation_error_message=_("A number needs its unit."),
            ),
        ]
        indexes = [models.Index(fields=["slug"], name="deadlinerule_slug_idx")]  # open_clock

    def __str__(self) -> str:
        return f"rule {self.slug} v{self.version}"


class SignOff(models.Model):
    """One named person at a site who confirmed one version of a rule. Never taken back here."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    rule = models.ForeignKey(DeadlineRule, on_delete=models.PROTECT, related_name="sign_offs")
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, help_text=_("What was read."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "rule", "user"], name="signoff_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"sign-off {self.pk}"
