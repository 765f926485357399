"""Which day of something it is, in the facility's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_number(start_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Return 1 on the local calendar day something began, 2 on the next.

    Both instants aware. This counts the days people count at the bedside, not paid nights.
    """
    return (now.astimezone(zone).date() - start_at.astimezone(zone).date()).days + 1


def age(birth_date: date, today: date) -> int:
    """Return full years. Somebody born on 29 February turns on 1 March in a common year."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


def stay_days(admitted_at: datetime, left_at: datetime, zone: ZoneInfo) -> int:
    """Return whole days of a stay: local date of leaving minus local date of admission.

    Our choice for both scores (rules.md 3.1), part of their versions.
    """
    return (left_at.astimezone(zone).date() - admitted_at.astimezone(zone).date()).days
