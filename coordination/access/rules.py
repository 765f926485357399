"""Pure rules of access: how a facility's settings are written and read, and how guessing is slowed.

No Django, no clock. Each parser raises ValueError with a sentence for the person who typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

UNITS = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
LEVELS = 3  # deputy, charge nurse or supervisor, next above
LENGTH = re.compile(r"([0-9]{1,4}) ?([a-z]{1,3})")
WORKING = re.compile(r"([0-9]{1,3}) ?(?:business|working) ?(h|hours?|d|days?)")
BUSINESS_DAYS = re.compile(r"([0-9]{1,2}(?: ?/ ?[0-9]{1,2}){0,4}) ?(?:business|working) ?days?")
MOST_DAYS, MOST_STEPS = 60, 5
HOUR = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
QUIET = re.compile(rf"{HOUR} ?[-–] ?{HOUR}")


def parse_length(text: str) -> timedelta:
    """Return a length of time such as "15 min", "4 h" or "7 d". Raises ValueError."""
    found = LENGTH.fullmatch(text.strip().lower())
    if found is None or found[2] not in UNITS or not int(found[1]):
        raise ValueError("Write a number and a unit, such as “15 min”, “4 h” or “7 d”.")
    return int(found[1]) * UNITS[found[2]]


def parse_steps(text: str) -> tuple[timedelta, ...]:
    """Return the steps of an escalation, such as "60 min / 4 h / 24 h". Raises ValueError.

    Each step is the time after the due instant at which the next level hears, so they must rise.
    """
    steps = tuple(parse_length(part) for part in text.split("/"))
    if len(steps) > LEVELS or any(later <= sooner for sooner, later in pairwise(steps)):
        raise ValueError("Write up to three rising times, such as “60 min / 4 h / 24 h”.")
    return steps


def parse_quiet_hours(text: str) -> tuple[time, time]:
    """Return when quiet hours begin and end, such as "20:00-08:00". Raises ValueError."""
    found = QUIET.fullmatch(text.strip())
    if found is None or found.group(1, 2) == found.group(3, 4):
        raise ValueError("Write two different times of day, such as “20:00-08:00”.")
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


@dataclass(frozen=True, slots=True)
class Working:
    """A length in business hours or business days; a calendar turns it into an instant."""

    amount: int
    unit: str  # "h" or "d"


def parse_working(text: str) -> Working:
    """Return a length such as "8 business hours" or "5 business days". Raises ValueError."""
    found = WORKING.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise ValueError("Write it like “8 business hours” or “5 business days”.")
    return Working(int(found[1]), found[2][0])


def parse_business_days(text: str) -> tuple[int, ...]:
    """Return steps in business days, such as "1 / 3 / 5 business days". Raises ValueError."""
    found = BUSINESS_DAYS.fullmatch(text.strip().lower())
    steps = tuple(int(part) for part in found[1].split("/")) if found else ()
    rising = all(later > sooner for sooner, later in pairwise(steps))
    if not steps or steps[0] < 1 or steps[-1] > MOST_DAYS or len(steps) > MOST_STEPS or not rising:
        raise ValueError("Write up to five rising numbers, such as “1 / 3 / 5 business days”.")
    return steps


@dataclass(frozen=True, slots=True)
class SettingKind:
    """One thing a facility settles. without: what does not happen until somebody settles it."""

    title: str
    example: str
    parse: Callable[[str], object]
    without: str


SETTINGS: dict[str, SettingKind] = {
    "quiet_hours": SettingKind(
        "Quiet hours", "20:00-08:00", parse_quiet_hours, "No message leaves."
    ),
    "escalation_steps": SettingKind(
        "Escalation steps",
        "60 min / 4 h / 24 h",
        parse_steps,
        "A late task stays with its owner; nobody above hears.",
    ),
    "handoff_timeout": SettingKind(
        "Handoff time-out", "15 min", parse_length, "A handoff waits until somebody answers."
    ),
    "question_answer_by": SettingKind(
        "Questions answered within",
        "8 business hours",
        parse_working,
        "An unanswered question raises no task.",
    ),
    "request_answer_by": SettingKind(
        "Requests answered within",
        "2 h",
        parse_length,
        "A request nobody answers stays with the team’s supervisors.",
    ),
    "dispatch_again_by": SettingKind(
        "Paper that did not arrive, sent again within",
        "4 h",
        parse_length,
        "The task to send it again has no due time.",
    ),
    "directory_check_after": SettingKind(
        "Directory entries checked again after",
        "90 d",
        parse_length,
        "No entry of the directory is ever due for a call.",
    ),
    "signature_chased_after": SettingKind(
        "Unsigned paper asked for again after",
        "1 / 3 / 5 business days",
        parse_business_days,
        "A paper nobody signs raises no task.",
    ),
    "stalled_lookback": SettingKind(
        "Stalled after", "5 business days", parse_working, "Nothing is called stalled."
    ),
}


def check_setting(key: str, value: str) -> str:
    """Return what is wrong with this value of this setting, in one sentence; empty if nothing."""
    kind = SETTINGS.get(key)
    if kind is None:
        return "This setting is not known here."
    try:
        kind.parse(value)
    except ValueError as wrong:
        return str(wrong)
    return ""


DRAFT_LIFE = timedelta(days=7)  # rules.md 6

# Slowing down guessing (trust.md D13): never for good, so nobody can lock another person out.
NAME_TRIES = 5
NAME_WINDOW = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=15)
ADDRESS_TRIES = 30
ADDRESS_WINDOW = timedelta(minutes=1)
MEMORY = timedelta(minutes=60)  # failures older than this are forgotten


def name_wait(failures: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long this name must wait before its next try is judged; zero: it is judged now.

    failures: instants of the judged failures of the last hour, oldest first, aware. Five within
    five minutes are free; then each further failure doubles the pause, one minute to fifteen.
    """
    recent = [at for at in failures if now - at < MEMORY]
    run = longest_burst(recent)
    if run < NAME_TRIES:
        return timedelta(0)
    pause = min(timedelta(minutes=2 ** min(run - NAME_TRIES, 4)), LONGEST_WAIT)
    return max(recent[-1] + pause - now, timedelta(0))


