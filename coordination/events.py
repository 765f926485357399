"""The event base class, `publish`, and `rehearse`, which listens to it: nothing else.

An event says that something happened, in the past tense. What follows from it is read in one place,
the table that `settings.REACTIONS` names (`coordination/reactions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses add the facts and the sentence the timeline shows.

    actor: who did it (an access.Actor; typed loosely, events know no room). at: aware instant.
    organization_id: whose. patient_id: whom it is about, or None; then the timeline has no line.
    subject_kind, subject_id: the record it is about ("task", pk), for the timeline's link.
    """

    actor: Any
    at: datetime
    organization_id: int
    patient_id: int | None = None
    subject_kind: str = ""
    subject_id: int | None = None

    kind: ClassVar[str] = "event"

    def sentence(self) -> str:
        """Say in one short line what happened, for the timeline; empty shows none."""
        return ""

    def detail(self) -> str:
        """Return what somebody wrote about it, shown under the sentence; empty shows none."""
        return ""

    def consequence(self) -> str:
        """Say it to somebody who is about to cause it, before they confirm; empty says nothing."""
        return self.sentence()


Reaction = Callable[[Any], None]
_heard: ContextVar[list[Event] | None] = ContextVar("heard", default=None)


@cache
def reactions() -> Mapping[type[Event], tuple[Reaction, ...]]:
    """Return the table of event class to functions, imported on first use."""
    table: Mapping[type[Event], tuple[Reaction, ...]] = import_string(settings.REACTIONS)
    return table


def publish(event: Event) -> None:
    """Run what follows from the event, in the transaction of the caller.

    A reaction never refuses (design.md 1); whatever it raises is a bug and rolls the action back.
    """
    listening = _heard.get()
    if listening is not None:
        listening.append(event)
    for react in reactions().get(type(event), ()):
        react(event)


def rehearse(act: Callable[[], object]) -> list[Event]:
    """Do something, take all of it back, and return what it published, in order.

    What a page says before a grave act is confirmed is thereby what the act does. Raises what the
    act raises.
    """
    heard: list[Event] = []
    token = _heard.set(heard)
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    finally:
        _heard.reset(token)
    return heard
