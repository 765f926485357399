"""How long nobody has stood at the bed, in days on which we work (rules.md 7, D14)."""

from __future__ import annotations

from datetime import date, timedelta

from coordination.clocks.rules import Calendar, business_days_between, last_business_day

LOOK_BACK = timedelta(days=60)  # how far the calendars are read: nobody lies unseen for longer


def seen_since(today: date, calendar: Calendar) -> date:
    """Return the first day on which a contact still counts as seen.

    It is the last business day before today: who was seen on it has not missed a whole one yet.
    """
    return last_business_day(today - timedelta(days=1), calendar)


def days_unseen(last: date, today: date, calendar: Calendar) -> int:
    """Return how many whole business days lie between the last contact and today; 0 is in time.

    last: the day of the last contact at the bedside, or of admission when there was none.
    """
    return business_days_between(last, today - timedelta(days=1), calendar)
