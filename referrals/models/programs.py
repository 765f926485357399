"""What makes an entry a program or a support group: the topic, the form, when they meet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from referrals.models.entries import Provider


class MeetingForm(models.TextChoices):
    """How people meet."""

    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    EITHER = "either", _("Online or in person")
    PHONE = "phone", _("By phone")
    DELIVERED = "delivered", _("Delivered")


class Meets(models.TextChoices):
    """How often they meet, counted from the next meeting."""

    ONCE = "once", _("Once")
    WEEKLY = "weekly", _("Every week")
    TWO_WEEKLY = "two-weekly", _("Every second week")
    MONTHLY = "monthly", _("Every month, same weekday")


class Program(Record):
    """The calendar and topic of one entry that is a program or a support group."""

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="program")
    host = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="hosts",
        help_text=_("Who runs it, where that is an entry of its own."),
    )  # fmt: skip
    topic = models.CharField(max_length=120)
    form = models.CharField(max_length=12, choices=MeetingForm)
    meets = models.CharField(max_length=12, choices=Meets, default=Meets.ONCE)
    next_at = models.DateTimeField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    is_private = models.BooleanField(
        default=True, db_default=True, help_text=_("Not shown on what a relative reads.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(topic=""), name="program_has_a_topic",
                violation_error_message=_("Say what it is about."),
            )
        ]  # fmt: skip
