"""The last look before a message leaves (trust.md 5, item 3): go, not now, or never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.outreach.rules.times import quiet_until

MORNING = time(9)
LOOK_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one message and its recipient at this moment.

    quiet: the facility's quiet hours, None while nobody has set them. taken_on: the days on which
    another message went to the same patient. expected_at: when the patient leaves hospital.
    """

    is_staff: bool
    address: str
    zone: ZoneInfo
    quiet: tuple[time, time] | None = None
    is_dead: bool = False
    is_opted_out: bool = False
    is_recipient_gone: bool = False
    visit_status: str = ""
    visit_at: datetime | None = None
    planned_for: datetime | None = None
    in_hospital: bool = False
    expected_at: datetime | None = None
    taken_on: frozenset[date] = frozenset()
    test_recipients: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave now. day: the recipient's calendar day, which it takes."""

    day: date


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. at: when to look again; reason: a code."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """It no longer makes sense. reason: the fact, as a code."""

    reason: str


Verdict = Go | Later | Never


def check(facts: Facts, now: datetime) -> Verdict:
    """Decide on one message. A staff message has no quiet hours, no cap and no visit."""
    if reason := stopped(facts, now):
        return Never(reason)
    today = now.astimezone(facts.zone).date()
    if facts.is_staff:
        return Go(today)
    if facts.quiet is None:
        return Later(now + LOOK_AGAIN, "quiet-hours-not-set")
    if ends := quiet_until(now, facts.quiet, facts.zone):
        return Later(ends, "quiet-hours")
    if today in facts.taken_on:
        return Later(tomorrow(today, facts), "one-a-day")
    return Go(today)


def stopped(facts: Facts, now: datetime) -> str:
    """Return the fact that stops a message for good, as a code; "" if none does."""
    is_over = facts.visit_at is not None and facts.visit_at <= now
    leaves_after = facts.expected_at is None or (
        facts.visit_at is not None and facts.expected_at > facts.visit_at
    )
    of_anybody = {
        "not-a-test-recipient": bool(facts.test_recipients)
        and facts.address not in facts.test_recipients,
        "contact-ended": facts.is_recipient_gone,
    }
    of_patients = {
        "died": facts.is_dead,
        "opted-out": facts.is_opted_out,
        "visit-cancelled": facts.visit_status != "booked" or facts.visit_at is None,
        "visit-moved": facts.visit_at != facts.planned_for,
        "visit-over": is_over,
        "in-hospital": facts.in_hospital and leaves_after,
    }
    reasons = of_anybody if facts.is_staff else of_patients | of_anybody
    return next((reason for reason, holds in reasons.items() if holds), "")


def tomorrow(today: date, facts: Facts) -> datetime:
    """Return the first sensible minute of the recipient's next day."""
    at = datetime.combine(today + timedelta(days=1), MORNING, facts.zone)
    ends = quiet_until(at, facts.quiet, facts.zone) if facts.quiet else None
    return ends or at
