"""When staff hear of their late work by mail: once a morning and once an evening."""

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
