"""Pure rules of outreach: when a message leaves, when a call is tried again, what a call proves."""

from coordination.outreach.rules.calls import (
    ATTEMPTS,
    CALL,
    CONTACT,
    HEARD,
    REACHED,
    Attempt,
    UnreadableHours,
    ends_effort,
    likeliest_outcomes,
    next_attempt,
    proves,
    wished_hours,
)
from coordination.outreach.rules.checks import Facts, Go, Later, Never, Verdict, check
from coordination.outreach.rules.digest import wished_slot
from coordination.outreach.rules.retries import POISON_CLAIMS, TRIES, is_poison, next_try
from coordination.outreach.rules.texts import fill, language_for
from coordination.outreach.rules.times import (
    give_up,
    quiet_until,
    reminder_due,
)

__all__ = [
    "ATTEMPTS",
    "CALL",
    "CONTACT",
    "HEARD",
    "POISON_CLAIMS",
    "REACHED",
    "TRIES",
    "Attempt",
    "Facts",
    "Go",
    "Later",
    "Never",
    "UnreadableHours",
    "Verdict",
    "check",
    "ends_effort",
    "fill",
    "give_up",
    "is_poison",
    "language_for",
    "likeliest_outcomes",
    "next_attempt",
    "next_try",
    "proves",
    "quiet_until",
    "reminder_due",
    "wished_hours",
    "wished_slot",
]  # fmt: skip