def longest_burst(failures: Sequence[datetime]) -> int:
    """Count the failures in a row of which each came soon after the one before, newest back.

    Soon: within the five-minute window, plus the longest pause a guesser is made to wait.
    """
    count = 0
    later: datetime | None = None
    for at in reversed(failures):
        if later is not None and later - at > NAME_WINDOW + LONGEST_WAIT:
            break
        count += 1
        later = at
    return count


def address_wait(failures: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long this address must wait: thirty failures a minute, then a minute's pause."""
    recent = [at for at in failures if now - at < ADDRESS_WINDOW]
    if len(recent) < ADDRESS_TRIES:
        return timedelta(0)
    return max(recent[-ADDRESS_TRIES] + ADDRESS_WINDOW - now, timedelta(0))


# Shifts: the hours in which people work, read off the wall of the facility.
CHANGES = (time(7, 30), time(19, 30))  # when a shift ends as long as nobody has said otherwise
LONGEST_SHIFT = timedelta(hours=16)
SHORTEST_REST = timedelta(hours=2)  # nearer to its end than this, a shift is not begun


def next_wall(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Return the first instant after `now` at which the wall of the zone shows this time of day.

    Compared in UTC: a night in which the clocks change is an hour longer or shorter.
    """
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(3))
    instants = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return next(instant for instant in instants if instant > now)


def usual_shift(now: datetime, past: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> int:
    """Return which of the past shifts began nearest to this time of day; -1: there is none.

    past: (start, end), newest first. So who works days and nights in turn is asked about each.
    """
    here = _minute(now, zone)

    def apart(index: int) -> int:
        gap = abs(_minute(past[index][0], zone) - here)
        return min(gap, 24 * 60 - gap)

    return min(range(len(past)), key=apart, default=-1)


def usual_end(now: datetime, last_end: datetime | None, zone: ZoneInfo) -> datetime:
    """Return when a shift that begins now will end: as the usual one did, by the wall.

    last_end: of the usual shift. Without one, or where that is nearly over or too far off, the next
    change of shifts that leaves two hours.
    """
    if last_end is not None:
        found = next_wall(now, last_end.astimezone(zone).time(), zone)
        if SHORTEST_REST <= found - now <= LONGEST_SHIFT:
            return found
    return min(next_wall(now + SHORTEST_REST, at, zone) for at in CHANGES)


def _minute(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.hour * 60 + local.minute


# Cover: when a colleague stands in, as long as nobody says otherwise.
EVENING, MORNING = time(17, 0), time(7, 30)
FRIDAY = 4


def tonight(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from when until when tonight is covered: 17:00, or now if later, to 07:30."""
    today = datetime.combine(now.astimezone(zone).date(), EVENING, zone).astimezone(UTC)
    begins = max(today, now)
    return begins, next_wall(begins, MORNING, zone)


def weekend(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the next weekend still to come: Friday 17:00 to Monday 07:30, by the wall."""
    day = now.astimezone(zone).date()
    friday = day + timedelta(days=(FRIDAY - day.weekday()) % 7)
    if datetime.combine(friday, EVENING, zone).astimezone(UTC) <= now:
        friday += timedelta(days=7)
    begins = datetime.combine(friday, EVENING, zone)
    ends = datetime.combine(friday + timedelta(days=3), MORNING, zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


Part = tuple[Sequence[int], Sequence[int]]


def meets(one: Part, other: Part) -> bool:
    """Say whether two covers of one absent person would own the same patients.

    Each is the patients it names, or, where it names none, those it leaves to others.
    """
    (named, left), (other_named, other_left) = one, other
    if named and other_named:
        return not set(named).isdisjoint(other_named)
    if named:
        return not set(named) <= set(other_left)
    return not other_named or not set(other_named) <= set(left)


def shares(patients: Sequence[int], colleagues: Sequence[int]) -> dict[int, int]:
    """Split patients among colleagues as evenly as can be, neighbors together: patient, colleague.

    patients: pks in bed order. colleagues: pks, who has least to do first; empty splits nothing.
    """
    if not colleagues:
        return {}
    each, more = divmod(len(patients), len(colleagues))
    found: dict[int, int] = {}
    at = 0
    for place, colleague in enumerate(colleagues):
        size = each + (place < more)
        found |= dict.fromkeys(patients[at : at + size], colleague)
        at += size
    return found
