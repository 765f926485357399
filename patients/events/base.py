"""What every event about a patient carries, and how instants are said in its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from coordination.events import Event


def joined(*parts: str) -> str:
    """Return the parts that say something, with commas between."""
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class PatientEvent(Event):
    """Something that happened to one patient, or to several. now: when it was recorded."""

    now: datetime


def spoken(at: datetime | date, zone: object) -> str:
    """Say an instant as "Tue 24 Nov 2026, 15:00" in the zone, or a date without its hour."""
    if not isinstance(at, datetime):
        return f"{at:%a} {at.day} {at:%b %Y}"
    here = at.astimezone(zone)  # type: ignore[arg-type]
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"
