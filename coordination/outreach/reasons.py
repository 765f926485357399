"""Why a message was stopped or failed: the codes that are stored, and what a person reads."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    # stopped: it no longer makes sense
    "died": _("The patient has died"),
    "opted-out": _("They want no messages this way"),
    "contact-ended": _("The recipient is no longer a contact"),
    "visit-cancelled": _("The visit is off"),
    "visit-moved": _("The visit was moved"),
    "visit-over": _("The visit is over"),
    "in-hospital": _("The patient is in hospital at that time"),
    "messages-off": _("Messages were switched off"),
    "not-a-test-recipient": _("Only test recipients get messages at present"),
    "by-hand": _("Stopped by a person"),
    "kept-once": _("The charts were merged; the same message goes out once"),
    # waiting
    "quiet-hours": _("Quiet hours"),
    "quiet-hours-not-set": _("The facility has not set its quiet hours"),
    "one-a-day": _("Another message went out that day"),
    # failed
    "no-number": _("There is no telephone number on file"),
    "no-address": _("There is no e-mail address on file"),
    "no-text": _("The message has no text"),
    "no-such-channel": _("This kind of message cannot be sent from here yet"),
    "invalid-phone-number": _("The telephone number does not exist"),
    "invalid-address": _("The e-mail address does not exist"),
    "recipient-unavailable": _("The recipient could not be reached"),
    "too-late": _("It was too late to send it"),
    "stopped-its-worker": _("Sending it failed again and again without an answer"),
    "stopped-while-sending": _("Sending was cut off: it may or may not have arrived"),
}


def reason_label(code: str) -> Promise:
    """Return the words of a code; an unknown one is a technical failure."""
    return REASONS.get(code, _("It could not be sent"))
