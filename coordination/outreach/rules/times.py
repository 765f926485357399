"""When a message leaves: local hours over both daylight-saving nights, quiet hours, the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_LIFE = timedelta(hours=24)  # trust.md 5: first due + 24 h at most
LAST_USE = timedelta(hours=2)  # a reminder that comes later helps nobody
MINUTE = timedelta(minutes=1)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall-clock time, on every day of the year.

    A time that does not exist that day becomes the end of the gap (02:30 becomes 03:00); one that
    occurs twice is the first. Source: rules.md 1.3, wall-clock times.
    """
    wall = datetime.combine(day, at).replace(second=0, microsecond=0)
    while not _exists(wall, zone):
        wall += MINUTE
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == wall


def reminder_due(starts_at: datetime, days_before: int, at: time, zone: ZoneInfo) -> datetime:
    """Return when the reminder of a visit is due: so many local days before it, at a local time."""
    visit_day = starts_at.astimezone(zone).date()
    return local_instant(visit_day - timedelta(days=days_before), at, zone)


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
    return local_instant(day, ends, zone)
