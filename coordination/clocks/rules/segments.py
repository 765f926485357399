"""Arithmetic on the stretches of a stay: inpatient days, observation hours, the notices owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

QUALIFYING_DAYS = 3
OBSERVATION = "observation"
INPATIENT = "inpatient"


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a stay in one class (rules.md 5.7). ends_at None: still going on."""

    segment_class: str
    starts_at: datetime
    ends_at: datetime | None = None


def days_of(
    segments: Iterable[Segment], zone: ZoneInfo, classes: set[str], now: datetime | None = None
) -> set[date]:
    """Return the local dates the stretches of these classes cover.

    The day a stretch starts counts, the day it ends does not: d with start <= d < end. A stretch
    that goes on is counted up to `now`; without `now` it raises ValueError.
    """
    days: set[date] = set()
    for segment in segments:
        if segment.segment_class not in classes:
            continue
        end = segment.ends_at or now
        if end is None:
            raise ValueError("a stretch that goes on needs now")
        first, last = segment.starts_at.astimezone(zone).date(), end.astimezone(zone).date()
        days.update(first + timedelta(days=n) for n in range((last - first).days))
    return days


def inpatient_days(segments: Iterable[Segment], zone: ZoneInfo, now: datetime | None = None) -> int:
    """Return the longest run of consecutive inpatient days. Observation and ED never count.

    Source: `snf-3day`, 42 CFR 409.30(a)(1), note in rules.md 2.
    """
    days = days_of(segments, zone, {INPATIENT}, now)
    return max((_run_from(day, days) for day in days), default=0)


def _run_from(day: date, days: set[date]) -> int:
    length = 0
    while day + timedelta(days=length) in days:
        length += 1
    return length


def qualifies_for_snf(
    segments: Iterable[Segment], zone: ZoneInfo, now: datetime | None = None
) -> bool:
    """Say whether the stay has the three consecutive inpatient days of `snf-3day`."""
    return inpatient_days(segments, zone, now) >= QUALIFYING_DAYS


def observation_time(segments: Iterable[Segment], now: datetime) -> timedelta:
    """Return the real time spent in observation up to now."""
    return sum(
        (
            (segment.ends_at or now) - segment.starts_at
            for segment in segments
            if segment.segment_class == OBSERVATION
        ),
        timedelta(),
    )


def is_too_short(starts_at: datetime, ends_at: datetime, needs_hours: int | None) -> bool:
    """Say whether a stretch ended before the rule applies (`moon`: observation within 24 h †)."""
    return needs_hours is not None and ends_at - starts_at <= timedelta(hours=needs_hours)


def is_mcsn_due(
    segments: Iterable[Segment], zone: ZoneInfo, *, has_part_b: bool, now: datetime
) -> bool:
    """Say whether the notice of a changed status is owed (`mcsn-eligible`, 42 CFR 405.1210).

    The stay was inpatient and became observation; and either there is no Part B, or the stay has
    3 days or more with fewer than 3 of them inpatient. Days are counted as in `days_of` †.
    """
    stretches = sorted(segments, key=lambda s: s.starts_at)
    changed = any(
        earlier.segment_class == INPATIENT and later.segment_class == OBSERVATION
        for earlier, later in pairwise(stretches)
    )
    if not changed:
        return False
    if not has_part_b:
        return True
    stay = days_of(stretches, zone, {s.segment_class for s in stretches}, now)
    return len(stay) >= QUALIFYING_DAYS and inpatient_days(stretches, zone, now) < QUALIFYING_DAYS
