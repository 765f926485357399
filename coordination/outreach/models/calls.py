"""Calls: who was spoken with, what came of it, and when the next attempt is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class Direction(models.TextChoices):
    """Who began it."""

    OUT = "out", _("We called")
    IN = "in", _("They called us")


class CallChannel(models.TextChoices):
    """How people spoke."""

    PHONE = "phone", _("Phone")
    VOICEMAIL_HEARD = "voicemail-heard", _("Voicemail heard")
    BEDSIDE = "bedside", _("At the bedside")
    FAMILY_MEETING = "family-meeting", _("Family meeting")
    SUPPORT = "support", _("Support")
    CORRIDOR = "corridor", _("In the corridor")
    MESSAGE = "message", _("Message received")
    LETTER = "letter", _("Letter received")
    OTHER = "other", _("Other")


class CallPurpose(models.TextChoices):
    """Contact kinds of rules.md 5.7."""

    CLINICAL = "clinical", _("Clinical")
    SUPPORT = "support", _("Support")
    LIAISON = "liaison", _("Arranging")


class Outcome(models.TextChoices):
    """What came of it (rules.md 5.5). Only the first two count as a contact."""

    REACHED = "reached-two-way", _("Reached")
    REACHED_CAREGIVER = "reached-caregiver", _("Reached the caregiver")
    VOICEMAIL = "left-voicemail", _("Left voicemail")
    NO_ANSWER = "no-answer", _("No answer")
    BUSY = "busy", _("Busy")
    CALLBACK = "asked-callback", _("Will call back")
    REFUSED = "refused", _("Did not want to talk")
    LANGUAGE = "language-barrier", _("No common language")
    WRONG_NUMBER = "wrong-number", _("Wrong number")
    DISCONNECTED = "disconnected", _("Number is dead")
    NO_NUMBER = "no-number", _("No number known")
    ATTENDED = "already-attended", _("Already done")
    ELSEWHERE = "admitted-elsewhere", _("In another hospital")
    MOVED = "moved", _("Moved away")
    DECEASED = "deceased", _("Has died")
    OPTED_OUT = "opted-out", _("Wants no more of these")
    NOTED = "noted", _("Noted")  # ours: what a voicemail, message or letter said asks for nothing


class CallStatus(models.TextChoices):
    """Where the effort stands (rules.md 4, Call)."""

    QUEUED = "queued", _("To try again")
    ATTEMPTED = "attempted", _("Tried")
    CLOSED = "closed", _("Closed")
    EXHAUSTED = "exhausted", _("Given up after many tries")
    ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")


class PartyKind(models.TextChoices):
    """Who somebody is to the patient."""

    PATIENT = "patient", _("The patient")
    CONTACT = "contact", _("Family or contact")
    OUTSIDE = "outside", _("Somebody outside")


class Call(Record):
    """One conversation, or one attempt at one, about one patient."""

    MOVES = {
        CallStatus.QUEUED: {
            CallStatus.ATTEMPTED, CallStatus.CLOSED, CallStatus.EXHAUSTED,
            CallStatus.ENTERED_IN_ERROR,
        },
        CallStatus.ATTEMPTED: {
            CallStatus.QUEUED, CallStatus.CLOSED, CallStatus.EXHAUSTED,
            CallStatus.ENTERED_IN_ERROR,
        },
        CallStatus.CLOSED: {CallStatus.ENTERED_IN_ERROR},
        CallStatus.EXHAUSTED: {CallStatus.ENTERED_IN_ERROR},
        CallStatus.ENTERED_IN_ERROR: set(),
    }  # fmt: skip
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, db_index=False, related_name="calls"
    )
    task = models.ForeignKey(
        "worklist.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    status = models.CharField(max_length=16, choices=CallStatus, default=CallStatus.ATTEMPTED)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.OUT)
    channel = models.CharField(max_length=16, choices=CallChannel, default=CallChannel.PHONE)
    purpose = models.CharField(max_length=8, choices=CallPurpose, default=CallPurpose.CLINICAL)
    outcome = models.CharField(max_length=20, choices=Outcome)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=4000)
    occurred_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    script_version = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(occurred_at__lte=models.F("logged_at")),
                name="call_not_in_the_future",
                violation_error_message=_("A call cannot be logged before it took place."),
            ),
            models.CheckConstraint(
                condition=~Q(status=CallStatus.QUEUED) | Q(next_attempt_at__isnull=False),
                name="call_queued_has_next_attempt",
                violation_error_message=_("A call to try again needs a time."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__lte=600),
                name="call_minutes_sensible",
                violation_error_message=_("A call lasts 600 minutes at most."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-occurred_at", "-id"], name="call_patient_idx"),
            models.Index(  # the list of calls, all of ours
                fields=["organization", "-occurred_at", "-id"], name="call_recent_idx"
            ),
            models.Index(  # the list of calls, those one logged
                fields=["logged_by", "-occurred_at", "-id"], name="call_mine_idx"
            ),
            models.Index(  # closed when the patient dies or opts out
                fields=["patient"], name="call_queued_idx", condition=Q(status="queued")
            ),
        ]


class CallParty(models.Model):
    """One person who took part in a call. A family meeting has several; the first was called."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    call = models.ForeignKey(Call, on_delete=models.CASCADE, db_index=False, related_name="parties")
    place = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=PartyKind)
    contact = models.ForeignKey(
        "patients.ContactPerson", on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=80, blank=True)
    organization_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "call parties"
        constraints = [
            models.UniqueConstraint(fields=["call", "place"], name="callparty_place_once"),
            models.CheckConstraint(
                condition=(Q(kind=PartyKind.CONTACT) & Q(contact__isnull=False))
                | (~Q(kind=PartyKind.CONTACT) & Q(contact__isnull=True)),
                name="callparty_contact_named",
            ),
            models.CheckConstraint(
                condition=~Q(kind=PartyKind.OUTSIDE) | ~Q(name="") | ~Q(organization_name=""),
                name="callparty_outside_named",
                violation_error_message=_("Say whom you spoke with."),
            ),
        ]

    def __str__(self) -> str:
        return f"call party {self.pk}"
