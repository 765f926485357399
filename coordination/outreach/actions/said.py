"""A call as it comes in: who, how, what came of it, what next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

DONE, AGAIN, NOTHING = "done", "again", "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIn:
    """Somebody who took part, as the form names them. contact: a ContactPerson's public id."""

    kind: str
    contact: UUID | None = None
    name: str = ""
    role: str = ""
    organization_name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextIn:
    """What follows. kind: done (closes the task), again (at an instant), nothing."""

    kind: str = NOTHING
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopIn:
    """What a call said that stops things. died_at: as far as known. channels: no more of these."""

    died_at: datetime | None = None
    channels: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIn:
    """One call as it comes in."""

    parties: tuple[PartyIn, ...]
    direction: str
    channel: str
    outcome: str
    note: str
    minutes: int | None
    occurred_at: datetime
    purpose: str
    script_version: str


NO_PLAN = NextIn()
STOPS_NOTHING = StopIn()
