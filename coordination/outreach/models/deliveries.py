"""Reminders and the messages on their way (trust.md 5): the table is the queue of record."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DeliveryChannel(models.TextChoices):
    """How a message reaches its recipient. What carries it is a setting (channels.py)."""

    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")


class DeliveryKind(models.TextChoices):
    """What a message is about."""

    VISIT_REMINDER = "visit-reminder", _("Visit reminder")
    DIGEST = "digest", _("Digest for staff")


class DeliveryState(models.TextChoices):
    """Where a message stands (rules.md 4, Reminder / Delivery)."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    REPLIED = "replied", _("Answered")
    FAILED = "failed", _("Could not be delivered")
    CANCELLED = "cancelled", _("Canceled")
    UNSURE = "unsure", _("May have gone out")


class ReminderRule(models.Model):
    """One reminder before each visit: how many days ahead, at what local hour, with which text."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=DeliveryKind)
    days_before = models.PositiveSmallIntegerField()
    local_time = models.TimeField(help_text=_("In the patient's zone."))
    channel = models.CharField(max_length=8, choices=DeliveryChannel)
    template = models.SlugField(max_length=40, help_text=_("The message, in each language."))
    is_on = models.BooleanField(default=True, db_default=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="reminderrule_once"),
            models.CheckConstraint(
                condition=Q(days_before__lte=60),
                name="reminderrule_days_sensible",
                violation_error_message=_("A reminder goes out at most 60 days ahead."),
            ),
        ]

    def __str__(self) -> str:
        return f"reminder rule {self.pk}"


class Message(models.Model):
    """One neutral text in one language. It may name a day and an hour, never what is wrong."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    slug = models.SlugField(max_length=40)
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=120)
    body = models.CharField(max_length=320)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "slug", "language"], name="message_once"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Delivery(models.Model):
    """One message to one recipient. The id is the key a receiver knows it by (trust.md 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    patient = models.ForeignKey(
        "patients.Patient",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="deliveries",
    )
    visit = models.ForeignKey(
        "patients.Visit", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    kind = models.CharField(max_length=24, choices=DeliveryKind)
    template = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict, db_default={}, help_text=_("Counts for a digest."))

    reminder = models.CharField(max_length=80, help_text=_("Such as visit:12:visit-3d."))
    ordinal = models.PositiveIntegerField(default=1, db_default=1)
    recipient = models.CharField(max_length=40, help_text=_("patient, contact:5 or user:7."))
    channel = models.CharField(max_length=8, choices=DeliveryChannel)

    occurs_at = models.DateTimeField(null=True, help_text=_("The visit it was planned for."))
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=DeliveryState, default=DeliveryState.PLANNED, db_default="planned"
    )
    reason = models.CharField(max_length=60, blank=True, db_default="")
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    sending_on = models.DateField(null=True, help_text=_("The recipient's day it takes."))
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_error = models.CharField(max_length=60, blank=True, db_default="")
    provider_ref = models.CharField(max_length=120, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)
    maybe_repeated = models.BooleanField(default=False, db_default=False)
    call_task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "ordinal", "recipient", "channel"], name="delivery_once"
            ),
            models.UniqueConstraint(  # at most one message a patient a day (rules.md 4)
                fields=["patient", "sending_on"], name="delivery_one_a_day"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=DeliveryState.CLAIMED, token__isnull=False, lease_until__isnull=False)
                    | (~Q(state=DeliveryState.CLAIMED) & Q(token__isnull=True))
                ),
                name="delivery_claimed_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered", "replied"]) | Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.CANCELLED) | ~Q(reason=""),
                name="delivery_cancelled_has_reason",
            ),
            models.CheckConstraint(  # P1: what did not arrive is a person's to do
                condition=~Q(state__in=["failed", "unsure"])
                | Q(patient__isnull=True)
                | Q(call_task__isnull=False),
                name="delivery_dead_has_call_task",
            ),
        ]
        indexes = [
            models.Index(  # the claim
                fields=["due_at"], name="delivery_due_idx", condition=Q(state="planned")
            ),
            models.Index(  # the claim of what was tried before, among however many new ones
                fields=["due_at"],
                name="delivery_tried_idx",
                condition=Q(state="planned", attempts__gt=0),
            ),
            models.Index(  # what is past its latest useful moment
                fields=["give_up_at"], name="delivery_give_up_idx", condition=Q(state="planned")
            ),
            models.Index(  # leases that ran out
                fields=["lease_until"], name="delivery_lease_idx", condition=Q(state="claimed")
            ),
            models.Index(  # the patient page, and what stops when they die
                fields=["patient", "-due_at"], name="delivery_patient_idx"
            ),
            models.Index(  # /outgoing/
                fields=["organization", "-due_at", "-id"], name="delivery_outgoing_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class ChannelPace(models.Model):
    """One channel's turnstile: when the next try of an earlier failure may leave (trust.md 5)."""

    channel = models.CharField(primary_key=True, max_length=8, choices=DeliveryChannel)
    next_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"channel pace {self.pk}"
