"""What happened to a task, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.words import full_words
from coordination.worklist.models import EvidenceKind, TaskEvent, TaskStatus, WaitingOn


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a task's history. who: "Sana Ali for Maria Delgado", or the system."""

    words: str
    why: str
    at: datetime
    who: str


def history(events: Iterable[TaskEvent], zone: ZoneInfo) -> list[Happened]:
    """Return the lines of a task's history, in the order given."""
    return [
        Happened(
            words_of(event, zone),
            _("taken back") if event.why == "undone" else event.why,
            event.at,
            who_of(event),
        )
        for event in events
    ]


def who_of(event: TaskEvent) -> str:
    """Return who acted, and for whom where they covered."""
    if event.user is None:
        return _("the system")
    if event.on_behalf_of is None:
        return event.user.display_name
    names = {"who": event.user.display_name, "owner": event.on_behalf_of.display_name}
    return _("%(who)s for %(owner)s") % names


def words_of(event: TaskEvent, zone: ZoneInfo) -> str:
    """Return what one event says."""
    if event.kind == "move":
        return _("Now “%(status)s”") % {"status": TaskStatus(event.after).label}
    if event.kind == "due":
        return due_said(event.after, zone)
    if event.kind == "evidence":
        return _("Proof: %(kind)s") % {"kind": EvidenceKind(event.before).label}
    if event.kind == "waiting":
        return _("Waiting on: %(whom)s") % {"whom": WaitingOn(event.after).label}
    return {
        "raised": _("Made"),
        "assigned": _("Another owner"),
        "escalated": _("Told the next person up"),
        "unblocked": _("What it waited for is done"),
        "minutes": _("Minutes counted: %(minutes)s") % {"minutes": event.after},
        "proposed": _("Closing was proposed"),
        "undo": _("Taken back"),
        "chart": _("Moved here from another chart"),
    }.get(event.kind, event.kind)


def due_said(after: str, zone: ZoneInfo) -> str:
    """Return what a change of the due time came to."""
    at, due_event, _by = after.split("|")
    if at:
        when = full_words(datetime.fromisoformat(at), zone)
        return _("Due moved to %(when)s") % {"when": when}
    return _("Due before an event") if due_event else _("No date any more")
