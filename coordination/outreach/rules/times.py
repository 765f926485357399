"""When a message leaves: local hours over both daylight-saving nights, quiet hours, the end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.clocks.rules.instants import local_instant

LONGEST_LIFE = timedelta(hours=24)  # trust.md 5: first due + 24 h at most
LAST_USE = timedelta(hours=2)  # a reminder that comes later helps nobody


def reminder_due(starts_at: datetime, days_before: int, at: time, zone: ZoneInfo) -> datetime:
    """Return when the reminder of a visit is due: so many local days before it, at a local time."""
    visit_day = starts_at.astimezone(zone).date()
    return local_instant(visit_day - timedelta(days=days_before), at, zone).astimezone(UTC)


def give_up(due_at: datetime, starts_at: datetime) -> datetime:
    """Return the latest instant at which the reminder of a visit still makes sense."""
    return max(due_at, min(due_at + LONGEST_LIFE, starts_at - LAST_USE))


def quiet_until(at: datetime, quiet: tuple[time, time], zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours that hold this instant end, or None outside of them.

    quiet: when they begin and end; they may span midnight. zone: the recipient's. The first minute
    of quiet hours is quiet, the minute they end is not.
    """
    begins, ends = quiet
    here = at.astimezone(zone)
    wall = here.time()
    over_midnight = begins > ends
    inside = (wall >= begins or wall < ends) if over_midnight else begins <= wall < ends
    if not inside:
        return None
    day = here.date() + timedelta(days=1 if over_midnight and wall >= begins else 0)
    return local_instant(day, ends, zone).astimezone(UTC)
