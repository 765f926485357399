"""When staff hear of their late work by mail: as each wishes, once a shift unless they say."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SHIFTS = {"morning": range(7, 11), "evening": range(19, 23)}


def digest_slot(now: datetime, zone: ZoneInfo) -> str | None:
    """Return the key of the digest due now, such as "2026-11-23-morning"; None between them."""
    here = now.astimezone(zone)
    for shift, hours in SHIFTS.items():
        if here.hour in hours:
            return f"{here:%Y-%m-%d}-{shift}"
    return None


def hour_slot(now: datetime, zone: ZoneInfo) -> str:
    """Return the key of what is mailed at once, of which there is one an hour at most.

    The offset tells the two hours apart that clocks going back give one name.
    """
    return f"{now.astimezone(zone):%Y-%m-%d-%H%z}"


def wished_slot(
    wish: str, now: datetime, zone: ZoneInfo, *, has_climbed: bool, is_news: bool
) -> str | None:
    """Return the key of the digest one person is to have now, or None.

    wish: shifts, morning, at-once or off. has_climbed: others' late work waits for an answer of
    theirs, which nobody can switch off: it comes in the morning. is_news: some of it climbed since
    the last mail. So no notice is mailed at once twice.
    """
    slot = digest_slot(now, zone)
    is_morning = slot is not None and slot.endswith("morning")
    if wish == "at-once" and is_news:
        return slot or hour_slot(now, zone)
    if wish == "morning":
        return slot if is_morning else None
    if wish == "off":
        return slot if is_morning and has_climbed else None
    return slot
