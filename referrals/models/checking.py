"""Who verified an entry, when and how; and which entries are due to be called."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from referrals.models.entries import Provider


class CheckMethod(models.TextChoices):
    """How an entry was checked."""

    PHONE = "phone", _("Phone")
    FAX = "fax", _("Fax")
    WEB = "web", _("Web page")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")


class CheckOutcome(models.TextChoices):
    """What the check found."""

    CONFIRMED = "confirmed", _("All as it stands here")
    CHANGED = "changed", _("Something changed")
    HEARD = "heard", _("Only heard how full they are")
    NOT_REACHED = "not-reached", _("Nobody reached")
    CLOSED = "closed", _("It is no more")


class Verification(Record):
    """One check of one entry: who asked whom, how, and what they said."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, db_index=False, related_name="verifications"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    method = models.CharField(max_length=12, choices=CheckMethod)
    outcome = models.CharField(max_length=12, choices=CheckOutcome)
    spoke_with = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    changed = models.JSONField(default=dict, help_text=_("Field to what it was and became."))

    class Meta:
        indexes = [
            models.Index(fields=["provider", "-at", "-id"], name="verification_entry_idx")
        ]  # an entry's history; when it was last dialed


class CheckCall(Record):
    """One call that an entry is due for. It stands until a check reaches somebody."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="check_calls")
    raised_at = models.DateTimeField()
    due_since = models.DateTimeField(help_text=_("When the last check became too old."))
    answered = models.ForeignKey(
        Verification, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider"], name="checkcall_open_once", condition=Q(answered=None)
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_since", "id"],
                name="checkcall_open_idx",
                condition=Q(answered=None),
            )
        ]  # fmt: skip  the list of calls to make, oldest first
