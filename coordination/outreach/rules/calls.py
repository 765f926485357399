"""What a call proves, which outcomes come first, and when the next attempt is (rules.md 4, 5.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

REACHED = frozenset({"reached-two-way", "reached-caregiver"})
HEARD = frozenset({"voicemail-heard", "message", "letter"})  # nobody was spoken with
CONTACT, CALL, ATTEMPTS = "contact", "call", "attempts"

ENDS = REACHED | {
    "refused", "already-attended", "admitted-elsewhere", "moved", "deceased", "opted-out",
}  # fmt: skip

LIKELIEST = {
    "patient": ("reached-two-way", "left-voicemail", "no-answer", "asked-callback"),
    "contact": ("reached-caregiver", "left-voicemail", "no-answer", "asked-callback"),
    "outside": ("reached-two-way", "left-voicemail", "no-answer", "asked-callback"),
}
HEARD_LIKELIEST = ("asked-callback", "noted", "refused", "already-attended")
SOONER = {"busy": timedelta(minutes=20), "asked-callback": timedelta(hours=1)}
HOURS_OF_DAY = (time(9, 30), time(13, 30), time(17, 30))  # morning, afternoon, evening
BAND_STARTS = (time(12), time(17))
PAUSE = timedelta(hours=1)
DAYS_AHEAD = 8
SATURDAY = 5

RANGE = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?([01]?[0-9]|2[0-3]):([0-5][0-9])")
AFTER = re.compile(r"(?:after|from) ([01]?[0-9]|2[0-3]):([0-5][0-9])")
WORDS = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(20)),
}
LAST_CALL = time(20)


class UnreadableHours(ValueError):
    """Wished hours in words no rule reads; a person reads them."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One earlier try: when."""

    at: datetime


def proves(party_kind: str, outcome: str, channel: str = "phone") -> tuple[str, ...]:
    """Return the evidence kinds a call logged by a person proves, the strongest first.

    Only the two reached outcomes prove a conversation; with the patient or a contact person it is a
    `contact`, with somebody outside a `call`. Every call is an attempt. What was only heard or read
    (a voicemail, a message, a letter) proves nothing. Source: rules.md 2.0.
    """
    if channel in HEARD:
        return ()
    if outcome not in REACHED:
        return (ATTEMPTS,)
    return (CALL, ATTEMPTS) if party_kind == "outside" else (CONTACT, CALL, ATTEMPTS)


def ends_effort(outcome: str) -> bool:
    """Say whether there is nothing left to try after this outcome."""
    return outcome in ENDS


def likeliest_outcomes(party_kind: str, channel: str = "phone") -> tuple[str, ...]:
    """Return the four outcomes on the keys 1 to 4, ranked by who was called."""
    if channel in HEARD:
        return HEARD_LIKELIEST
    return LIKELIEST[party_kind]


def wished_hours(text: str) -> tuple[time, time] | None:
    """Return from and until when somebody wishes to be called; None if they did not say.

    Reads "17:00-20:00", "after 15:00", "mornings". Raises UnreadableHours for other words.
    """
    plain = text.strip().lower()
    if plain in {"", "any"}:
        return None
    if found := RANGE.search(plain):
        begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if begins < ends:
            return begins, ends
    if found := AFTER.search(plain):
        begins = time(int(found[1]), int(found[2]))
        return begins, max(LAST_CALL, begins)
    for word, hours in WORDS.items():
        if word in plain:
            return hours
    raise UnreadableHours(text)


def band(at: time) -> int:
    """Return which part of the day it is: 0 morning, 1 afternoon, 2 evening."""
    return sum(at >= start for start in BAND_STARTS)


def next_attempt(
    now: datetime,
    zone: ZoneInfo,
    previous: Sequence[Attempt] = (),
    wished: tuple[time, time] | None = None,
    outcome: str = "",
) -> datetime | None:
    """Propose when to try again: another part of the day or another weekday, inside wished hours.

    previous: earlier tries, this one among them. wished: in zone. outcome: of this try; after
    *busy* 20 minutes, after *will call back* an hour. None: nothing fits within eight days.
    """
    if outcome in SOONER:
        soon = (now + SOONER[outcome]).astimezone(zone)
        if wished is None or wished[0] <= soon.time() < wished[1]:
            return soon.replace(second=0, microsecond=0).astimezone(UTC)
    tried = {
        (here.weekday(), band(here.time())) for here in (a.at.astimezone(zone) for a in previous)
    }
    for here in candidates(now.astimezone(zone).date(), zone, wished):
        if here >= now + PAUSE and (here.weekday(), band(here.time())) not in tried:
            return here.astimezone(UTC)
    return None


def candidates(today: date, zone: ZoneInfo, wished: tuple[time, time] | None) -> Iterator[datetime]:
    """Yield the hours worth trying, soonest first. Weekends only where the hours were wished."""
    hours = [at for at in HOURS_OF_DAY if wished is None or wished[0] <= at < wished[1]]
    if wished is not None and not hours:
        hours = [wished[0]]
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        if day.weekday() >= SATURDAY and wished is None:
            continue
        for at in hours:
            yield datetime.combine(day, at, zone)
